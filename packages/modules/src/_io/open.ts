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
  native("open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)", io_open, 'Open file and return a stream.  Raise OSError upon failure.\n\nfile is either a text or byte string giving the name (and the path\nif the file isn\'t in the current working directory) of the file to\nbe opened or an integer file descriptor of the file to be\nwrapped. (If a file descriptor is given, it is closed when the\nreturned I/O object is closed, unless closefd is set to False.)\n\nmode is an optional string that specifies the mode in which the file\nis opened. It defaults to \'r\' which means open for reading in text\nmode.  Other common values are \'w\' for writing (truncating the file if\nit already exists), \'x\' for creating and writing to a new file, and\n\'a\' for appending (which on some Unix systems, means that all writes\nappend to the end of the file regardless of the current seek position).\nIn text mode, if encoding is not specified the encoding used is platform\ndependent: locale.getencoding() is called to get the current locale encoding.\n(For reading and writing raw bytes use binary mode and leave encoding\nunspecified.) The available modes are:\n\n========= ===============================================================\nCharacter Meaning\n--------- ---------------------------------------------------------------\n\'r\'       open for reading (default)\n\'w\'       open for writing, truncating the file first\n\'x\'       create a new file and open it for writing\n\'a\'       open for writing, appending to the end of the file if it exists\n\'b\'       binary mode\n\'t\'       text mode (default)\n\'+\'       open a disk file for updating (reading and writing)\n========= ===============================================================\n\nThe default mode is \'rt\' (open for reading text). For binary random\naccess, the mode \'w+b\' opens and truncates the file to 0 bytes, while\n\'r+b\' opens the file without truncation. The \'x\' mode implies \'w\' and\nraises an `FileExistsError` if the file already exists.\n\nPython distinguishes between files opened in binary and text modes,\neven when the underlying operating system doesn\'t. Files opened in\nbinary mode (appending \'b\' to the mode argument) return contents as\nbytes objects without any decoding. In text mode (the default, or when\n\'t\' is appended to the mode argument), the contents of the file are\nreturned as strings, the bytes having been first decoded using a\nplatform-dependent encoding or using the specified encoding if given.\n\nbuffering is an optional integer used to set the buffering policy.\nPass 0 to switch buffering off (only allowed in binary mode), 1 to select\nline buffering (only usable in text mode), and an integer > 1 to indicate\nthe size of a fixed-size chunk buffer.  When no buffering argument is\ngiven, the default buffering policy works as follows:\n\n* Binary files are buffered in fixed-size chunks; the size of the buffer\n  is chosen using a heuristic trying to determine the underlying device\'s\n  "block size" and falling back on `io.DEFAULT_BUFFER_SIZE`.\n  On many systems, the buffer will typically be 4096 or 8192 bytes long.\n\n* "Interactive" text files (files for which isatty() returns True)\n  use line buffering.  Other text files use the policy described above\n  for binary files.\n\nencoding is the name of the encoding used to decode or encode the\nfile. This should only be used in text mode. The default encoding is\nplatform dependent, but any encoding supported by Python can be\npassed.  See the codecs module for the list of supported encodings.\n\nerrors is an optional string that specifies how encoding errors are to\nbe handled---this argument should not be used in binary mode. Pass\n\'strict\' to raise a ValueError exception if there is an encoding error\n(the default of None has the same effect), or pass \'ignore\' to ignore\nerrors. (Note that ignoring encoding errors can lead to data loss.)\nSee the documentation for codecs.register or run \'help(codecs.Codec)\'\nfor a list of the permitted encoding error strings.\n\nnewline controls how universal newlines works (it only applies to text\nmode). It can be None, \'\', \'\\n\', \'\\r\', and \'\\r\\n\'.  It works as\nfollows:\n\n* On input, if newline is None, universal newlines mode is\n  enabled. Lines in the input can end in \'\\n\', \'\\r\', or \'\\r\\n\', and\n  these are translated into \'\\n\' before being returned to the\n  caller. If it is \'\', universal newline mode is enabled, but line\n  endings are returned to the caller untranslated. If it has any of\n  the other legal values, input lines are only terminated by the given\n  string, and the line ending is returned to the caller untranslated.\n\n* On output, if newline is None, any \'\\n\' characters written are\n  translated to the system default line separator, os.linesep. If\n  newline is \'\' or \'\\n\', no translation takes place. If newline is any\n  of the other legal values, any \'\\n\' characters written are translated\n  to the given string.\n\nIf closefd is False, the underlying file descriptor will be kept open\nwhen the file is closed. This does not work when a file name is given\nand must be True in that case.\n\nA custom opener can be used by passing a callable as *opener*. The\nunderlying file descriptor for the file object is then obtained by\ncalling *opener* with (*file*, *flags*). *opener* must return an open\nfile descriptor (passing os.open as *opener* results in functionality\nsimilar to passing None).\n\nopen() returns a file object whose type depends on the mode, and\nthrough which the standard file operations such as reading and writing\nare performed. When open() is used to open a file in a text mode (\'w\',\n\'r\', \'wt\', \'rt\', etc.), it returns a TextIOWrapper. When used to open\na file in a binary mode, the returned class varies: in read binary\nmode, it returns a BufferedReader; in write binary and append binary\nmodes, it returns a BufferedWriter, and in read/write mode, it returns\na BufferedRandom.\n\nIt is also possible to use a string or bytearray as a file for both\nreading and writing. For strings StringIO can be used like a file\nopened in a text mode, and for bytes a BytesIO can be used like a file\nopened in a binary mode.'),
  native('open_code(path)', io_open_code, 'Opens the provided file with the intent to import the contents.\n\nThis may perform extra validation beyond open(), but is otherwise interchangeable\nwith calling open(path, \'rb\').'),
  native('text_encoding(encoding, stacklevel=2, /)', io_text_encoding, 'A helper function to choose the text encoding.\n\nWhen encoding is not None, this function returns it.\nOtherwise, this function returns the default text encoding\n(i.e. "locale" or "utf-8" depends on UTF-8 mode).\n\nThis function emits an EncodingWarning if encoding is None and\nsys.flags.warn_default_encoding is true.\n\nThis can be used in APIs with an encoding=None parameter.\nHowever, please consider using encoding="utf-8" for new APIs.'),
];
