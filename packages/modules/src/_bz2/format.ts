/* What both sides of bzip2 know. */

export const blockMagic: readonly [number, number] = [0x314159, 0x265359];
export const endMagic: readonly [number, number] = [0x177245, 0x385090];
/** Symbols that one selector governs. */
export const groupSize = 50;
export const maxGroups = 6;

const table: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** The CRC of bzip2, highest bit first, over one more byte. Starts at -1 and is inverted at the end. */
export const crcOver = (crc: number, byte: number): number => (crc << 8) ^ table[(crc >>> 24) ^ byte];

/** CRC of a stream: over those of its blocks. */
export const joinCrc = (stream: number, block: number): number => ((stream << 1) | (stream >>> 31)) ^ block;
