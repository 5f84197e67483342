// The arguments as bytes: Node has decoded them, and put U+FFFD where they are not UTF-8.
import { readFileSync } from 'node:fs';

/** The arguments; bytes that are not UTF-8 as CPython has them in `sys.argv` (PEP 383): lone surrogates from U+DC80. */
export function commandLine(argv: readonly string[]): readonly string[] {
  if (!argv.some((argument) => argument.includes('\ufffd'))) return argv;
  try {
    const all = readFileSync('/proc/self/cmdline', 'latin1').split('\0').slice(0, -1);
    return all.slice(all.length - argv.length).map(decode);
  } catch {
    return argv;
  }
}

// One character of UTF-8, or a byte that is part of none.
const piece = /[\x00-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[^]/g;

function decode(bytes: string): string {
  return bytes.replace(piece, (part) => (part.length === 1 && part > '\x7f' ? String.fromCharCode(0xdc00 + part.charCodeAt(0)) : Buffer.from(part, 'latin1').toString('utf8')));
}
