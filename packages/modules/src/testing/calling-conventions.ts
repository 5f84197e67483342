import { call, defineType, getAttr, isCallable, isStr, jsText, native, newTuple, None, PyDict, PyMethod, PyObject, PyTuple, typeError, typeOf, emptyTuple } from '@py/vm/native';
import type { NativeArg, NativeDef, NativeFunction, PyType, PyValue, VM } from '@py/vm/native';

/* `_testcapi`: functions of every calling convention, and ways to call (CPython 3.12: Modules/_testcapimodule.c, Modules/_testcapi/vectorcall.c). */

type Convention = { body(self: PyValue, ...args: NativeArg[]): PyValue }['body'];
type Keywords = ReadonlyMap<string, PyValue>;

function keywordDict(keywords: Keywords): PyDict {
  const dict = new PyDict();
  for (const [name, value] of keywords) dict.setStr(name, value);
  return dict;
}

/**
 * One function for each way in which C functions take arguments; all give what they got, `self` first. `first` is the name of the
 * parameter that methods have and module functions and static methods have not; those say through `receiver` what their `self` is.
 */
export function conventions(first: 'self' | 'cls' | null, receiver: (vm: VM) => PyValue = () => None): NativeDef[] {
  const define = (name: string, parameters: string, body: Convention): NativeDef => {
    const head = first === null ? '' : parameters.includes('/') ? `${first}, ` : `${first}, /, `;
    const bound: NativeFunction = (_vm: VM, self: PyValue, ...args: NativeArg[]) => body(self, ...args);
    const free: NativeFunction = (vm: VM, ...args: NativeArg[]) => body(receiver(vm), ...args);
    return native(`${name}(${`${head}${parameters}`.replace(/, $/, '')})`, first === null ? free : bound).unsigned();
  };
  const noArguments = (self: PyValue): PyValue => self;
  const oneArgument = (self: PyValue, arg: PyValue): PyValue => newTuple([self, arg]);
  const positional = (self: PyValue, args: readonly PyValue[]): PyValue => newTuple([self, newTuple([...args])]);
  const keywords = (self: PyValue, args: readonly PyValue[], named: Keywords): PyValue => newTuple([self, newTuple([...args]), named.size > 0 ? keywordDict(named) : None]);
  const fastKeywords = (self: PyValue, args: readonly PyValue[], named: Keywords): PyValue => newTuple([self, newTuple([...args]), keywordDict(named)]);
  return [
    define('meth_varargs', '*args', positional),
    define('meth_varargs_keywords', '*args, **kwargs', keywords),
    define('meth_o', 'arg, /', oneArgument),
    define('meth_noargs', '', noArguments),
    define('meth_fastcall', '*args', positional),
    define('meth_fastcall_keywords', '*args, **kwargs', fastKeywords),
  ];
}

export const methInstanceType: PyType = defineType('MethInstance', {
  doc: 'Class with normal (instance) methods to test calling conventions',
  slots: { tp_new: plainNew },
  methods: conventions('self'),
});
export const methClassType: PyType = defineType('MethClass', {
  doc: 'Class with class methods to test calling conventions',
  slots: { tp_new: plainNew },
  classMethods: conventions('cls'),
});
export const methStaticType: PyType = defineType('MethStatic', {
  doc: 'Class with static methods to test calling conventions',
  slots: { tp_new: plainNew },
  staticMethods: conventions(null),
});

function plainNew(_vm: VM, type: PyType): PyValue {
  return new PyObject(type);
}

function positionalArgs(args: PyValue): PyValue[] {
  if (args === None) return [];
  if (!(args instanceof PyTuple)) throw typeError('args must be None or a tuple');
  return args.items.slice();
}

const pyobject_fastcall = native('pyobject_fastcall(func, args, /)', (vm: VM, func: PyValue, args: PyValue) => call(vm, func, positionalArgs(args))).unsigned();

const pyobject_fastcalldict = native('pyobject_fastcalldict(func, args, kwargs, /)', (vm: VM, func: PyValue, args: PyValue, kwargs: PyValue) => {
  if (kwargs !== None && !(kwargs instanceof PyDict)) throw typeError('kwnames must be None or a dict');
  return callWithDict(vm, func, positionalArgs(args), kwargs instanceof PyDict ? kwargs : null);
}).unsigned();

const pyobject_vectorcall = native('pyobject_vectorcall(func, args, kwnames, /)', (vm: VM, func: PyValue, args: PyValue, kwnames: PyValue) => {
  if (kwnames !== None && !(kwnames instanceof PyTuple)) throw typeError('kwnames must be None or a tuple');
  const names = kwnames instanceof PyTuple ? kwnames.items.map((name) => jsText(name as string)) : [];
  return call(vm, func, positionalArgs(args), names.length > 0 ? names : null);
}).unsigned();

const pyvectorcall_call = native('pyvectorcall_call(func, args, kwargs=None, /)', (vm: VM, func: PyValue, args: PyValue, kwargs: PyValue | undefined) => {
  if (!(args instanceof PyTuple)) throw typeError('args must be a tuple');
  if (kwargs !== undefined && !(kwargs instanceof PyDict)) throw typeError('kwargs must be a dict');
  if (!isCallable(func)) throw typeError(`'${typeOf(func).tpName}' object does not support vectorcall`);
  return callWithDict(vm, func, args.items.slice(), kwargs ?? null);
}).unsigned();

function callWithDict(vm: VM, func: PyValue, args: PyValue[], kwargs: PyDict | null): PyValue {
  const names: string[] = [];
  const values: PyValue[] = [];
  for (const name of kwargs === null ? [] : kwargs.keyList()) {
    if (!isStr(name)) throw typeError('keywords must be strings');
    names.push(jsText(name));
  }
  if (kwargs !== null) values.push(...kwargs.valueList());
  return call(vm, func, [...args, ...values], names.length > 0 ? names : null);
}

const call_vectorcall = native('call_vectorcall(callable, /)', (vm: VM, callable: PyValue) => call(vm, callable, ['foo', 'bar'], ['baz'])).unsigned();
const call_vectorcall_method = native('call_vectorcall_method(object, /)', (vm: VM, object: PyValue) => call(vm, getAttr(vm, object, 'f'), ['foo', 'bar'], ['baz'])).unsigned();

const limitedVectorCallType = defineType('LimitedVectorCallClass', {
  module: '_testcapi',
  basetype: true,
  slots: { tp_new: plainNew, tp_call: () => 'vectorcall called' },
});

/** METHOD_DESCRIPTOR and HAVE_VECTORCALL. */
const descriptorFlags = (1 << 17) | (1 << 11);

/** Callable, and bound as a function is; tells whether it was called so. */
const methodDescriptorBaseType = defineType('MethodDescriptorBase', {
  basetype: true,
  flags: descriptorFlags,
  slots: {
    tp_new: plainNew,
    tp_call: (_vm: VM, self: PyValue) => typeOf(self) !== methodDescriptor2Type,
    tp_descr_get: (_vm: VM, self: PyValue, obj: PyValue | undefined) => (obj === undefined || obj === None ? self : new PyMethod(self, obj)),
  },
});
const methodDescriptorDerivedType = defineType('MethodDescriptorDerived', { bases: [methodDescriptorBaseType], flags: descriptorFlags });
const methodDescriptorNopGetType = defineType('MethodDescriptorNopGet', {
  bases: [methodDescriptorBaseType],
  slots: { tp_call: (_vm: VM, _self: PyValue, args: PyValue[]) => (args.length === 0 ? emptyTuple : newTuple(args)), tp_descr_get: (_vm: VM, self: PyValue) => self },
});
const methodDescriptor2Type: PyType = defineType('MethodDescriptor2', { bases: [methodDescriptorBaseType], basetype: true, flags: 1 << 11, slots: { tp_new: plainNew } });

export const callingMembers = {
  ...Object.fromEntries(conventions(null, (vm) => vm.modules.getStr('_testcapi') ?? None).map((def) => [def.name, def])),
  MethInstance: methInstanceType,
  MethClass: methClassType,
  MethStatic: methStaticType,
  pyobject_fastcall,
  pyobject_fastcalldict,
  pyobject_vectorcall,
  pyvectorcall_call,
  call_vectorcall,
  call_vectorcall_method,
  LimitedVectorCallClass: limitedVectorCallType,
  MethodDescriptorBase: methodDescriptorBaseType,
  MethodDescriptorDerived: methodDescriptorDerivedType,
  MethodDescriptorNopGet: methodDescriptorNopGetType,
  MethodDescriptor2: methodDescriptor2Type,
};
