import type { VM } from '../../core/vm.ts';
import { HostError } from '@py/code';
import type { PyDict } from '../../objects/dict.ts';
import { isStr, jsText } from '../../core/text.ts';
import { getAttr, lookupAttr } from '../../protocol/attribute.ts';
import { call } from '../../protocol/call.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { None } from '../../objects/none.ts';
import { decodeBytes } from '../../objects/str-decode.ts';

/** A line of a program's source for a traceback, without its line end; null where it cannot be read. */
export function sourceLine(vm: VM, filename: string, lineno: number, globals: PyDict): string | null {
  const text = fromOptions(vm, filename) ?? fromFile(vm, filename) ?? fromLoader(vm, globals);
  if (text === null || lineno < 1) return null;
  const lines = text.split(/\r\n|\r|\n/);
  return lineno <= lines.length && !(lineno === lines.length && lines[lineno - 1] === '') ? lines[lineno - 1] : null;
}

/** Sources that are not files: the host remembers what it compiled (a REPL, an embedder's `run(source)`). */
function fromOptions(vm: VM, filename: string): string | null {
  return vm.options.sourceText?.(filename) ?? null;
}

function fromFile(vm: VM, filename: string): string | null {
  const { files } = vm.host;
  if (files === undefined || filename.startsWith('<')) return null;
  try {
    const fd = files.open(filename, 0, 0);
    try {
      const size = files.fstat(fd).size;
      const bytes = new Uint8Array(size);
      let length = 0;
      while (length < size) {
        const got = files.read(fd, bytes.subarray(length));
        if (typeof got !== 'number' || got === 0) break;
        length += got;
      }
      return decodeSource(vm, bytes.subarray(0, length));
    } finally {
      files.close(fd);
    }
  } catch (error) {
    if (error instanceof HostError || (error as { name?: unknown }).name === 'HostError') return null;
    throw error;
  }
}

/** In the encoding that the cookie names (in the first line, or in the second after nothing but a comment), UTF-8 without one; wrong bytes are replaced. */
function decodeSource(vm: VM, bytes: Uint8Array): string {
  let head = '';
  for (const byte of bytes.subarray(0, 400)) head += String.fromCharCode(byte);
  const cookie = /^(?:[ \t\f]*(?:#[^\r\n]*)?\r?\n)??[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)/.exec(head);
  if (cookie === null || /^utf[-_]?8/i.test(cookie[1])) return decodeUtf8(bytes);
  try {
    return jsText(decodeBytes(vm, bytes, cookie[1], 'replace'));
  } catch (error) {
    if (error instanceof PyBaseException) return decodeUtf8(bytes);
    throw error;
  }
}

/** UTF-8 to text; malformed bytes become U+FFFD. */
function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let i = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0; i < bytes.length; ) {
    const byte = bytes[i];
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    let code = length === 1 ? byte : byte & (0xff >> (length + 1));
    let ok = length > 0 && i + length <= bytes.length;
    for (let j = 1; ok && j < length; j++) {
      ok = (bytes[i + j] & 0xc0) === 0x80;
      code = (code << 6) | (bytes[i + j] & 63);
    }
    text += ok && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    i += ok ? length : 1;
  }
  return text;
}

/** `__loader__.get_source(__name__)`, for modules from archives and the packed library. */
function fromLoader(vm: VM, globals: PyDict): string | null {
  const loader = globals.getStr('__loader__');
  const name = globals.getStr('__name__');
  if (loader === undefined || loader === None || name === undefined) return null;
  try {
    if (lookupAttr(vm, loader, 'get_source') === undefined) return null;
    const source = call(vm, getAttr(vm, loader, 'get_source'), [name]);
    return isStr(source) ? jsText(source) : null;
  } catch (error) {
    if (error instanceof PyBaseException) return null;
    throw error;
  }
}
