import {
  PyBytes, PyStr, asIndex, call, decodeUtf8, encodeUtf8, isStr, jsText, lookupSpecial, None, notImplementedError, overflowError, strFromJS, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { callFiles } from './host.ts';

/* Paths as arguments (CPython 3.12: Modules/posixmodule.c, path_converter; PyUnicode_FSConverter). */

/** A path as the host wants it and as errors show it. */
export interface PathArgument {
  /** For the host: str with bytes that are not UTF-8 as lone surrogates. */
  readonly text: string;
  /** What OSError has as `filename`. */
  readonly shown: PyValue;
  /** Results are to be bytes too. */
  readonly bytes: boolean;
  /** Descriptor given in place of a path; null for a path. */
  readonly fd: number | null;
}

/** What a function accepts beside str, bytes and os.PathLike. */
export interface PathRules {
  /** A descriptor too; 'by path' where only its path will do (`text` leads to it), which not every host has. */
  readonly fd?: boolean | 'by path';
  readonly nullable?: boolean;
  /** Name of the parameter; default `path`. */
  readonly name?: string;
}

/** Reads a path argument of the function `what`. */
export function pathArgument(vm: VM, what: string, value: PyValue | undefined, rules: PathRules = {}): PathArgument {
  const name = rules.name ?? 'path';
  if (value === undefined || (value === None && rules.nullable)) {
    return { text: '.', shown: None, bytes: false, fd: null };
  }
  if (isStr(value)) return { text: hostPath(vm, value), shown: value, bytes: false, fd: null };
  if (value instanceof PyBytes) return bytesPath(vm, value, `${what}: embedded null character in ${name}`);
  const type = typeOf(value);
  const takesFd = rules.fd === 'by path' ? vm.host.files?.descriptorPath !== undefined : rules.fd;
  if (takesFd && type.nb_index !== undefined) {
    const fd = descriptorArgument(vm, value);
    return { text: rules.fd === 'by path' ? callFiles(vm, 'descriptorPath', [fd], value) : '', shown: value, bytes: false, fd };
  }
  const method = lookupSpecial(vm, value, '__fspath__');
  if (method === undefined) {
    const also = takesFd ? (rules.nullable ? ', os.PathLike, integer or None' : ', os.PathLike or integer') : rules.nullable ? ', os.PathLike or None' : ' or os.PathLike';
    throw typeError(`${what}: ${name} should be string, bytes${also}, not ${type.tpName}`);
  }
  const path = fspathResult(value, call(vm, method, []));
  if (isStr(path)) return { text: hostPath(vm, path), shown: path, bytes: false, fd: null };
  return bytesPath(vm, path as PyBytes, `${what}: embedded null character in ${name}`); // fspathResult gives nothing else.
}

/** A str as the host wants it. Raises for NUL and for characters that no file name can have. */
export function hostPath(vm: VM, path: PyValue): string {
  const text = jsText(path);
  if (!(path instanceof PyStr) && /[\ud800-\udfff]/.test(text)) encodeUtf8(vm, path, 'surrogateescape');
  if (text.includes('\0')) throw valueError('embedded null byte');
  return text;
}

function bytesPath(vm: VM, path: PyBytes, message: string): PathArgument {
  if (path.bytes.includes(0)) throw valueError(message);
  return { text: jsText(fsdecode(vm, path.bytes)), shown: path, bytes: true, fd: null };
}

/** `os.fsdecode(bytes)` */
export function fsdecode(vm: VM, bytes: Uint8Array): PyValue {
  return decodeUtf8(vm, bytes, 'surrogateescape').value;
}

/** `os.fsencode(text)` of text as the host gives it. */
export function fsencode(vm: VM, text: string): PyBytes {
  return new PyBytes(encodeUtf8(vm, strFromJS(text), 'surrogateescape'));
}

/** A name from the host, in the kind that the caller's path was. */
export function nameLike(vm: VM, text: string, bytes: boolean): PyValue {
  return bytes ? fsencode(vm, text) : strFromJS(text);
}

/** `os.fspath(path)` */
export function fspath(vm: VM, path: PyValue): PyValue {
  if (isStr(path) || path instanceof PyBytes) return path;
  const method = lookupSpecial(vm, path, '__fspath__');
  if (method === undefined) throw typeError(`expected str, bytes or os.PathLike object, not ${typeOf(path).tpName}`);
  return fspathResult(path, call(vm, method, []));
}

function fspathResult(owner: PyValue, result: PyValue): PyValue {
  if (isStr(result) || result instanceof PyBytes) return result;
  throw typeError(`expected ${typeOf(owner).tpName}.__fspath__() to return str or bytes, not ${typeOf(result).tpName}`);
}

/** Bytes of a str, bytes or PathLike (CPython: PyUnicode_FSConverter). */
export function fsConvert(vm: VM, value: PyValue): PyBytes {
  const path = fspath(vm, value);
  const bytes = path instanceof PyBytes ? path : new PyBytes(encodeUtf8(vm, path, 'surrogateescape'));
  if (bytes.bytes.includes(0)) throw valueError('embedded null byte');
  return bytes;
}

function descriptorArgument(vm: VM, value: PyValue): number {
  const fd = asIndex(vm, value);
  if (fd > 0x7fff_ffff) throw overflowError('fd is greater than maximum');
  if (fd < -0x8000_0000) throw overflowError('fd is less than minimum');
  return Number(fd);
}

/** An argument of C type int. */
export function intArgument(vm: VM, value: PyValue): number {
  const number = asIndex(vm, value);
  if (number > 0x7fff_ffff || number < -0x8000_0000) throw overflowError('Python int too large to convert to C int');
  return Number(number);
}

/**
 * The path of an argument seen from `dir_fd` (CPython: dir_fd_converter and the functions whose names end in `at`). `what` is the function, for
 * messages; `name` the parameter.
 */
export function pathFrom(vm: VM, what: string, target: PathArgument, dirFd: PyValue | undefined, name = 'dir_fd'): string {
  const fd = dirDescriptor(vm, dirFd, name);
  if (fd === null) return target.text;
  if (target.fd !== null) throw valueError(`${what}: can't specify dir_fd without matching path`);
  const folder = callFiles(vm, 'descriptorPath', [fd], target.shown);
  return target.text === '' || target.text.startsWith('/') ? target.text : `${folder}/${target.text}`;
}

/** `dir_fd` as hooks hear of it. */
export function auditedDirFd(value: PyValue | undefined): PyValue {
  return value === undefined || value === None ? -1 : value;
}

/** The descriptor that `dir_fd` is; null for none. */
export function dirDescriptor(vm: VM, value: PyValue | undefined, name = 'dir_fd'): number | null {
  if (value === undefined || value === None) return null;
  if (typeOf(value).nb_index === undefined) throw typeError(`argument should be integer or None, not ${typeOf(value).tpName}`);
  const fd = descriptorArgument(vm, value);
  if (vm.host.files?.descriptorPath === undefined) throw notImplementedError(`${name} unavailable on this platform`);
  return fd;
}
