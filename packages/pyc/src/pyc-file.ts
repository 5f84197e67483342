import { isCodeObject, reprBytes, reprStr } from '@py/code';
import type { CodeObject, PycHeader } from '@py/code';
import { magicNumber } from './magic.ts';
import { messages } from './messages.ts';
import { loads } from './read.ts';
import { dumps } from './write.ts';

const headerSize = 16;
const hashFlag = 1;
const checkSourceFlag = 2;

/**
 * The header of a `.pyc` of Python 3.12. Throws PycError: ImportError for another magic number or unknown flags, EOFError for
 * a file that ends too early. `name` is the module's, for those texts.
 * CPython 3.12: Lib/importlib/_bootstrap_external.py, _classify_pyc.
 */
export function readPycHeader(bytes: Uint8Array, name: string): PycHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getInt32(0, true) !== magicNumber) throw messages.badMagic(reprStr(name), reprBytes(bytes.subarray(0, 4)));
  if (bytes.length < headerSize) throw messages.headerEnd(reprStr(name));
  const flags = view.getUint32(4, true);
  if ((flags & ~(hashFlag | checkSourceFlag)) !== 0) throw messages.badFlags(reprStr(name), String(flags));
  if (flags & hashFlag) return { kind: 'hash', hash: Uint8Array.from(bytes.subarray(8, headerSize)), checkSource: (flags & checkSourceFlag) !== 0 };
  return { kind: 'timestamp', mtime: view.getUint32(8, true), size: view.getUint32(12, true) };
}

/**
 * Throws PycError (ImportError) unless the header fits the source: `mtime` (seconds) and, if given, `size` (bytes) for a
 * timestamp-based file, `hash` for a hash-based one.
 */
export function checkPycHeader(
  header: PycHeader,
  source: { readonly mtime?: number; readonly size?: number; readonly hash?: Uint8Array },
  name: string,
): void {
  if (header.kind === 'hash') {
    const { hash } = source;
    if (hash?.length !== header.hash.length || !hash.every((byte, index) => byte === header.hash[index])) throw messages.staleHash(reprStr(name));
    return;
  }
  const fits = header.mtime === modulo32(source.mtime ?? NaN) && (source.size === undefined || header.size === modulo32(source.size));
  if (!fits) throw messages.stale(reprStr(name));
}

function modulo32(value: number): number {
  return ((Math.trunc(value) % 0x100000000) + 0x100000000) % 0x100000000;
}

/** Names for messages. */
export interface ReadPycOptions {
  /** The module's name, for errors; default the path. */
  readonly name?: string;
  /** Where the file is, for errors. */
  readonly path?: string;
}

/** Header and code object of a `.pyc` of Python 3.12. Throws PycError with CPython's text. */
export function readPyc(bytes: Uint8Array, options: ReadPycOptions = {}): { readonly header: PycHeader; readonly code: CodeObject } {
  const path = options.path ?? '<pyc>';
  const header = readPycHeader(bytes, options.name ?? path);
  const code = loads(bytes.subarray(headerSize));
  if (!isCodeObject(code)) throw messages.notCode(reprStr(path));
  return { header, code };
}

/** The bytes of a `.pyc` of Python 3.12. */
export function writePyc(code: CodeObject, header: PycHeader): Uint8Array {
  const body = dumps(code);
  const bytes = new Uint8Array(headerSize + body.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, magicNumber, true);
  if (header.kind === 'hash') {
    view.setUint32(4, hashFlag | (header.checkSource ? checkSourceFlag : 0), true);
    bytes.set(header.hash.subarray(0, 8), 8);
  } else {
    view.setUint32(8, modulo32(header.mtime), true);
    view.setUint32(12, modulo32(header.size), true);
  }
  bytes.set(body, headerSize);
  return bytes;
}
