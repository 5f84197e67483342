import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { isStr, jsText, strFromJS } from '../../core/text.ts';
import { importError } from '../../core/errors.ts';
import { None } from '../../objects/none.ts';
import { lookupAttr } from '../../protocol/attribute.ts';
import { callValue } from '../../protocol/call.ts';
import { isTrue } from '../../protocol/truth.ts';
import type { Action } from '../action.ts';
import { settle } from '../control.ts';
import type { Frame } from '../frame.ts';
import { pop, push } from './stack.ts';
import { lookupInMapping } from './names.ts';

/** `import name`: calls `builtins.__import__`. */
export function IMPORT_NAME(vm: VM, frame: Frame, arg: number): Action {
  const fromlist = pop(frame);
  const level = pop(frame);
  const name = frame.code.names[arg];
  const function_ = lookupInMapping(vm, frame.builtins, '__import__');
  if (function_ === undefined) throw importError('__import__ not found');
  const args = [strFromJS(name), frame.globals, frame.locals ?? None, fromlist, level];
  return settle(vm, frame, callValue(vm, function_, args, null));
}

/** `from module import name`: an attribute, or a submodule that sys.modules has (CPython: import_from). */
export function IMPORT_FROM(vm: VM, frame: Frame, arg: number): Action {
  const module = frame.stack[frame.sp - 1] as PyValue;
  const name = frame.code.names[arg];
  const found = lookupAttr(vm, module, name);
  if (found !== undefined) return push(frame, found);
  const packageName = lookupAttr(vm, module, '__name__');
  if (packageName !== undefined && isStr(packageName)) {
    const submodule = vm.modules.getStr(`${jsText(packageName)}.${name}`);
    if (submodule !== undefined) return push(frame, submodule);
  }
  throw cannotImport(vm, module, name, packageName);
}

function cannotImport(vm: VM, module: PyValue, name: string, packageName: PyValue | undefined): ReturnType<typeof importError> {
  const shown = packageName !== undefined && isStr(packageName) ? jsText(packageName) : '<unknown module name>';
  const file = lookupAttr(vm, module, '__file__');
  const fields = { name: packageName ?? None, path: file ?? None };
  let error: ReturnType<typeof importError>;
  if (file === undefined || !isStr(file)) error = importError(`cannot import name '${name}' from '${shown}' (unknown location)`, fields);
  else {
    const spec = lookupAttr(vm, module, '__spec__');
    const initializing = spec === undefined ? undefined : lookupAttr(vm, spec, '_initializing');
    const partially = initializing !== undefined && isTrue(vm, initializing);
    const text = partially
      ? `cannot import name '${name}' from partially initialized module '${shown}' (most likely due to a circular import) (${jsText(file)})`
      : `cannot import name '${name}' from '${shown}' (${jsText(file)})`;
    error = importError(text, fields);
  }
  (error.fields ??= {}).name_from = strFromJS(name);
  return error;
}
