import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { PyType, TypeFlag, methodDescriptorType, memberDescriptorType, typeOf, typeType, wrapperDescriptorType } from '../../core/type.ts';
import { Instance } from '../../core/instance.ts';
import { slotFunctions } from '../../core/slot-functions.ts';
import { typeError } from '../../core/errors.ts';
import { strFromJS } from '../../core/text.ts';
import { AttributeError } from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { PyMemberDescriptor, PyWrapperDescriptor } from '../../objects/descriptor.ts';
import { PyFunction, functionType } from '../../objects/function.ts';
import { PyMethod } from '../../objects/method.ts';
import { PyModule, moduleType } from '../../objects/module.ts';
import { None } from '../../objects/none.ts';
import { PyProperty, propertyType } from '../../objects/property.ts';
import { superCheck, superType } from '../../objects/super.ts';
import { genericGetAttr, getOwn, hasGenericGetAttr, noAttribute, setAttr, setAttributeContext } from '../../protocol/attribute.ts';
import { callValue, continueWith } from '../../protocol/call.ts';
import { OK } from '../action.ts';
import type { Action } from '../action.ts';
import { settle, settleDiscarding } from '../control.ts';
import type { Continuation, Frame } from '../frame.ts';
import { adapt, generalize, specialize, specializeBeside } from '../specialize.ts';
import { Site } from '../site.ts';
import { LOAD_ATTR_OTHER_CLASS } from '../private-ops.ts';
import { pop, push } from './stack.ts';

const LOAD_ATTR_INSTANCE_VALUE = 73, LOAD_ATTR_MODULE = 76, LOAD_ATTR_CLASS = 70, LOAD_ATTR_SLOT = 78, LOAD_ATTR_WITH_HINT = 79;
const LOAD_ATTR_METHOD_LAZY_DICT = 80, LOAD_ATTR_METHOD_NO_DICT = 81, LOAD_ATTR_METHOD_WITH_VALUES = 82, LOAD_ATTR_PROPERTY = 77;
const STORE_ATTR_INSTANCE_VALUE = 113, STORE_ATTR_SLOT = 148, STORE_ATTR_WITH_HINT = 153;
const LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN = 72;
const LOAD_SUPER_ATTR_METHOD = 67, LOAD_SUPER_ATTR_ATTR = 66;

/** `owner.name`; with the method flag (`arg & 1`) pushes a function and its self where that spares a bound method, else NULL and the attribute. */
export function LOAD_ATTR(vm: VM, frame: Frame, arg: number): Action {
  const name = frame.code.names[arg >> 1];
  const owner = pop(frame);
  const site = adapt(frame);
  if (site !== null) adaptLoad(frame, site, owner, name, (arg & 1) === 1);
  if (arg & 1) {
    const method = unboundMethod(owner, name);
    if (method !== undefined) {
      push(frame, method);
      return push(frame, owner);
    }
    push(frame, undefined);
  }
  return settle(vm, frame, startGetAttr(vm, owner, name));
}

/** A function or built-in method of the owner's class that attribute access would bind, or undefined. */
function unboundMethod(owner: PyValue, name: string): PyValue | undefined {
  const type = typeOf(owner);
  if (!hasGenericGetAttr(type)) return undefined;
  const found = type.lookup(name);
  return found !== undefined && isMethod(found) && getOwn(owner, name) === undefined ? found : undefined;
}

function isMethod(value: PyValue): boolean {
  const type = typeOf(value);
  return type === functionType || type === methodDescriptorType || type === wrapperDescriptorType;
}

/** Attribute access that pushes frames for getters, `__get__`, `__getattr__` and `__getattribute__` written in Python. */
export function startGetAttr(vm: VM, owner: PyValue, name: string): PyValue {
  const type = typeOf(owner);
  if (type.tp_getattro === genericGetAttr) return startGenericGetAttr(vm, owner, type, name);
  if (type.tp_getattro === slotFunctions.tp_getattro) return startSlotGetAttr(vm, owner, type, name);
  if (type.tp_getattro === undefined) return vm.raise(noAttribute(owner, name));
  return type.tp_getattro(vm, owner, name);
}

function startGenericGetAttr(vm: VM, owner: PyValue, type: PyType, name: string): PyValue {
  const descr = type.lookup(name);
  if (descr === undefined) {
    const own = getOwn(owner, name);
    return own === undefined ? vm.raise(noAttribute(owner, name)) : own;
  }
  if (!isDataDescriptor(typeOf(descr))) {
    const own = getOwn(owner, name);
    if (own !== undefined) return own;
  }
  return startDescriptorGet(vm, descr, owner, type);
}

/** What reading goes to before the instance's own attributes. */
function isDataDescriptor(type: PyType): boolean {
  return type.tp_descr_set !== undefined && type.tp_descr_get !== undefined;
}

/** `descr.__get__(owner, type)` */
export function startDescriptorGet(vm: VM, descr: PyValue, owner: PyValue, type: PyType): PyValue {
  const descrType = typeOf(descr);
  if (descrType === functionType) return new PyMethod(descr, owner);
  if (descrType === propertyType && (descr as PyProperty).fget !== None) return callValue(vm, (descr as PyProperty).fget, [owner], null);
  const get = descrType.tp_descr_get;
  if (get === undefined) return descr;
  if (get !== slotFunctions.tp_descr_get) return get(vm, descr, owner, type);
  return callValue(vm, descrType.lookup('__get__') as PyValue, [descr, owner, type], null);
}

/** A class with `__getattribute__` or `__getattr__` of its own (CPython: slot_tp_getattr_hook). */
function startSlotGetAttr(vm: VM, owner: PyValue, type: PyType, name: string): PyValue {
  const own = type.lookup('__getattribute__') as PyValue;
  const fallback = type.lookup('__getattr__');
  const plain = own instanceof PyWrapperDescriptor && own.target === genericGetAttr;
  if (plain) {
    const found = plainLookup(owner, type, name);
    if (found !== undefined) return found;
    if (type.lookup(name) === undefined && getOwn(owner, name) === undefined) {
      return fallback === undefined ? vm.raise(noAttribute(owner, name)) : callGetAttr(vm, fallback, owner, type, name);
    }
  }
  let result: PyValue;
  try {
    if (plain) result = startGenericGetAttr(vm, owner, type, name);
    else if (own instanceof PyWrapperDescriptor) result = (own.target as (vm: VM, self: PyValue, name: string) => PyValue)(vm, owner, name);
    else result = callValue(vm, bindSpecial(vm, own, owner, type), [strFromJS(name)], null);
  } catch (error) {
    // A native said so: a slot without a value, a getter.
    if (fallback === undefined || !(error instanceof PyBaseException) || !error.cls.isSubtypeOf(AttributeError)) throw error;
    return callGetAttr(vm, fallback, owner, type, name);
  }
  return continueWith(vm, result, fallback === undefined ? new AttributeContext(owner, name) : new GetAttrFallback(owner, name));
}

/** An attribute that needs no descriptor call, or undefined. */
function plainLookup(owner: PyValue, type: PyType, name: string): PyValue | undefined {
  const descr = type.lookup(name);
  return descr === undefined || !isDataDescriptor(typeOf(descr)) ? getOwn(owner, name) : undefined;
}

function bindSpecial(vm: VM, method: PyValue, owner: PyValue, type: PyType): PyValue {
  const get = typeOf(method).tp_descr_get;
  return get === undefined ? method : get(vm, method, owner, type);
}

function callGetAttr(vm: VM, fallback: PyValue, owner: PyValue, type: PyType, name: string): PyValue {
  return continueWith(vm, callValue(vm, bindSpecial(vm, fallback, owner, type), [strFromJS(name)], null), new AttributeContext(owner, name));
}

/** After attribute access by Python code: an AttributeError knows what was looked for. */
class AttributeContext implements Continuation {
  next: Continuation | null = null;
  protected readonly owner: PyValue;
  protected readonly name: string;
  constructor(owner: PyValue, name: string) {
    this.owner = owner;
    this.name = name;
  }
  resumed(_vm: VM, value: PyValue): PyValue {
    return value;
  }
  failed(vm: VM, exception: PyBaseException): PyValue {
    setAttributeContext(exception, this.owner, this.name);
    return vm.raise(exception);
  }
}

/** The same, with `__getattr__` if it raised AttributeError. */
class GetAttrFallback extends AttributeContext {
  override failed(vm: VM, exception: PyBaseException): PyValue {
    const type = typeOf(this.owner);
    const fallback = type.lookup('__getattr__');
    if (fallback === undefined || !exception.cls.isSubtypeOf(AttributeError)) return vm.raise(exception);
    return callGetAttr(vm, fallback, this.owner, type, this.name);
  }
}

/** Chooses the form of LOAD_ATTR that suits what is there now (CPython: _Py_Specialize_LoadAttr). */
function adaptLoad(frame: Frame, site: Site, owner: PyValue, name: string, method: boolean): void {
  const filled = new Site();
  const form = owner instanceof PyType ? classForm(filled, owner, name) : valueForm(filled, owner, name, method);
  if (form === 0) generalize(frame, site);
  else specializeBeside(frame, filled, form);
}

function classForm(site: Site, owner: PyType, name: string): number {
  const meta = owner.cls;
  if (meta.tp_getattro !== typeType.tp_getattro || meta.lookup(name) !== undefined) return 0;
  const found = owner.lookup(name);
  if (found === undefined) return 0;
  const type = typeOf(found);
  // A function found on a class is itself; other descriptors must be asked each time.
  if (type.tp_descr_get !== undefined && type !== functionType && type !== methodDescriptorType && type !== wrapperDescriptorType) return 0;
  site.type = owner;
  site.version = owner.version;
  site.value = found;
  return meta === typeType ? LOAD_ATTR_CLASS : LOAD_ATTR_OTHER_CLASS;
}

/** Whether access to attributes that are there is the usual one: `__getattr__` comes later. */
function findsItself(type: PyType): boolean {
  if (hasGenericGetAttr(type)) return true;
  if (type.tp_getattro !== slotFunctions.tp_getattro) return false;
  const own = type.lookup('__getattribute__');
  return own instanceof PyWrapperDescriptor && own.target === genericGetAttr;
}

/** A `__getattribute__` that is a function of two parameters, and no `__getattr__`: its own form in CPython; here the handler starts such calls anyway. */
function overridesPlainly(type: PyType): boolean {
  const own = type.lookup('__getattribute__');
  return own instanceof PyFunction && own.code.exactArgs === 2 && type.lookup('__getattr__') === undefined;
}

function valueForm(site: Site, owner: PyValue, name: string, method: boolean): number {
  const type = typeOf(owner);
  if (owner instanceof PyModule && type === moduleType) {
    const entry = owner.dict.findStr(name);
    if (entry < 0 || type.lookup(name) !== undefined) return 0;
    site.type = type;
    site.version = owner.dict.version;
    site.index = entry;
    return LOAD_ATTR_MODULE;
  }
  if (!findsItself(type)) return overridesPlainly(type) && !method ? LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN : 0;
  site.type = type;
  site.version = type.version;
  const descr = type.lookup(name);
  const overrides = descr !== undefined && isDataDescriptor(typeOf(descr));
  if (overrides) {
    if (descr instanceof PyMemberDescriptor && typeOf(descr) === memberDescriptorType && descr.index >= 0 && owner instanceof Instance && type.isSubtypeOf(descr.objclass)) {
      site.index = descr.index;
      return LOAD_ATTR_SLOT;
    }
    if (hasGenericGetAttr(type) && descr instanceof PyProperty && descr.cls === propertyType && descr.fget instanceof PyFunction && descr.fget.code.exactArgs === 1) {
      site.value = descr.fget;
      return LOAD_ATTR_PROPERTY;
    }
    return 0;
  }
  if (getOwn(owner, name) !== undefined) return ownForm(site, owner, name);
  if (descr === undefined || !method || !isMethod(descr)) return 0;
  site.value = descr;
  if (owner instanceof Instance && type.hasDict) {
    if (owner.shape === null) return 0;
    site.shape = owner.shape;
    return LOAD_ATTR_METHOD_WITH_VALUES;
  }
  if (!type.hasDict) return LOAD_ATTR_METHOD_NO_DICT;
  const { dict } = owner as { dict?: unknown };
  return dict === undefined || dict === null ? LOAD_ATTR_METHOD_LAZY_DICT : 0;
}

/** The attribute is the object's own and no data descriptor hides it. */
function ownForm(site: Site, owner: PyValue, name: string): number {
  if (!(owner instanceof Instance) || owner.shape === null) return LOAD_ATTR_WITH_HINT;
  site.shape = owner.shape;
  site.index = owner.shape.slots.get(name) as number;
  return LOAD_ATTR_INSTANCE_VALUE;
}

// ---- STORE_ATTR, DELETE_ATTR ----

export function STORE_ATTR(vm: VM, frame: Frame, arg: number): Action {
  const name = frame.code.names[arg];
  const owner = pop(frame);
  const value = pop(frame);
  const site = adapt(frame);
  if (site !== null) adaptStore(frame, site, owner, name);
  return startSetAttr(vm, owner, name, value);
}

export function DELETE_ATTR(vm: VM, frame: Frame, arg: number): Action {
  return startSetAttr(vm, pop(frame), frame.code.names[arg], undefined);
}

/** `owner.name = value`, or `del` without a value; frames are pushed for setters and `__setattr__` written in Python. */
function startSetAttr(vm: VM, owner: PyValue, name: string, value: PyValue | undefined): Action {
  const type = typeOf(owner);
  if (type.tp_setattro === slotFunctions.tp_setattro) {
    const method = type.lookup(value === undefined ? '__delattr__' : '__setattr__') as PyValue;
    const args = value === undefined ? [strFromJS(name)] : [strFromJS(name), value];
    return settleDiscarding(vm, callValue(vm, bindSpecial(vm, method, owner, type), args, null));
  }
  if ((type.flags & TypeFlag.HEAPTYPE) !== 0 && !(owner instanceof PyType)) {
    const descr = type.lookup(name);
    if (descr instanceof PyProperty && descr.cls === propertyType) {
      const method = value === undefined ? descr.fdel : descr.fset;
      if (method !== None) return settleDiscarding(vm, callValue(vm, method, value === undefined ? [owner] : [owner, value], null));
    } else if (descr !== undefined && typeOf(descr).tp_descr_set === slotFunctions.tp_descr_set) {
      const method = typeOf(descr).lookup(value === undefined ? '__delete__' : '__set__');
      if (method !== undefined) return settleDiscarding(vm, callValue(vm, method, value === undefined ? [descr, owner] : [descr, owner, value], null));
    }
  }
  setAttr(vm, owner, name, value);
  return OK;
}

function adaptStore(frame: Frame, site: Site, owner: PyValue, name: string): void {
  const filled = new Site();
  const form = storeForm(filled, owner, name);
  if (form === 0) generalize(frame, site);
  else specializeBeside(frame, filled, form);
}

function storeForm(site: Site, owner: PyValue, name: string): number {
  if (!(owner instanceof Instance)) return 0;
  const type = owner.cls;
  if (type.tp_setattro !== plainSetAttr()) return 0;
  site.version = type.version;
  const descr = type.lookup(name);
  if (descr !== undefined && typeOf(descr).tp_descr_set !== undefined) {
    if (!(descr instanceof PyMemberDescriptor) || descr.index < 0 || !type.isSubtypeOf(descr.objclass)) return 0;
    site.index = descr.index;
    return STORE_ATTR_SLOT;
  }
  if (!type.hasDict) return 0;
  if (owner.shape === null) return STORE_ATTR_WITH_HINT;
  site.shape = owner.shape;
  const slot = owner.shape.slots.get(name);
  if (slot !== undefined) {
    site.index = slot;
    site.nextShape = null;
    return STORE_ATTR_INSTANCE_VALUE;
  }
  const next = owner.shape.with(name);
  if (next === null) return 0;
  site.nextShape = next;
  site.index = next.names.length - 1;
  return STORE_ATTR_INSTANCE_VALUE;
}

const plainSetAttr = (): PyType['tp_setattro'] => (typeType.base as PyType).tp_setattro;

// ---- LOAD_SUPER_ATTR ----

/** `super().name` or `super(class, self).name` (`arg & 2`); `arg & 1` as in LOAD_ATTR. */
export function LOAD_SUPER_ATTR(vm: VM, frame: Frame, arg: number): Action {
  const self = pop(frame);
  const cls = pop(frame);
  const callable = pop(frame);
  const name = frame.code.names[arg >> 2];
  if (callable !== superType) {
    const args = arg & 2 ? [cls, self] : [];
    if (arg & 1) push(frame, undefined);
    return settle(vm, frame, continueWith(vm, callValue(vm, callable, args, null), new ThenGetAttr(name)));
  }
  if (!(cls instanceof PyType)) throw typeError(`super() argument 1 must be a type, not ${typeOf(cls).tpName}`);
  const start = superCheck(vm, cls, self);
  const { mro } = start;
  const site = adapt(frame);
  if (name !== '__class__') {
    for (let i = mro.indexOf(cls) + 1; i < mro.length; i++) {
      const found = mro[i].ns.get(name);
      if (found === undefined) continue;
      if (arg & 1) {
        if (isMethod(found) && self !== start) {
          if (site !== null) adaptSuper(frame, cls, start, found);
          push(frame, found);
          return push(frame, self);
        }
        push(frame, undefined);
      } else if (site !== null) specialize(frame, site, LOAD_SUPER_ATTR_ATTR);
      if (self === start) {
        const get = typeOf(found).tp_descr_get;
        return settle(vm, frame, get === undefined ? found : get(vm, found, undefined, start));
      }
      return settle(vm, frame, startDescriptorGet(vm, found, self, start));
    }
  }
  if (arg & 1) push(frame, undefined);
  return settle(vm, frame, continueWith(vm, callValue(vm, callable, [cls, self], null), new ThenGetAttr(name)));
}

/** The method found stays the right one for instances of this class, as long as its version is the same. */
function adaptSuper(frame: Frame, cls: PyType, start: PyType, found: PyValue): void {
  const filled = new Site();
  filled.type = cls;
  filled.version = start.version;
  filled.value = found;
  specializeBeside(frame, filled, LOAD_SUPER_ATTR_METHOD);
}

/** After a call: an attribute of its result. */
class ThenGetAttr implements Continuation {
  next: Continuation | null = null;
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  resumed(vm: VM, value: PyValue): PyValue {
    return startGetAttr(vm, value, this.name);
  }
}
