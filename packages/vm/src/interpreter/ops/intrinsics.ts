import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { typeOf } from '../../core/type.ts';
import { isStr, jsText } from '../../core/text.ts';
import { importError, runtimeError, systemError, typeError } from '../../core/errors.ts';
import { StopAsyncIteration, StopIteration } from '../../objects/exception-types.ts';
import { type PyBaseException } from '../../objects/exceptions.ts';
import { PyAsyncGenWrappedValue } from '../../objects/async_generator.ts';
import { CodeFlag } from '@py/code';
import { PyDict } from '../../objects/dict.ts';
import type { PyFunction } from '../../objects/function.ts';
import type { PyList } from '../../objects/list.ts';
import { None } from '../../objects/none.ts';
import { type PyTuple, newTuple } from '../../objects/tuple.ts';
import { newParamSpec, newTypeAlias, newTypeVar, newTypeVarTuple, subscriptGeneric } from '../../objects/typevar.ts';
import { getAttr, lookupAttr } from '../../protocol/attribute.ts';
import { call, callValue } from '../../protocol/call.ts';
import { toArray } from '../../protocol/iterate.ts';
import { setItem } from '../../protocol/subscript.ts';
import { positive } from '../../protocol/number.ts';
import type { Action } from '../action.ts';
import { settle, settleDiscarding } from '../control.ts';
import { prepareReraiseStar } from '../exception-groups.ts';
import type { Frame } from '../frame.ts';
import { startSpecial } from './operators.ts';
import { pop, push } from './stack.ts';

export function CALL_INTRINSIC_1(vm: VM, frame: Frame, arg: number): Action {
  const value = pop(frame);
  switch (arg) {
    case 1:
      return print(vm, frame, value);
    case 2:
      importStar(vm, frame, value);
      return push(frame, None);
    case 3:
      return push(frame, stopIterationError(frame, value as PyBaseException));
    case 4:
      return push(frame, new PyAsyncGenWrappedValue(value));
    case 5:
      return settle(vm, frame, startSpecial(vm, value, 'nb_positive', '__pos__', []) ?? positive(vm, value));
    case 6:
      return push(frame, newTuple((value as PyList).items));
    case 7:
      return push(frame, newTypeVar(vm, value, null, null));
    case 8:
      return push(frame, newParamSpec(vm, value));
    case 9:
      return push(frame, newTypeVarTuple(vm, value));
    case 10:
      return push(frame, subscriptGeneric(vm, value));
    case 11: {
      const [name, params, compute] = (value as PyTuple).items;
      return push(frame, newTypeAlias(vm, name, params, compute));
    }
    default:
      throw systemError('bad intrinsic');
  }
}

export function CALL_INTRINSIC_2(vm: VM, frame: Frame, arg: number): Action {
  const second = pop(frame);
  const first = pop(frame);
  switch (arg) {
    case 1:
      return push(frame, prepareReraiseStar(vm, first, second));
    case 2:
      return push(frame, newTypeVar(vm, first, second, null));
    case 3:
      return push(frame, newTypeVar(vm, first, null, second));
    case 4:
      (first as PyFunction).typeParams = second as PyTuple;
      return push(frame, first);
    default:
      throw systemError('bad intrinsic');
  }
}

/** The value of an expression statement at the prompt. */
function print(vm: VM, frame: Frame, value: PyValue): Action {
  const hook = vm.sysDict.getStr('displayhook');
  if (hook === undefined) throw runtimeError('lost sys.displayhook');
  push(frame, None);
  return settleDiscarding(vm, callValue(vm, hook, [value], null));
}

/** StopIteration must not leave a generator as it is (PEP 479). */
function stopIterationError(frame: Frame, exception: PyBaseException): PyBaseException {
  const { flags } = frame.code;
  let message: string | null = null;
  if (exception.cls.isSubtypeOf(StopIteration)) {
    message = 'generator raised StopIteration';
    if (flags & CodeFlag.ASYNC_GENERATOR) message = 'async generator raised StopIteration';
    else if (flags & CodeFlag.COROUTINE) message = 'coroutine raised StopIteration';
  } else if (flags & CodeFlag.ASYNC_GENERATOR && exception.cls.isSubtypeOf(StopAsyncIteration)) message = 'async generator raised StopAsyncIteration';
  if (message === null) return exception;
  const error = runtimeError(message);
  error.cause = exception;
  error.context = exception;
  error.suppressContext = true;
  return error;
}

/** `from module import *` (CPython: import_all_from). */
function importStar(vm: VM, frame: Frame, module: PyValue): void {
  const target = frame.locals as PyValue;
  let skipPrivate = false;
  let names = lookupAttr(vm, module, '__all__');
  if (names === undefined) {
    const dict = lookupAttr(vm, module, '__dict__');
    if (dict === undefined) throw importError('from-import-* object has no __dict__ and no __all__');
    names = call(vm, getAttr(vm, dict, 'keys'), []);
    skipPrivate = true;
  }
  for (const name of toArray(vm, names)) {
    if (!isStr(name)) {
      const moduleName = lookupAttr(vm, module, '__name__');
      if (moduleName === undefined || !isStr(moduleName)) throw typeError(`module __name__ must be a string, not ${typeOf(moduleName ?? None).tpName}`);
      throw typeError(`${skipPrivate ? 'Key' : 'Item'} in ${jsText(moduleName)}.${skipPrivate ? '__dict__' : '__all__'} must be str, not ${typeOf(name).tpName}`);
    }
    if (skipPrivate && jsText(name).startsWith('_')) continue;
    const value = getAttr(vm, module, jsText(name));
    if (target instanceof PyDict) target.set(vm, name, value);
    else setItem(vm, target, name, value);
  }
}
