import { asIndex, call, callMethod, hasIndex, isStr, jsText, native, None, setAttr, strFromJS, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeDef, PyValue, VM } from '@py/vm/native';
import { fspath } from '../posix/paths.ts';
import { isClosed } from './base.ts';
import { fileIOType } from './fileio.ts';
import type { PyFileIO } from './fileio.ts';
import { bufferedRandomType, bufferedReaderType, bufferedWriterType } from './buffered-types.ts';
import { optionalText, textIOWrapperType, utf8Mode, warnDefaultEncoding } from './textio-type.ts';

/* `open` (CPython 3.12: Modules/_io/_iomodule.c). */

interface Mode {
  /** For FileIO. */
  readonly raw: string;
  readonly binary: boolean;
  readonly updating: boolean;
  readonly writing: boolean;
}

function parseMode(value: PyValue | undefined): Mode {
  if (value !== undefined && !isStr(value)) throw typeError(`open() argument 'mode' must be str, not ${typeOf(value).tpName}`);
  const mode = value === undefined ? 'r' : jsText(value);
  if (mode.includes('\0')) throw valueError('embedded null character');
  const letters = new Set(mode);
  if (letters.size !== mode.length || [...letters].some((letter) => !'xrwa+tb'.includes(letter))) throw valueError(`invalid mode: '${mode}'`);
  const raw = [...'xrwa+'].filter((letter) => letters.has(letter)).join('');
  const [text, binary] = [letters.has('t'), letters.has('b')];
  if (text && binary) throw valueError("can't have text and binary mode at once");
  if ([...'xrwa'].filter((letter) => letters.has(letter)).length > 1) throw valueError('must have exactly one of create/read/write/append mode');
  return { raw, binary, updating: letters.has('+'), writing: letters.has('x') || letters.has('w') || letters.has('a') };
}

function io_open(
  vm: VM, file: PyValue, modeValue: PyValue | undefined, bufferingValue: PyValue | undefined, encoding: PyValue | undefined, errors: PyValue | undefined,
  newline: PyValue | undefined, closefd: PyValue | undefined, opener: PyValue | undefined,
): PyValue {
  const path = hasIndex(file) ? file : fspath(vm, file);
  const mode = parseMode(modeValue);
  let buffering = bufferingValue === undefined ? -1 : Number(asIndex(vm, bufferingValue));
  const texts = { encoding: optionalText(vm, 'open', 'encoding', encoding), errors: optionalText(vm, 'open', 'errors', errors), newline: optionalText(vm, 'open', 'newline', newline) };
  if (mode.binary) {
    if (texts.encoding !== null) throw valueError("binary mode doesn't take an encoding argument");
    if (texts.errors !== null) throw valueError("binary mode doesn't take an errors argument");
    if (texts.newline !== null) throw valueError("binary mode doesn't take a newline argument");
    if (buffering === 1) vm.warn('RuntimeWarning', "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used", 1);
  }
  const raw = call(vm, fileIOType, [path, strFromJS(mode.raw), closefd ?? true, opener ?? None]) as PyFileIO;
  let result: PyValue = raw;
  try {
    const terminal = buffering < 0 && callMethod(vm, raw, 'isatty') === true;
    const lineBuffering = buffering === 1 || terminal;
    if (buffering < 0 || lineBuffering) buffering = raw.blockSize;
    if (buffering === 0) {
      if (!mode.binary) throw valueError("can't have unbuffered text I/O");
      return raw;
    }
    const type = mode.updating ? bufferedRandomType : mode.writing ? bufferedWriterType : bufferedReaderType;
    const buffer = call(vm, type, [raw, buffering]);
    result = buffer;
    if (mode.binary) return buffer;
    const text = call(vm, textIOWrapperType, [buffer, encoding ?? None, errors ?? None, newline ?? None, lineBuffering]);
    result = text;
    setAttr(vm, text, 'mode', modeValue ?? 'r');
    return text;
  } catch (error) {
    if (!isClosed(vm, result)) callMethod(vm, result, 'close');
    throw error;
  }
}

function io_open_code(vm: VM, path: PyValue): PyValue {
  if (!isStr(path)) throw typeError(`open_code() argument 'path' must be str, not ${typeOf(path).tpName}`);
  return io_open(vm, path, 'rb', undefined, undefined, undefined, undefined, undefined, undefined);
}

function io_text_encoding(vm: VM, encoding: PyValue, stackLevel: PyValue | undefined): PyValue {
  if (encoding !== None) return encoding;
  warnDefaultEncoding(vm, stackLevel === undefined ? 2 : Number(asIndex(vm, stackLevel)));
  return utf8Mode(vm) ? 'utf-8' : 'locale';
}


export const openFunctions: readonly NativeDef[] = [
  native("open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)", io_open, 'Open file and return a stream.  Raise OSError upon failure.\n\nfile is either a text or byte string giving the name (and the path\nif the file isn\'t in the current working directory) of the file to\nbe opened or an integer file descriptor of the file to be\nwrapped. (If a file descriptor is given, it is closed when the\nreturned I/O object is closed, unless closefd is set to False.)'),
  native('open_code(path)', io_open_code, 'Opens the provided file with the intent to import the contents.\n\nThis may perform extra validation beyond open(), but is otherwise interchangeable\nwith calling open(path, \'rb\').'),
  native('text_encoding(encoding, stacklevel=2, /)', io_text_encoding, 'A helper function to choose the text encoding.\n\nWhen encoding is not None, this function returns it.\nOtherwise, this function returns the default text encoding\n(i.e. "locale" or "utf-8" depends on UTF-8 mode).\n\nThis function emits an EncodingWarning if encoding is None and\nsys.flags.warn_default_encoding is true.\n\nThis can be used in APIs with an encoding=None parameter.\nHowever, please consider using encoding="utf-8" for new APIs.'),
];
