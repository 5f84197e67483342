import { bareType, objectType, TypeFlag, typeType } from '../core/type.ts';
import type { PyType } from '../core/type.ts';

/*
 * The built-in exception classes, bare: errors must be creatable before any type is complete. Their contents are in
 * objects/exceptions-*.ts. Names are Python's, so some hide JavaScript globals within this module's importers: import `* as types`.
 */

function exception(name: string, base: PyType): PyType {
  const type = bareType(name, base, typeType);
  type.flags |= TypeFlag.BASETYPE | TypeFlag.BASE_EXC_SUBCLASS;
  return type;
}

/** Python's `BaseException`: whatever can be raised. */
export const BaseException = exception('BaseException', objectType);
/** Python's `BaseExceptionGroup`: several exceptions at once, of any kind. */
export const BaseExceptionGroup = exception('BaseExceptionGroup', BaseException);
/** Python's `GeneratorExit`: A generator or coroutine is being closed. */
export const GeneratorExit = exception('GeneratorExit', BaseException);
/** Python's `KeyboardInterrupt`: the user interrupted the program. */
export const KeyboardInterrupt = exception('KeyboardInterrupt', BaseException);
/** Python's `SystemExit`: the program asks to end. */
export const SystemExit = exception('SystemExit', BaseException);
/** Python's `Exception`: what programs usually catch. */
export const Exception = exception('Exception', BaseException);
/** Python's `ArithmeticError`: errors of arithmetic. */
export const ArithmeticError = exception('ArithmeticError', Exception);
/** Python's `FloatingPointError`: raised by no built-in operation. */
export const FloatingPointError = exception('FloatingPointError', ArithmeticError);
/** Python's `OverflowError`: A result too large to be represented. */
export const OverflowError = exception('OverflowError', ArithmeticError);
/** Python's `ZeroDivisionError`: division by zero. */
export const ZeroDivisionError = exception('ZeroDivisionError', ArithmeticError);
/** Python's `AssertionError`: an assertion failed. */
export const AssertionError = exception('AssertionError', Exception);
/** Python's `AttributeError`: an object has no such attribute. */
export const AttributeError = exception('AttributeError', Exception);
/** Python's `BufferError`: A buffer cannot be given or changed. */
export const BufferError = exception('BufferError', Exception);
/** Python's `EOFError`: no input left. */
export const EOFError = exception('EOFError', Exception);
/** Python's `ImportError`: A module or a name in it cannot be imported. */
export const ImportError = exception('ImportError', Exception);
/** Python's `ModuleNotFoundError`: there is no such module. */
export const ModuleNotFoundError = exception('ModuleNotFoundError', ImportError);
/** Python's `LookupError`: A key or index is not there. */
export const LookupError = exception('LookupError', Exception);
/** Python's `IndexError`: an index out of range. */
export const IndexError = exception('IndexError', LookupError);
/** Python's `KeyError`: A key that is not there. */
export const KeyError = exception('KeyError', LookupError);
/** Python's `MemoryError`: out of memory. */
export const MemoryError = exception('MemoryError', Exception);
/** Python's `NameError`: A name that has no value. */
export const NameError = exception('NameError', Exception);
/** Python's `UnboundLocalError`: A local variable that has no value yet. */
export const UnboundLocalError = exception('UnboundLocalError', NameError);
/** Python's `OSError`: what the operating system refused. */
export const OSError = exception('OSError', Exception);
/** Python's `BlockingIOError`: EAGAIN and its kin. */
export const BlockingIOError = exception('BlockingIOError', OSError);
/** Python's `ChildProcessError`: ECHILD. */
export const ChildProcessError = exception('ChildProcessError', OSError);
/** Python's `ConnectionError`: base of what happens to connections. */
export const ConnectionError = exception('ConnectionError', OSError);
/** Python's `BrokenPipeError`: EPIPE, ESHUTDOWN. */
export const BrokenPipeError = exception('BrokenPipeError', ConnectionError);
/** Python's `ConnectionAbortedError`: ECONNABORTED. */
export const ConnectionAbortedError = exception('ConnectionAbortedError', ConnectionError);
/** Python's `ConnectionRefusedError`: ECONNREFUSED. */
export const ConnectionRefusedError = exception('ConnectionRefusedError', ConnectionError);
/** Python's `ConnectionResetError`: ECONNRESET. */
export const ConnectionResetError = exception('ConnectionResetError', ConnectionError);
/** Python's `FileExistsError`: EEXIST. */
export const FileExistsError = exception('FileExistsError', OSError);
/** Python's `FileNotFoundError`: ENOENT. */
export const FileNotFoundError = exception('FileNotFoundError', OSError);
/** Python's `InterruptedError`: EINTR. */
export const InterruptedError = exception('InterruptedError', OSError);
/** Python's `IsADirectoryError`: EISDIR. */
export const IsADirectoryError = exception('IsADirectoryError', OSError);
/** Python's `NotADirectoryError`: ENOTDIR. */
export const NotADirectoryError = exception('NotADirectoryError', OSError);
/** Python's `PermissionError`: EACCES, EPERM. */
export const PermissionError = exception('PermissionError', OSError);
/** Python's `ProcessLookupError`: ESRCH. */
export const ProcessLookupError = exception('ProcessLookupError', OSError);
/** Python's `TimeoutError`: ETIMEDOUT. */
export const TimeoutError = exception('TimeoutError', OSError);
/** Python's `ReferenceError`: A weak reference used after its object went. */
export const ReferenceError = exception('ReferenceError', Exception);
/** Python's `RuntimeError`: an error of no other kind. */
export const RuntimeError = exception('RuntimeError', Exception);
/** Python's `NotImplementedError`: A method that subclasses must define. */
export const NotImplementedError = exception('NotImplementedError', RuntimeError);
/** Python's `RecursionError`: calls nested too deeply. */
export const RecursionError = exception('RecursionError', RuntimeError);
/** Python's `StopAsyncIteration`: an asynchronous iterator is at its end. */
export const StopAsyncIteration = exception('StopAsyncIteration', Exception);
/** Python's `StopIteration`: an iterator is at its end. */
export const StopIteration = exception('StopIteration', Exception);
/** Python's `SyntaxError`: source that is not Python. */
export const SyntaxError = exception('SyntaxError', Exception);
/** Python's `IndentationError`: wrong indentation. */
export const IndentationError = exception('IndentationError', SyntaxError);
/** Python's `TabError`: tabs and spaces mixed. */
export const TabError = exception('TabError', IndentationError);
/** Python's `SystemError`: the interpreter found something wrong with itself. */
export const SystemError = exception('SystemError', Exception);
/** Python's `TypeError`: A value of the wrong type. */
export const TypeError = exception('TypeError', Exception);
/** Python's `ValueError`: A wrong value of the right type. */
export const ValueError = exception('ValueError', Exception);
/** Python's `UnicodeError`: errors of encoding and decoding. */
export const UnicodeError = exception('UnicodeError', ValueError);
/** Python's `UnicodeDecodeError`: bytes that cannot be decoded. */
export const UnicodeDecodeError = exception('UnicodeDecodeError', UnicodeError);
/** Python's `UnicodeEncodeError`: characters that cannot be encoded. */
export const UnicodeEncodeError = exception('UnicodeEncodeError', UnicodeError);
/** Python's `UnicodeTranslateError`: characters that cannot be translated. */
export const UnicodeTranslateError = exception('UnicodeTranslateError', UnicodeError);
/** Python's `Warning`: base of all warnings. */
export const Warning = exception('Warning', Exception);
/** Python's `BytesWarning`: bytes compared with or turned into str. */
export const BytesWarning = exception('BytesWarning', Warning);
/** Python's `DeprecationWarning`: use of what will go, told to programmers. */
export const DeprecationWarning = exception('DeprecationWarning', Warning);
/** Python's `EncodingWarning`: A file opened without an encoding. */
export const EncodingWarning = exception('EncodingWarning', Warning);
/** Python's `FutureWarning`: use of what will change, told to users. */
export const FutureWarning = exception('FutureWarning', Warning);
/** Python's `ImportWarning`: doubtful imports. */
export const ImportWarning = exception('ImportWarning', Warning);
/** Python's `PendingDeprecationWarning`: use of what will be deprecated. */
export const PendingDeprecationWarning = exception('PendingDeprecationWarning', Warning);
/** Python's `ResourceWarning`: A resource left open. */
export const ResourceWarning = exception('ResourceWarning', Warning);
/** Python's `RuntimeWarning`: doubtful behaviour of a running program. */
export const RuntimeWarning = exception('RuntimeWarning', Warning);
/** Python's `SyntaxWarning`: doubtful syntax. */
export const SyntaxWarning = exception('SyntaxWarning', Warning);
/** Python's `UnicodeWarning`: doubtful use of Unicode. */
export const UnicodeWarning = exception('UnicodeWarning', Warning);
/** Python's `UserWarning`: warnings of programs. */
export const UserWarning = exception('UserWarning', Warning);

/** `class ExceptionGroup(BaseExceptionGroup, Exception)` */
export const ExceptionGroup = exception('ExceptionGroup', BaseExceptionGroup);
ExceptionGroup.bases = [BaseExceptionGroup, Exception];
ExceptionGroup.mro = [ExceptionGroup, BaseExceptionGroup, Exception, BaseException, objectType];
