// Names that are not UTF-8: Python has their bytes as lone surrogates from U+DC80, Node takes them as a Buffer.

/** A low surrogate that no high one goes before. */
const loneByte = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** Does the text stand for bytes that are not UTF-8? */
export function hasLoneBytes(text: string): boolean {
  return loneByte.test(text);
}

/** The bytes that the text stands for. */
export function bytesOf(text: string): Buffer {
  const parts = [...text].map((character) => (/^[\udc80-\udcff]$/.test(character) ? Buffer.of(character.charCodeAt(0) & 0xff) : Buffer.from(character, 'utf8')));
  return Buffer.concat(parts);
}

/** A path as Node's functions want it. */
export function nativePath(path: string): string | Buffer {
  return hasLoneBytes(path) ? bytesOf(path) : path;
}

/** Text that Node has read as UTF-8 where it lost nothing; else what `bytes` gives, byte by byte where it is not UTF-8. */
export function textOr(text: string, bytes: () => Buffer): string {
  return text.includes('\ufffd') ? textOf(bytes()) : text;
}

/** Bytes as Python's surrogateescape decodes them. */
export function textOf(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    text += length === 0 ? String.fromCharCode(0xdc00 + bytes[at]) : bytes.toString('utf8', at, at + length);
    at += length || 1;
  }
  return text;
}

/** Texts that NUL ends, as Linux lists arguments and variables. */
export function withoutEnds(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    parts.push(bytes.subarray(at, end < 0 ? bytes.length : end));
    at = end < 0 ? bytes.length : end + 1;
  }
  return parts;
}

/** How many bytes the character takes that begins here; 0 if it is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at];
  const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  return bytes.toString('utf8', at, at + length).includes('\ufffd') && !bytes.subarray(at, at + length).equals(replacement) ? 0 : length;
}

/** U+FFFD itself. */
const replacement = Buffer.from('\ufffd', 'utf8');
