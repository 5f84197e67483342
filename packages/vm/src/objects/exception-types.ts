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

export const BaseException = exception('BaseException', objectType);
export const BaseExceptionGroup = exception('BaseExceptionGroup', BaseException);
export const GeneratorExit = exception('GeneratorExit', BaseException);
export const KeyboardInterrupt = exception('KeyboardInterrupt', BaseException);
export const SystemExit = exception('SystemExit', BaseException);
export const Exception = exception('Exception', BaseException);
export const ArithmeticError = exception('ArithmeticError', Exception);
export const FloatingPointError = exception('FloatingPointError', ArithmeticError);
export const OverflowError = exception('OverflowError', ArithmeticError);
export const ZeroDivisionError = exception('ZeroDivisionError', ArithmeticError);
export const AssertionError = exception('AssertionError', Exception);
export const AttributeError = exception('AttributeError', Exception);
export const BufferError = exception('BufferError', Exception);
export const EOFError = exception('EOFError', Exception);
export const ImportError = exception('ImportError', Exception);
export const ModuleNotFoundError = exception('ModuleNotFoundError', ImportError);
export const LookupError = exception('LookupError', Exception);
export const IndexError = exception('IndexError', LookupError);
export const KeyError = exception('KeyError', LookupError);
export const MemoryError = exception('MemoryError', Exception);
export const NameError = exception('NameError', Exception);
export const UnboundLocalError = exception('UnboundLocalError', NameError);
export const OSError = exception('OSError', Exception);
export const BlockingIOError = exception('BlockingIOError', OSError);
export const ChildProcessError = exception('ChildProcessError', OSError);
export const ConnectionError = exception('ConnectionError', OSError);
export const BrokenPipeError = exception('BrokenPipeError', ConnectionError);
export const ConnectionAbortedError = exception('ConnectionAbortedError', ConnectionError);
export const ConnectionRefusedError = exception('ConnectionRefusedError', ConnectionError);
export const ConnectionResetError = exception('ConnectionResetError', ConnectionError);
export const FileExistsError = exception('FileExistsError', OSError);
export const FileNotFoundError = exception('FileNotFoundError', OSError);
export const InterruptedError = exception('InterruptedError', OSError);
export const IsADirectoryError = exception('IsADirectoryError', OSError);
export const NotADirectoryError = exception('NotADirectoryError', OSError);
export const PermissionError = exception('PermissionError', OSError);
export const ProcessLookupError = exception('ProcessLookupError', OSError);
export const TimeoutError = exception('TimeoutError', OSError);
export const ReferenceError = exception('ReferenceError', Exception);
export const RuntimeError = exception('RuntimeError', Exception);
export const NotImplementedError = exception('NotImplementedError', RuntimeError);
export const RecursionError = exception('RecursionError', RuntimeError);
export const StopAsyncIteration = exception('StopAsyncIteration', Exception);
export const StopIteration = exception('StopIteration', Exception);
export const SyntaxError = exception('SyntaxError', Exception);
export const IndentationError = exception('IndentationError', SyntaxError);
export const TabError = exception('TabError', IndentationError);
export const SystemError = exception('SystemError', Exception);
export const TypeError = exception('TypeError', Exception);
export const ValueError = exception('ValueError', Exception);
export const UnicodeError = exception('UnicodeError', ValueError);
export const UnicodeDecodeError = exception('UnicodeDecodeError', UnicodeError);
export const UnicodeEncodeError = exception('UnicodeEncodeError', UnicodeError);
export const UnicodeTranslateError = exception('UnicodeTranslateError', UnicodeError);
export const Warning = exception('Warning', Exception);
export const BytesWarning = exception('BytesWarning', Warning);
export const DeprecationWarning = exception('DeprecationWarning', Warning);
export const EncodingWarning = exception('EncodingWarning', Warning);
export const FutureWarning = exception('FutureWarning', Warning);
export const ImportWarning = exception('ImportWarning', Warning);
export const PendingDeprecationWarning = exception('PendingDeprecationWarning', Warning);
export const ResourceWarning = exception('ResourceWarning', Warning);
export const RuntimeWarning = exception('RuntimeWarning', Warning);
export const SyntaxWarning = exception('SyntaxWarning', Warning);
export const UnicodeWarning = exception('UnicodeWarning', Warning);
export const UserWarning = exception('UserWarning', Warning);

/** `class ExceptionGroup(BaseExceptionGroup, Exception)` */
export const ExceptionGroup = exception('ExceptionGroup', BaseExceptionGroup);
ExceptionGroup.bases = [BaseExceptionGroup, Exception];
ExceptionGroup.mro = [ExceptionGroup, BaseExceptionGroup, Exception, BaseException, objectType];
