import { asIndex, isInt, native, newTuple, None, PyTuple, takesText, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeDef, PyObject, PyValue, VM } from '@py/vm/native';

/* How the iterators of itertools are copied and pickled, which CPython 3.12 still does, with a warning. */

/** `__reduce__`, and `__setstate__` where there is a state to restore. */
export function pickling<T extends PyObject>(reduce: (vm: VM, self: T) => PyValue, setState?: (vm: VM, self: T, state: PyValue) => void): NativeDef[] {
  const warn = (vm: VM): void => vm.warn('DeprecationWarning', 'Pickle, copy, and deepcopy support will be removed from itertools in Python 3.14.', 1);
  const methods = [
    native('__reduce__(self, /)', (vm: VM, self: T) => {
      warn(vm);
      return reduce(vm, self);
    }, 'Return state information for pickling.').unsigned(),
  ];
  if (setState) {
    methods.push(native('__setstate__(self, state, /)', (vm: VM, self: T, state: PyValue) => {
      warn(vm);
      setState(vm, self, state);
      return None;
    }, 'Set state information for unpickling.').unsigned());
  }
  return methods;
}

/** The items of a state of `least` to `most` of them. */
export function stateItems(state: PyValue, least: number, most: number = least): readonly PyValue[] {
  if (!(state instanceof PyTuple)) throw typeError('state is not a tuple');
  const { items } = state;
  if (items.length >= least && items.length <= most) return items;
  throw typeError(`function ${takesText(least, most, items.length)}`);
}

/** Indices of a state, each put where it must be: from 0 to what `last` says. */
export function stateIndices(vm: VM, state: PyValue, count: number, last: (i: number) => number): number[] {
  if (!(state instanceof PyTuple) || state.items.length !== count) throw valueError('invalid arguments');
  return state.items.map((item, i) => {
    if (!isInt(item)) throw typeError('an integer is required');
    return Math.max(0, Math.min(Number(asIndex(vm, item)), last(i)));
  });
}

export function tupleArgument(value: PyValue, position: number): PyTuple {
  if (!(value instanceof PyTuple)) throw typeError(`argument ${position} must be tuple, not ${typeOf(value).tpName}`);
  return value;
}

/** `(type(self), args)` or `(type(self), args, state)` */
export function reduced(self: PyObject, args: readonly PyValue[], state?: PyValue): PyValue {
  const parts = [self.cls, newTuple([...args])];
  return newTuple(state === undefined ? parts : [...parts, state]);
}
