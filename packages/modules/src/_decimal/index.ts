import { callMethod, defineModule, defineType, fillType, getAttr, importModule, native, None, PyObject, typeError } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { contextSpec, setSetting, settingNames } from './context.ts';
import { decimalSpec } from './decimal.ts';
import { tupleClass } from './convert.ts';
import { docs } from './docs.ts';
import { roundingNames } from './rounding.ts';
import { contextType, currentContext, decimalType, exceptions, MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY, moduleState, PyContext, setCurrentContext } from './types.ts';

/* `_decimal` (CPython 3.12: Modules/_decimal): number.ts to transcendental.ts are the arithmetic, the rest shows it to Python. */

fillType(decimalType, decimalSpec);
fillType(contextType, contextSpec);

/** What `localcontext()` gives: sets a context on entry, the one before on exit. */
class ContextManager extends PyObject {
  readonly local: PyContext;
  readonly saved: PyContext;
  constructor(local: PyContext, saved: PyContext) {
    super(contextManagerType);
    this.local = local;
    this.saved = saved;
  }
}

const contextManagerType: PyType = defineType('ContextManager', {
  module: 'decimal',
  methods: [
    native('__enter__(self, /)', (vm: VM, self: ContextManager) => {
      setCurrentContext(vm, self.local);
      return self.local;
    }).unsigned(),
    native('__exit__(self, /, *args)', (vm: VM, self: ContextManager) => {
      setCurrentContext(vm, self.saved);
      return false;
    }).unsigned(),
  ],
});

function localcontext(vm: VM, ctx: PyValue | undefined, kwargs: ReadonlyMap<string, PyValue>): PyValue {
  const saved = currentContext(vm);
  if (ctx !== undefined && ctx !== None && !(ctx instanceof PyContext)) throw typeError('optional argument must be a context');
  const local = (ctx instanceof PyContext ? ctx : saved).copy(true);
  for (const [name, value] of kwargs) {
    if (!settingNames.includes(name)) throw typeError(`'${name}' is an invalid keyword argument for this function`);
    if (value !== None) setSetting(vm, local, name, value);
  }
  return new ContextManager(local, saved);
}

/** Python's module `_decimal`. CPython 3.12: Modules/_decimal/_decimal.c. */
export const _decimal: NativeModule = defineModule(
  '_decimal',
  {
    getcontext: native('getcontext()', currentContext, docs.getcontext),
    setcontext: native('setcontext(context, /)', (vm: VM, context: PyValue) => {
      setCurrentContext(vm, context);
      return None;
    }, docs.setcontext),
    localcontext: native('localcontext(ctx=None, **kwargs)', localcontext, docs.localcontext),
    Decimal: decimalType,
    Context: contextType,
    DecimalTuple: tupleClass,
    ...exceptions,
    DefaultContext: (vm: VM) => moduleState(vm).defaultContext,
    HAVE_CONTEXTVAR: true,
    HAVE_THREADS: true,
    BasicContext: (vm: VM) => moduleState(vm).basicContext,
    ExtendedContext: (vm: VM) => moduleState(vm).extendedContext,
    MAX_PREC,
    MAX_EMAX,
    MIN_EMIN,
    MIN_ETINY,
    ...Object.fromEntries(roundingNames.map((name) => [name, name])),
    __version__: '1.70',
    __libmpdec_version__: '2.5.1',
  },
  {
    doc: 'C decimal arithmetic module',
    exec(vm) {
      callMethod(vm, getAttr(vm, importModule(vm, 'numbers'), 'Number'), 'register', [decimalType]);
    },
  },
);
