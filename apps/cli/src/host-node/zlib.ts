import type { HostZlib } from '@py/code';

/** What a decompression with `info` gives. */
interface Inflated {
  readonly buffer: Uint8Array;
  /** `bytesWritten`: bytes of input taken. */
  readonly engine: { readonly bytesWritten: number };
}

/** Node's own zlib, loaded at the first use. CRC-32 came with Node 20.15. */
export function createZlib(): HostZlib {
  return {
    crc32: (bytes, start) => process.getBuiltinModule?.('node:zlib').crc32?.(bytes, start) ?? null,
    inflate(input, format, limit) {
      const zlib = process.getBuiltinModule?.('node:zlib');
      if (!zlib) return null;
      const options = { info: true, maxOutputLength: limit, chunkSize: Math.min(Math.max(1024, input.length * 4), 1 << 20) };
      try {
        // The types of Node do not know what `info` changes.
        const { buffer, engine } = (format === 'raw' ? zlib.inflateRawSync(input, options) : zlib.inflateSync(input, options)) as unknown as Inflated;
        return { bytes: new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length), taken: engine.bytesWritten };
      } catch {
        return null; // Whatever is wrong, the caller finds out by itself.
      }
    },
  };
}
