/* The methods that bytes and bytearray share; what they make is of the type of `self`. */
import type { PyValue } from '../core/value.ts';
import type { NativeDef } from '../core/native.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { native } from '../core/native.ts';
import { overflowError, typeError, valueError } from '../core/errors.ts';
import { isStr, jsText } from '../core/text.ts';
import { allocateBytes } from '../core/limits.ts';
import { bufferBytes, bytesIfAny, hasBuffer } from '../protocol/buffer.ts';
import { cText } from './c-text.ts';
import { decodeText } from '../protocol/codecs.ts';
import { toArray } from '../protocol/iterate.ts';
import { length } from '../protocol/subscript.ts';
import { ssizeArgument } from '../protocol/ssize.ts';
import { isTrue } from '../protocol/truth.ts';
import { like, needle } from './bytes-arguments.ts';
import type { BytesLike } from './bytes-arguments.ts';
import { countBytes, findBytes, findLastBytes, isSpace, matchesAt } from './bytes-search.ts';
import { splitBytes, splitBytesRight, splitLines, splitSpace, splitSpaceRight, stripRange } from './bytes-split.ts';
import {
  bytesToHex, expandTabs, isAlphaByte, isDigitByte, isLowerByte, isTitleBytes, isUpperByte, titleBytes, toLowerByte, toUpperByte,
} from './bytes-text.ts';
import { PyByteArray } from './bytearray.ts';
import { PyBytes } from './bytes.ts';
import { TypeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { PyList } from './list.ts';
import { None } from './none.ts';
import { findRange } from './slice.ts';
import { PyTuple, newTuple } from './tuple.ts';

/** The same bytes: itself if that cannot be told from a copy. */
function unchanged(self: BytesLike): PyValue {
  return self.cls === typeOf(like(self, new Uint8Array(0))) && self instanceof PyBytes ? self : like(self, self.bytes.slice());
}

// ---- searching ----

function find(vm: VM, self: BytesLike, sub: PyValue, from: PyValue | undefined, to: PyValue | undefined): number {
  const [start, end] = findRange(vm, from, to, self.bytes.length);
  const wanted = needle(vm, sub);
  vm.charge((end - start) >> 4);
  return start > self.bytes.length ? -1 : findBytes(self.bytes, wanted, start, end);
}

function findLast(vm: VM, self: BytesLike, sub: PyValue, from: PyValue | undefined, to: PyValue | undefined): number {
  const [start, end] = findRange(vm, from, to, self.bytes.length);
  const wanted = needle(vm, sub);
  vm.charge((end - start) >> 4);
  return start > self.bytes.length ? -1 : findLastBytes(self.bytes, wanted, start, end);
}

function bytes_index(vm: VM, self: BytesLike, sub: PyValue, from: PyValue | undefined, to: PyValue | undefined): PyValue {
  const at = find(vm, self, sub, from, to);
  return at < 0 ? vm.raise(valueError('subsection not found')) : at;
}

function bytes_rindex(vm: VM, self: BytesLike, sub: PyValue, from: PyValue | undefined, to: PyValue | undefined): PyValue {
  const at = findLast(vm, self, sub, from, to);
  return at < 0 ? vm.raise(valueError('subsection not found')) : at;
}

function bytes_count(vm: VM, self: BytesLike, sub: PyValue, from: PyValue | undefined, to: PyValue | undefined): PyValue {
  const [start, end] = findRange(vm, from, to, self.bytes.length);
  const wanted = needle(vm, sub);
  return countBytes(self.bytes, wanted, start, end);
}

/** `startswith` and `endswith`: is a prefix (or one of a tuple of them) at the given end of the range? */
function tailMatch(name: string, atEnd: boolean) {
  return (vm: VM, self: BytesLike, affix: PyValue, from: PyValue | undefined, to: PyValue | undefined): PyValue => {
    const [start, end] = findRange(vm, from, to, self.bytes.length);
    const matches = (value: PyValue): boolean => {
      const sub = bufferBytes(vm, value);
      if (end - start < sub.length || start > self.bytes.length) return false;
      return matchesAt(self.bytes, sub, atEnd ? end - sub.length : start);
    };
    if (affix instanceof PyTuple) return affix.items.some(matches);
    if (!hasBuffer(vm, affix)) throw typeError(`${name} first arg must be bytes or a tuple of bytes, not ${typeOf(affix).tpName}`);
    return matches(affix);
  };
}

// ---- taking apart ----

/** `maxsplit`: negative for no limit. */
function splitLimit(vm: VM, maxsplit: PyValue | undefined): number {
  const limit = maxsplit === undefined ? -1 : ssizeArgument(vm, maxsplit);
  return limit < 0 ? Infinity : limit;
}

function separatorBytes(vm: VM, sep: PyValue): Uint8Array {
  const separator = bufferBytes(vm, sep);
  if (separator.length === 0) throw valueError('empty separator');
  return separator;
}

function toList(vm: VM, self: BytesLike, parts: readonly Uint8Array[]): PyValue {
  vm.charge(self.bytes.length >> 3);
  vm.allocate(parts.length * 100);
  return new PyList(parts.map((part) => like(self, part)));
}

function bytes_split(vm: VM, self: BytesLike, sep: PyValue | undefined, maxsplit: PyValue | undefined): PyValue {
  const limit = splitLimit(vm, maxsplit);
  return toList(vm, self, sep === undefined || sep === None ? splitSpace(self.bytes, limit) : splitBytes(self.bytes, separatorBytes(vm, sep), limit));
}

function bytes_rsplit(vm: VM, self: BytesLike, sep: PyValue | undefined, maxsplit: PyValue | undefined): PyValue {
  const limit = splitLimit(vm, maxsplit);
  return toList(vm, self, sep === undefined || sep === None ? splitSpaceRight(self.bytes, limit) : splitBytesRight(self.bytes, separatorBytes(vm, sep), limit));
}

function bytes_splitlines(vm: VM, self: BytesLike, keepends: PyValue | undefined): PyValue {
  return toList(vm, self, splitLines(self.bytes, keepends !== undefined && isTrue(vm, keepends)));
}

function bytes_partition(vm: VM, self: BytesLike, sep: PyValue): PyValue {
  const separator = separatorBytes(vm, sep);
  const { bytes } = self;
  const at = findBytes(bytes, separator);
  if (at < 0) return newTuple([unchanged(self), like(self, new Uint8Array(0)), like(self, new Uint8Array(0))]);
  return parts(self, bytes.slice(0, at), separator.slice(), bytes.slice(at + separator.length), sep);
}

function bytes_rpartition(vm: VM, self: BytesLike, sep: PyValue): PyValue {
  const separator = separatorBytes(vm, sep);
  const { bytes } = self;
  const at = findLastBytes(bytes, separator);
  if (at < 0) return newTuple([like(self, new Uint8Array(0)), like(self, new Uint8Array(0)), unchanged(self)]);
  return parts(self, bytes.slice(0, at), separator.slice(), bytes.slice(at + separator.length), sep);
}

function parts(self: BytesLike, before: Uint8Array, separator: Uint8Array, after: Uint8Array, sep: PyValue): PyValue {
  const middle = self instanceof PyBytes && sep instanceof PyBytes ? sep : like(self, separator);
  return newTuple([like(self, before), middle, like(self, after)]);
}

function strip(left: boolean, right: boolean) {
  return (vm: VM, self: BytesLike, chars: PyValue | undefined): PyValue => {
    const set = chars === undefined || chars === None ? null : bufferBytes(vm, chars);
    const [start, end] = stripRange(self.bytes, set, left, right);
    return start === 0 && end === self.bytes.length ? unchanged(self) : like(self, self.bytes.slice(start, end));
  };
}

function bytes_removeprefix(vm: VM, self: BytesLike, prefix: PyValue): PyValue {
  const sub = bufferBytes(vm, prefix);
  return sub.length > 0 && matchesAt(self.bytes, sub, 0) ? like(self, self.bytes.slice(sub.length)) : unchanged(self);
}

function bytes_removesuffix(vm: VM, self: BytesLike, suffix: PyValue): PyValue {
  const sub = bufferBytes(vm, suffix);
  const at = self.bytes.length - sub.length;
  return sub.length > 0 && matchesAt(self.bytes, sub, at) ? like(self, self.bytes.slice(0, at)) : unchanged(self);
}

// ---- putting together ----

/** `sep.join(items)` (CPython: stringlib_bytes_join). */
function bytes_join(vm: VM, self: BytesLike, iterable: PyValue): PyValue {
  let items: readonly PyValue[];
  if (iterable instanceof PyList || iterable instanceof PyTuple) items = iterable.items;
  else {
    if (self instanceof PyByteArray) self.exports++; // The iterator must not change the separator.
    try {
      items = toArray(vm, iterable);
    } catch (error) {
      if (error instanceof PyBaseException && error.cls.isSubtypeOf(TypeError) && typeOf(iterable).tp_iter === undefined) throw typeError('can only join an iterable');
      throw error;
    } finally {
      if (self instanceof PyByteArray) self.exports--;
    }
  }
  if (items.length === 1 && self instanceof PyBytes && typeof items[0] === 'object' && items[0].cls === typeOf(like(self, self.bytes))) return items[0];
  const pieces = items.map((item, index) => {
    const bytes = bytesIfAny(vm, item);
    if (bytes === undefined) throw typeError(`sequence item ${index}: expected a bytes-like object, ${typeOf(item).tpName} found`);
    return bytes;
  });
  const separator = self.bytes;
  const total = pieces.reduce((sum, piece) => sum + piece.length, Math.max(0, pieces.length - 1) * separator.length);
  const result = allocateBytes(vm, total);
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) {
      result.set(separator, at);
      at += separator.length;
    }
    result.set(piece, at);
    at += piece.length;
  }
  return like(self, result);
}

function bytes_replace(vm: VM, self: BytesLike, old: PyValue, replacement: PyValue, count: PyValue | undefined): PyValue {
  const from = bufferBytes(vm, old);
  const to = bufferBytes(vm, replacement);
  const given = count === undefined ? -1 : ssizeArgument(vm, count);
  const { bytes } = self;
  const times = countBytes(bytes, from, 0, bytes.length, given < 0 ? Infinity : given);
  if (times === 0 || (from.length === 0 && to.length === 0)) return unchanged(self);
  const result = allocateBytes(vm, bytes.length + times * (to.length - from.length));
  vm.charge(times);
  let read = 0;
  let write = 0;
  for (let done = 0; done < times; done++) {
    // Empty `old` is found before every byte and at the end.
    const at = from.length === 0 ? done : findBytes(bytes, from, read);
    result.set(bytes.subarray(read, at), write);
    write += at - read;
    result.set(to, write);
    write += to.length;
    read = at + from.length;
  }
  result.set(bytes.subarray(read), write);
  return like(self, result);
}

function bytes_expandtabs(vm: VM, self: BytesLike, tabsize: PyValue | undefined): PyValue {
  const size = tabsize === undefined ? 8 : ssizeArgument(vm, tabsize);
  if (size > 0x7fff_ffff && self.bytes.includes(9)) throw overflowError(size > Number.MAX_SAFE_INTEGER - 1 ? 'Python int too large to convert to C int' : 'result too long');
  vm.charge(self.bytes.length);
  return like(self, Uint8Array.from(expandTabs(self.bytes, size)));
}

/** The fill character of `center` and its like. */
function fillByte(name: string, fillchar: PyValue | undefined): number {
  if (fillchar === undefined) return 0x20;
  if ((fillchar instanceof PyBytes || fillchar instanceof PyByteArray) && fillchar.bytes.length === 1) return fillchar.bytes[0];
  throw typeError(`${name}() argument 2 must be a byte string of length 1, not ${typeOf(fillchar).tpName}`);
}

/** `left` says how many of the missing bytes go to the left. */
function justify(name: string, left: (missing: number, width: number) => number) {
  return (vm: VM, self: BytesLike, widthValue: PyValue, fillchar: PyValue | undefined): PyValue => {
    const width = ssizeArgument(vm, widthValue);
    const fill = fillByte(name, fillchar);
    const missing = width - self.bytes.length;
    if (missing <= 0) return unchanged(self);
    const result = allocateBytes(vm, width).fill(fill);
    result.set(self.bytes, left(missing, width));
    return like(self, result);
  };
}

function bytes_zfill(vm: VM, self: BytesLike, widthValue: PyValue): PyValue {
  const width = ssizeArgument(vm, widthValue);
  const { bytes } = self;
  const missing = width - bytes.length;
  if (missing <= 0) return unchanged(self);
  const result = allocateBytes(vm, width).fill(0x30);
  result.set(bytes, missing);
  if (bytes[0] === 0x2b || bytes[0] === 0x2d) {
    result[0] = bytes[0];
    result[missing] = 0x30;
  }
  return like(self, result);
}

// ---- characters ----

function mapBytes(map: (byte: number, index: number) => number) {
  return (vm: VM, self: BytesLike): PyValue => {
    vm.charge(self.bytes.length >> 3);
    return like(self, self.bytes.map(map));
  };
}

function bytes_title(vm: VM, self: BytesLike): PyValue {
  return like(self, titleBytes(self.bytes));
}

/** There are bytes and all are of a class. */
function allBytes(test: (byte: number) => boolean) {
  return (_vm: VM, self: BytesLike): PyValue => self.bytes.length > 0 && self.bytes.every(test);
}

function bytes_isascii(vm: VM, self: BytesLike): PyValue {
  return self.bytes.every((byte) => byte < 0x80);
}

function bytes_islower(vm: VM, self: BytesLike): PyValue {
  return self.bytes.some(isLowerByte) && !self.bytes.some(isUpperByte);
}

function bytes_isupper(vm: VM, self: BytesLike): PyValue {
  return self.bytes.some(isUpperByte) && !self.bytes.some(isLowerByte);
}

function bytes_istitle(vm: VM, self: BytesLike): PyValue {
  return isTitleBytes(self.bytes);
}

function bytes_translate(vm: VM, self: BytesLike, table: PyValue, deleted: PyValue | undefined): PyValue {
  const map = table === None ? null : bufferBytes(vm, table);
  if (map !== null && map.length !== 256) throw valueError('translation table must be 256 characters long');
  const drop = deleted === undefined ? new Uint8Array(0) : bufferBytes(vm, deleted);
  vm.charge(self.bytes.length >> 2);
  const kept = drop.length === 0 ? self.bytes : self.bytes.filter((byte) => !drop.includes(byte));
  if (map === null && kept.length === self.bytes.length) return unchanged(self);
  return like(self, map === null ? kept.slice() : kept.map((byte) => map[byte]));
}

function bytes_maketrans(vm: VM, frm: PyValue, to: PyValue): PyValue {
  const from = bufferBytes(vm, frm);
  const target = bufferBytes(vm, to);
  if (from.length !== target.length) throw valueError('maketrans arguments must have same length');
  const table = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (let i = 0; i < from.length; i++) table[from[i]] = target[i];
  return new PyBytes(table);
}

// ---- text ----

/** `hex(sep, bytes_per_sep)` of any bytes; memoryview's too. */
export function hexOf(vm: VM, bytes: Uint8Array, sep: PyValue | undefined, bytesPerSep: PyValue | undefined): PyValue {
  const group = bytesPerSep === undefined ? 1 : ssizeArgument(vm, bytesPerSep);
  let separator = '';
  if (sep !== undefined) {
    if (length(vm, sep) !== 1) throw valueError('sep must be length 1.');
    if (isStr(sep)) separator = jsText(sep);
    else if (sep instanceof PyBytes) separator = String.fromCharCode(sep.bytes[0]);
    else throw typeError('sep must be str or bytes.');
    if ((separator.codePointAt(0) as number) > 127) throw valueError('sep must be ASCII.');
  }
  vm.charge(bytes.length >> 2);
  vm.allocate(bytes.length * 2);
  return bytesToHex(bytes, separator, group);
}

function bytes_hex(vm: VM, self: BytesLike, sep: PyValue | undefined, bytesPerSep: PyValue | undefined): PyValue {
  return hexOf(vm, self.bytes, sep, bytesPerSep);
}

function bytes_decode(vm: VM, self: BytesLike, encoding: PyValue | undefined, errors: PyValue | undefined): PyValue {
  return decodeText(vm, self.bytes, stringArgument('decode', 'encoding', encoding), stringArgument('decode', 'errors', errors));
}

/** An optional str argument without null characters (Argument Clinic's `str`). */
export function stringArgument(func: string, name: string, value: PyValue | undefined): string | undefined {
  return value === undefined ? undefined : cText(func, `argument '${name}'`, value);
}

/** The shared methods, with `bytes` or `bytearray` in their documentation. */
export function commonMethods(what: 'bytes' | 'bytearray'): NativeDef[] {
  return [
    native('find(self, sub, start=None, end=None, /)', find, 'B.find(sub[, start[, end]]) -> int\n\nReturn the lowest index in B where subsection sub is found,\nsuch that sub is contained within B[start,end].  Optional\narguments start and end are interpreted as in slice notation.\n\nReturn -1 on failure.').parsedTuple(),
    native('rfind(self, sub, start=None, end=None, /)', findLast, 'B.rfind(sub[, start[, end]]) -> int\n\nReturn the highest index in B where subsection sub is found,\nsuch that sub is contained within B[start,end].  Optional\narguments start and end are interpreted as in slice notation.\n\nReturn -1 on failure.').parsedTuple(),
    native('index(self, sub, start=None, end=None, /)', bytes_index, 'B.index(sub[, start[, end]]) -> int\n\nReturn the lowest index in B where subsection sub is found,\nsuch that sub is contained within B[start,end].  Optional\narguments start and end are interpreted as in slice notation.\n\nRaises ValueError when the subsection is not found.').parsedTuple(),
    native('rindex(self, sub, start=None, end=None, /)', bytes_rindex, 'B.rindex(sub[, start[, end]]) -> int\n\nReturn the highest index in B where subsection sub is found,\nsuch that sub is contained within B[start,end].  Optional\narguments start and end are interpreted as in slice notation.\n\nRaise ValueError when the subsection is not found.').parsedTuple(),
    native('count(self, sub, start=None, end=None, /)', bytes_count, 'B.count(sub[, start[, end]]) -> int\n\nReturn the number of non-overlapping occurrences of subsection sub in\nbytes B[start:end].  Optional arguments start and end are interpreted\nas in slice notation.').parsedTuple(),
    native('startswith(self, prefix, start=None, end=None, /)', tailMatch('startswith', false), 'B.startswith(prefix[, start[, end]]) -> bool\n\nReturn True if B starts with the specified prefix, False otherwise.\nWith optional start, test B beginning at that position.\nWith optional end, stop comparing B at that position.\nprefix can also be a tuple of bytes to try.').parsedTuple(),
    native('endswith(self, suffix, start=None, end=None, /)', tailMatch('endswith', true), 'B.endswith(suffix[, start[, end]]) -> bool\n\nReturn True if B ends with the specified suffix, False otherwise.\nWith optional start, test B beginning at that position.\nWith optional end, stop comparing B at that position.\nsuffix can also be a tuple of bytes to try.').parsedTuple(),
    native('split(self, /, sep=None, maxsplit=-1)', bytes_split, `Return a list of the sections in the ${what}, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the ${what}.\n    None (the default value) means split on ASCII whitespace characters\n    (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit.`),
    native('rsplit(self, /, sep=None, maxsplit=-1)', bytes_rsplit, `Return a list of the sections in the ${what}, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the ${what}.\n    None (the default value) means split on ASCII whitespace characters\n    (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit.\n\nSplitting is done starting at the end of the ${what} and working to the front.`),
    native('splitlines(self, /, keepends=False)', bytes_splitlines, `Return a list of the lines in the ${what}, breaking at line boundaries.\n\nLine breaks are not included in the resulting list unless keepends is given and\ntrue.`),
    native('partition(self, sep, /)', bytes_partition, what === 'bytes'
      ? 'Partition the bytes into three parts using the given separator.\n\nThis will search for the separator sep in the bytes. If the separator is found,\nreturns a 3-tuple containing the part before the separator, the separator\nitself, and the part after it.\n\nIf the separator is not found, returns a 3-tuple containing the original bytes\nobject and two empty bytes objects.'
      : 'Partition the bytearray into three parts using the given separator.\n\nThis will search for the separator sep in the bytearray. If the separator is\nfound, returns a 3-tuple containing the part before the separator, the\nseparator itself, and the part after it as new bytearray objects.\n\nIf the separator is not found, returns a 3-tuple containing the copy of the\noriginal bytearray object and two empty bytearray objects.'),
    native('rpartition(self, sep, /)', bytes_rpartition, what === 'bytes'
      ? 'Partition the bytes into three parts using the given separator.\n\nThis will search for the separator sep in the bytes, starting at the end. If\nthe separator is found, returns a 3-tuple containing the part before the\nseparator, the separator itself, and the part after it.\n\nIf the separator is not found, returns a 3-tuple containing two empty bytes\nobjects and the original bytes object.'
      : 'Partition the bytearray into three parts using the given separator.\n\nThis will search for the separator sep in the bytearray, starting at the end.\nIf the separator is found, returns a 3-tuple containing the part before the\nseparator, the separator itself, and the part after it as new bytearray\nobjects.\n\nIf the separator is not found, returns a 3-tuple containing two empty bytearray\nobjects and the copy of the original bytearray object.'),
    native('strip(self, bytes=None, /)', strip(true, true), 'Strip leading and trailing bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading and trailing ASCII whitespace.'),
    native('lstrip(self, bytes=None, /)', strip(true, false), what === 'bytes'
      ? 'Strip leading bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading  ASCII whitespace.'
      : 'Strip leading bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading ASCII whitespace.'),
    native('rstrip(self, bytes=None, /)', strip(false, true), 'Strip trailing bytes contained in the argument.\n\nIf the argument is omitted or None, strip trailing ASCII whitespace.'),
    native('removeprefix(self, prefix, /)', bytes_removeprefix, what === 'bytes'
      ? 'Return a bytes object with the given prefix string removed if present.\n\nIf the bytes starts with the prefix string, return bytes[len(prefix):].\nOtherwise, return a copy of the original bytes.'
      : 'Return a bytearray with the given prefix string removed if present.\n\nIf the bytearray starts with the prefix string, return\nbytearray[len(prefix):].  Otherwise, return a copy of the original\nbytearray.'),
    native('removesuffix(self, suffix, /)', bytes_removesuffix, what === 'bytes'
      ? 'Return a bytes object with the given suffix string removed if present.\n\nIf the bytes ends with the suffix string and that suffix is not empty,\nreturn bytes[:-len(prefix)].  Otherwise, return a copy of the original\nbytes.'
      : 'Return a bytearray with the given suffix string removed if present.\n\nIf the bytearray ends with the suffix string and that suffix is not\nempty, return bytearray[:-len(suffix)].  Otherwise, return a copy of\nthe original bytearray.'),
    native('join(self, iterable_of_bytes, /)', bytes_join, what === 'bytes'
      ? "Concatenate any number of bytes objects.\n\nThe bytes whose method is called is inserted in between each pair.\n\nThe result is returned as a new bytes object.\n\nExample: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'."
      : 'Concatenate any number of bytes/bytearray objects.\n\nThe bytearray whose method is called is inserted in between each pair.\n\nThe result is returned as a new bytearray object.'),
    native('replace(self, old, new, count=-1, /)', bytes_replace, 'Return a copy with all occurrences of substring old replaced by new.\n\n  count\n    Maximum number of occurrences to replace.\n    -1 (the default value) means replace all occurrences.\n\nIf the optional argument count is given, only the first count occurrences are\nreplaced.'),
    native('expandtabs(self, /, tabsize=8)', bytes_expandtabs, 'Return a copy where all tab characters are expanded using spaces.\n\nIf tabsize is not given, a tab size of 8 characters is assumed.'),
    native("center(self, width, fillchar=b' ', /)", justify('center', (missing, width) => (missing >> 1) + (missing & width & 1)), 'Return a centered string of length width.\n\nPadding is done using the specified fill character.'),
    native("ljust(self, width, fillchar=b' ', /)", justify('ljust', () => 0), 'Return a left-justified string of length width.\n\nPadding is done using the specified fill character.'),
    native("rjust(self, width, fillchar=b' ', /)", justify('rjust', (missing) => missing), 'Return a right-justified string of length width.\n\nPadding is done using the specified fill character.'),
    native('zfill(self, width, /)', bytes_zfill, 'Pad a numeric string with zeros on the left, to fill a field of the given width.\n\nThe original string is never truncated.'),
    native('upper(self, /)', mapBytes(toUpperByte), 'B.upper() -> copy of B\n\nReturn a copy of B with all ASCII characters converted to uppercase.').unsigned(),
    native('lower(self, /)', mapBytes(toLowerByte), 'B.lower() -> copy of B\n\nReturn a copy of B with all ASCII characters converted to lowercase.').unsigned(),
    native('swapcase(self, /)', mapBytes((byte) => (isAlphaByte(byte) ? byte ^ 0x20 : byte)), 'B.swapcase() -> copy of B\n\nReturn a copy of B with uppercase ASCII characters converted\nto lowercase ASCII and vice versa.').unsigned(),
    native('capitalize(self, /)', mapBytes((byte, index) => (index === 0 ? toUpperByte(byte) : toLowerByte(byte))), 'B.capitalize() -> copy of B\n\nReturn a copy of B with only its first character capitalized (ASCII)\nand the rest lower-cased.').unsigned(),
    native('title(self, /)', bytes_title, 'B.title() -> copy of B\n\nReturn a titlecased version of B, i.e. ASCII words start with uppercase\ncharacters, all remaining cased characters have lowercase.').unsigned(),
    native('isalnum(self, /)', allBytes((byte) => isAlphaByte(byte) || isDigitByte(byte)), 'B.isalnum() -> bool\n\nReturn True if all characters in B are alphanumeric\nand there is at least one character in B, False otherwise.').unsigned(),
    native('isalpha(self, /)', allBytes(isAlphaByte), 'B.isalpha() -> bool\n\nReturn True if all characters in B are alphabetic\nand there is at least one character in B, False otherwise.').unsigned(),
    native('isdigit(self, /)', allBytes(isDigitByte), 'B.isdigit() -> bool\n\nReturn True if all characters in B are digits\nand there is at least one character in B, False otherwise.').unsigned(),
    native('isspace(self, /)', allBytes(isSpace), 'B.isspace() -> bool\n\nReturn True if all characters in B are whitespace\nand there is at least one character in B, False otherwise.').unsigned(),
    native('isascii(self, /)', bytes_isascii, 'B.isascii() -> bool\n\nReturn True if B is empty or all characters in B are ASCII,\nFalse otherwise.').unsigned(),
    native('islower(self, /)', bytes_islower, 'B.islower() -> bool\n\nReturn True if all cased characters in B are lowercase and there is\nat least one cased character in B, False otherwise.').unsigned(),
    native('isupper(self, /)', bytes_isupper, 'B.isupper() -> bool\n\nReturn True if all cased characters in B are uppercase and there is\nat least one cased character in B, False otherwise.').unsigned(),
    native('istitle(self, /)', bytes_istitle, 'B.istitle() -> bool\n\nReturn True if B is a titlecased string and there is at least one\ncharacter in B, i.e. uppercase characters may only follow uncased\ncharacters and lowercase characters only cased ones. Return False\notherwise.').unsigned(),
    native("translate(self, table, /, delete=b'')", bytes_translate, 'Return a copy with each character mapped by the given translation table.\n\n  table\n    Translation table, which must be a bytes object of length 256.\n\nAll characters occurring in the optional argument delete are removed.\nThe remaining characters are mapped through the given translation table.'),
    native('hex(self, /, sep=<unrepresentable>, bytes_per_sep=1)', bytes_hex, what === 'bytes'
      ? "Create a string of hexadecimal numbers from a bytes object.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nExample:\n>>> value = b'\\xb9\\x01\\xef'\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'\n>>> value.hex(':', -2)\n'b901:ef'"
      : "Create a string of hexadecimal numbers from a bytearray object.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nExample:\n>>> value = bytearray([0x, 0x, 0x])\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'\n>>> value.hex(':', -2)\n'b901:ef'"),
    native("decode(self, /, encoding='utf-8', errors='strict')", bytes_decode, `Decode the ${what} using the codec registered for encoding.\n\n  encoding\n    The encoding with which to decode the ${what}.\n  errors\n    The error handling scheme to use for the handling of decoding errors.\n    The default is 'strict' meaning that decoding errors raise a\n    UnicodeDecodeError. Other possible values are 'ignore' and 'replace'\n    as well as any other name registered with codecs.register_error that\n    can handle UnicodeDecodeErrors.`),
  ];
}

/** `bytes.maketrans`, `bytearray.maketrans`. */
export function maketrans(): NativeDef {
  return native('maketrans(frm, to, /)', bytes_maketrans, 'Return a translation table useable for the bytes or bytearray translate method.\n\nThe returned table will be one where each byte in frm is mapped to the byte at\nthe same position in to.\n\nThe bytes objects frm and to must be of the same length.');
}
