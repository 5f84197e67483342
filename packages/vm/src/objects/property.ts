import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { type PyType, typeOf } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { namedArguments } from '../core/arguments.ts';
import { attributeError, typeError } from '../core/errors.ts';
import { None } from './none.ts';
import { call } from '../protocol/call.ts';
import { AttributeError } from './exception-types.ts';
import { PyBaseException } from './exceptions.ts';
import { genericGetAttr, lookupAttr, setAttr } from '../protocol/attribute.ts';
import { isTrue } from '../protocol/truth.ts';
import { reprText } from '../protocol/repr.ts';

/** `property(fget, fset, fdel, doc)`; None where a function is not given. */
export class PyProperty extends PyObject {
  fget: PyValue;
  fset: PyValue;
  fdel: PyValue;
  doc: PyValue;
  /** Name by `__set_name__`, for messages. */
  name: PyValue | null;
  /** `doc` was taken from the getter. */
  getterDoc: boolean;
  constructor(cls: PyType = propertyType) {
    super(cls);
    this.fget = this.fset = this.fdel = this.doc = None;
    this.name = null;
    this.getterDoc = false;
  }
}

const parameters = ['fget', 'fset', 'fdel', 'doc'];

function property_init(vm: VM, self: PyProperty, args: PyValue[], kwnames: readonly string[] | null): void {
  const given = namedArguments('property', parameters, 0, args, kwnames).map((value) => value ?? None);
  [self.fget, self.fset, self.fdel] = given;
  self.getterDoc = false;
  let doc = given[3];
  if (doc === None && self.fget !== None) {
    const fromGetter = lookupAttr(vm, self.fget, '__doc__');
    if (fromGetter !== undefined && fromGetter !== None) {
      doc = fromGetter;
      self.getterDoc = true;
    }
  }
  // A subclass keeps its doc as an attribute of its own, so that its class docstring does not hide it.
  if (self.cls !== propertyType && self.getterDoc) setAttr(vm, self, '__doc__', doc);
  else if (self.cls !== propertyType) setOwnDoc(vm, self, doc);
  else self.doc = doc;
}

/** A subclass whose instances have no place for it loses the doc that it was given. */
function setOwnDoc(vm: VM, self: PyProperty, doc: PyValue): void {
  try {
    setAttr(vm, self, '__doc__', doc);
  } catch (error) {
    if (!(error instanceof PyBaseException) || !error.cls.isSubtypeOf(AttributeError)) throw error;
  }
}

/** "property 'x' of 'C' object", as the errors say. */
function describe(vm: VM, self: PyProperty, obj: PyValue): string {
  const type = typeOf(obj).qualname;
  return self.name === null ? `property of '${type}' object` : `property ${reprText(vm, self.name)} of '${type}' object`;
}

/** The getter's result. The loop calls a getter written in Python itself, without JavaScript recursion. */
function property_get(vm: VM, self: PyProperty, obj: PyValue | undefined): PyValue {
  if (obj === undefined || obj === None) return self;
  if (self.fget === None) throw attributeError(`${describe(vm, self, obj)} has no getter`);
  return call(vm, self.fget, [obj]);
}

function property_set(vm: VM, self: PyProperty, obj: PyValue, value: PyValue | undefined): void {
  const method = value === undefined ? self.fdel : self.fset;
  if (method === None) throw attributeError(`${describe(vm, self, obj)} has no ${value === undefined ? 'deleter' : 'setter'}`);
  call(vm, method, value === undefined ? [obj] : [obj, value]);
}

/** A property like this one with one function changed. */
function copyWith(vm: VM, self: PyProperty, changes: { fget?: PyValue; fset?: PyValue; fdel?: PyValue }): PyValue {
  const pick = (change: PyValue | undefined, own: PyValue): PyValue => (change === undefined || change === None ? own : change);
  const fget = pick(changes.fget, self.fget);
  const doc = self.getterDoc && fget !== None ? None : self.doc;
  const made = call(vm, self.cls, [fget, pick(changes.fset, self.fset), pick(changes.fdel, self.fdel), doc]);
  if (made instanceof PyProperty) made.name = self.name;
  return made;
}

function property_set_name(_vm: VM, self: PyProperty, args: readonly PyValue[]): PyValue {
  if (args.length !== 2) throw typeError(`__set_name__() takes 2 positional arguments but ${args.length} were given`);
  self.name = args[1];
  return None;
}

function property_isabstract(vm: VM, self: PyProperty): PyValue {
  return [self.fget, self.fset, self.fdel].some((method) => {
    if (method === None) return false;
    const value = lookupAttr(vm, method, '__isabstractmethod__');
    return value !== undefined && isTrue(vm, value);
  });
}

/** Python's type `property`. */
export const propertyType: PyType = defineType('property', {
  basetype: true,
  doc: 'Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del\'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed attribute x:\n\nclass C(object):\n    def getx(self): return self._x\n    def setx(self, value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, setx, delx, "I\'m the \'x\' property.")\n\nDecorators make defining new properties or modifying existing ones easy:\n\nclass C(object):\n    @property\n    def x(self):\n        "I am the \'x\' property."\n        return self._x\n    @x.setter\n    def x(self, value):\n        self._x = value\n    @x.deleter\n    def x(self):\n        del self._x',
  textSignature: '(fget=None, fset=None, fdel=None, doc=None)',
  slots: {
    tp_getattro: genericGetAttr,
    tp_new: (_vm, type) => new PyProperty(type),
    tp_init: property_init,
    tp_descr_get: property_get,
    tp_descr_set: property_set,
  },
  methods: [
    native('getter(self, fget, /)', (vm: VM, self: PyProperty, fget: PyValue) => copyWith(vm, self, { fget }), 'Descriptor to obtain a copy of the property with a different getter.').unsigned(),
    native('setter(self, fset, /)', (vm: VM, self: PyProperty, fset: PyValue) => copyWith(vm, self, { fset }), 'Descriptor to obtain a copy of the property with a different setter.').unsigned(),
    native('deleter(self, fdel, /)', (vm: VM, self: PyProperty, fdel: PyValue) => copyWith(vm, self, { fdel }), 'Descriptor to obtain a copy of the property with a different deleter.').unsigned(),
    native('__set_name__(self, /, *args)', property_set_name, 'Method to set name of a property.').unsigned(),
  ],
  getset: { __isabstractmethod__: { get: property_isabstract } },
  fields: {
    fget: { get: (_vm: VM, self: PyProperty) => self.fget },
    fset: { get: (_vm: VM, self: PyProperty) => self.fset },
    fdel: { get: (_vm: VM, self: PyProperty) => self.fdel },
    __doc__: {
      get: (_vm: VM, self: PyProperty) => self.doc,
      set(_vm: VM, self: PyProperty, value: PyValue | undefined) {
        self.doc = value ?? None;
      },
    },
  },
});

