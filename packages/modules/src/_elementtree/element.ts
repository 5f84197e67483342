import {
  adjustSlice, asIndex, asIndexClamped, attributeError, callMethod, defineType, equals, hasIndex, importModule, indexError, isStr, iterate, jsText, listType, native, nativeRaw, None, PyDict,
  PyList, PyObject, PySlice, PyTuple, reprEnter, reprLeave, reprText, runtimeError, strFromJS, toArray, typeError, typeOf, unpackSlice, valueError,
} from '@py/vm/native';
import type { GetSetDef, PyType, PyValue, VM } from '@py/vm/native';
import { newIterator } from './iterator.ts';

/* `xml.etree.ElementTree.Element` (CPython 3.12: Modules/_elementtree.c). */

/** Children for which an element has room without further memory. */
const staticChildren = 4;

export class PyElement extends PyObject {
  tag: PyValue = None;
  text: PyValue = None;
  tail: PyValue = None;
  /** Made when first asked for. */
  attributes: PyDict | null = null;
  children: PyElement[] = [];
  /** For how many children CPython would have room; 0 before there is a child or an attribute. */
  private room = 0;

  append(child: PyElement): void {
    this.children.push(child);
    this.grow();
  }

  insert(index: number, child: PyElement): void {
    this.children.splice(index, 0, child);
    this.grow();
  }

  replace(children: PyElement[]): void {
    this.children = children;
    this.grow();
  }

  get attrib(): PyDict {
    return (this.attributes ??= new PyDict());
  }

  /** CPython: element_resize. */
  private grow(): void {
    const { length } = this.children;
    if (length > Math.max(this.room, staticChildren)) this.room = (length >> 3) + (length < 9 ? 3 : 6) + length;
    else this.room = Math.max(this.room, staticChildren);
  }

  clear(): void {
    this.attributes = null;
    this.children = [];
    this.room = 0;
    this.text = this.tail = None;
  }

  get byteSize(): number {
    if (this.attributes === null && this.children.length === 0) return 56;
    return 56 + 64 + (this.room > staticChildren ? this.room * 8 : 0);
  }
}

/** A new element that has `attributes` itself, not a copy. */
export function newElement(tag: PyValue, attributes: PyDict | null): PyElement {
  const element = new PyElement(elementType);
  element.tag = tag;
  element.attributes = attributes;
  return element;
}

const elementName = 'xml.etree.ElementTree.Element';

/** The value, which must be an element; `where` is what the message calls the argument. */
function elementArgument(value: PyValue, where: string): PyElement {
  if (value instanceof PyElement) return value;
  throw typeError(`${where} must be ${elementName}, not ${value === None ? 'None' : typeOf(value).tpName}`);
}

function dictArgument(value: PyValue, where: string): PyDict {
  if (value instanceof PyDict) return value;
  throw typeError(`${where} must be dict, not ${value === None ? 'None' : typeOf(value).tpName}`);
}

/** The attributes that a constructor is given: a dict by position or as `attrib`, and keywords. */
function constructorAttributes(vm: VM, name: string, args: readonly PyValue[], positional: number, kwnames: readonly string[] | null, at: number): PyDict | null {
  const given = at < positional ? dictArgument(args[at], `${name}() argument ${at + 1}`) : undefined;
  const names = kwnames ?? [];
  const named = given === undefined ? names.indexOf('attrib') : -1;
  const base = named < 0 ? given : args[positional + named];
  if (base !== undefined && !(base instanceof PyDict)) throw typeError(`attrib must be dict, not ${typeOf(base).tpName}`);
  if (base === undefined && names.length === 0) return null;
  const attributes = base === undefined ? new PyDict() : base.copy();
  for (const [i, key] of names.entries()) if (i !== named) attributes.set(vm, strFromJS(key), args[positional + i]);
  return attributes;
}

function countArguments(name: string, positional: number, min: number): void {
  if (positional < min) throw typeError(`${name}() takes at least ${min} argument${min === 1 ? '' : 's'} (${positional} given)`);
  if (positional > min + 1) throw typeError(`${name}() takes at most ${min + 1} arguments (${positional} given)`);
}

function element_init(vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): void {
  const element = self as PyElement; // Of the type whose slot it is.
  const positional = args.length - (kwnames?.length ?? 0);
  countArguments('Element', positional, 1);
  const attributes = constructorAttributes(vm, 'Element', args, positional, kwnames, 1);
  element.clear();
  element.tag = args[0];
  element.attributes = attributes;
}

function subElement(vm: VM, _self: PyValue | null, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const positional = args.length - (kwnames?.length ?? 0);
  countArguments('SubElement', positional, 2);
  const parent = elementArgument(args[0], 'SubElement() argument 1');
  const element = newElement(args[1], constructorAttributes(vm, 'SubElement', args, positional, kwnames, 2));
  parent.append(element);
  return element;
}

/** `SubElement(parent, tag, attrib={}, **extra)` */
export const SubElement = nativeRaw('SubElement(*args)', subElement).unsigned();

// ---- copies

function element_copy(_vm: VM, self: PyElement): PyValue {
  const copy = newElement(self.tag, self.attributes);
  copy.text = self.text;
  copy.tail = self.tail;
  copy.replace([...self.children]);
  return copy;
}

function deepcopy(vm: VM, value: PyValue, memo: PyDict): PyValue {
  if (value === None || (isStr(value) && typeOf(value).name === 'str')) return value;
  if (value instanceof PyElement && value.cls === elementType) return element_deepcopy(vm, value, memo);
  return callMethod(vm, importModule(vm, 'copy'), 'deepcopy', [value, memo]);
}

function element_deepcopy(vm: VM, self: PyElement, memo: PyValue): PyValue {
  const known = dictArgument(memo, '__deepcopy__() argument');
  const copy = newElement(deepcopy(vm, self.tag, known), null);
  if (self.attributes !== null) copy.attributes = dictArgument(deepcopy(vm, self.attributes, known), 'attrib');
  copy.text = deepcopy(vm, self.text, known);
  copy.tail = deepcopy(vm, self.tail, known);
  for (let i = 0; i < self.children.length; i++) copy.append(checkChild(deepcopy(vm, self.children[i], known)));
  known.set(vm, vm.idOf(self), copy);
  return copy;
}

// ---- pickling

function getState(_vm: VM, self: PyElement): PyValue {
  return PyDict.fromStrings([['tag', self.tag], ['_children', new PyList([...self.children])], ['attrib', self.attrib], ['text', self.text], ['tail', self.tail]]);
}

const stateNames = ['tag', 'attrib', '_children', 'text', 'tail'];

function setState(vm: VM, self: PyElement, state: PyValue): PyValue {
  if (!(state instanceof PyDict)) throw typeError(`Don't know how to unpickle "${reprText(vm, state)}" as an Element`);
  for (const key of state.keyList()) {
    if (!isStr(key) || !stateNames.includes(jsText(key))) throw typeError(`'${isStr(key) ? jsText(key) : reprText(vm, key)}' is an invalid keyword argument for this function`);
  }
  const tag = state.getStr('tag');
  if (tag === undefined) throw typeError('tag may not be NULL');
  const children = state.getStr('_children') ?? None;
  if (children !== None && !(children instanceof PyList)) throw typeError("'_children' is not a list");
  self.tag = tag;
  self.text = joined(vm, state.getStr('text') ?? None);
  self.tail = joined(vm, state.getStr('tail') ?? None);
  self.replace(children instanceof PyList ? children.items.map(checkChild) : []);
  const attrib = state.getStr('attrib');
  if (attrib instanceof PyDict) self.attributes = attrib;
  return None;
}

/** A list is text in pieces. */
function joined(vm: VM, text: PyValue): PyValue {
  return text instanceof PyList && text.cls === listType ? callMethod(vm, '', 'join', [text]) : text;
}

// ---- children

function checkChild(value: PyValue): PyElement {
  if (value instanceof PyElement) return value;
  throw typeError(`expected an Element, not "${typeOf(value).tpName}"`);
}

/** The items of an argument that must be iterable. */
function sequenceItems(vm: VM, value: PyValue): PyValue[] {
  if (value instanceof PyList || value instanceof PyTuple) return [...value.items];
  const type = typeOf(value);
  if (type.tp_iter === undefined && type.sq_item === undefined) throw typeError(`expected sequence, not "${type.tpName}"`);
  return toArray(vm, iterate(vm, value));
}

function extend(vm: VM, self: PyElement, elements: PyValue): PyValue {
  for (const child of sequenceItems(vm, elements)) self.append(checkChild(child));
  return None;
}

function insert(vm: VM, self: PyElement, index: PyValue, child: PyValue): PyValue {
  const at = asIndexClamped(vm, index);
  const element = elementArgument(child, 'insert() argument 2');
  const { length } = self.children;
  self.insert(at < 0 ? Math.max(0, at + length) : Math.min(at, length), element);
  return None;
}

function remove(vm: VM, self: PyElement, child: PyValue): PyValue {
  const element = elementArgument(child, 'remove() argument');
  let at = self.children.indexOf(element);
  for (let i = 0; at < 0 && i < self.children.length; i++) if (equals(vm, self.children[i], element)) at = i;
  if (at < 0) throw valueError('list.remove(x): x not in list');
  self.children.splice(at, 1);
  return None;
}

/** Position of an index, or undefined for one that is no integer. */
function position(vm: VM, self: PyElement, key: PyValue): number {
  if (!hasIndex(key)) throw typeError('element indices must be integers');
  const index = Number(asIndex(vm, key));
  return index < 0 ? index + self.children.length : index;
}

function subscript(vm: VM, self: PyElement, key: PyValue): PyValue {
  if (key instanceof PySlice) {
    const { start, step, count } = sliceOf(vm, self, key);
    return new PyList(Array.from({ length: count }, (_, i) => self.children[start + i * step]));
  }
  return self.children[position(vm, self, key)] ?? outOfRange('child index out of range');
}

const outOfRange = (message: string): never => {
  throw indexError(message);
};

function sliceOf(vm: VM, self: PyElement, key: PySlice): ReturnType<typeof adjustSlice> {
  const [start, stop, step] = unpackSlice(vm, key);
  return adjustSlice(start, stop, step, self.children.length);
}

function assignSubscript(vm: VM, self: PyElement, key: PyValue, value: PyValue | undefined): void {
  if (key instanceof PySlice) return assignSlice(vm, self, key, value);
  assignItem(self, position(vm, self, key), value);
}

function assignItem(self: PyElement, at: number, value: PyValue | undefined): void {
  if (at < 0 || at >= self.children.length) outOfRange('child assignment index out of range');
  if (value === undefined) self.children.splice(at, 1);
  else self.children[at] = checkChild(value);
}

function assignSlice(vm: VM, self: PyElement, key: PySlice, value: PyValue | undefined): void {
  const { start, step, count } = sliceOf(vm, self, key);
  if (value === undefined) {
    const gone = new Set(Array.from({ length: count }, (_, i) => start + i * step));
    self.replace(self.children.filter((_, i) => !gone.has(i)));
    return;
  }
  const items = sequenceItems(vm, value);
  if (step !== 1 && items.length !== count) throw valueError(`attempt to assign sequence of size ${items.length} to extended slice of size ${count}`);
  const children = items.map(checkChild);
  if (step === 1) self.replace([...self.children.slice(0, start), ...children, ...self.children.slice(start + count)]);
  else children.forEach((child, i) => (self.children[start + i * step] = child));
}

// ---- searching

/** The path is more than the name of a child (CPython: checkpath). */
function isPath(tag: PyValue): boolean {
  if (!isStr(tag)) return true;
  const text = jsText(tag);
  if (text.startsWith('{*}') || text.startsWith('{}')) return true;
  return text.replace(/\{[^}]*\}?/g, '').search(/[/*[@.]/) >= 0;
}

/** Asks `xml.etree.ElementPath`. */
function byPath(vm: VM, name: string, args: PyValue[]): PyValue {
  return callMethod(vm, importModule(vm, 'xml.etree.ElementPath'), name, args);
}

const needsPath = (path: PyValue, namespaces: PyValue): boolean => namespaces !== None || isPath(path);

function firstChild(vm: VM, self: PyElement, tag: PyValue): PyElement | undefined {
  for (let i = 0; i < self.children.length; i++) {
    const child = self.children[i];
    if (equals(vm, child.tag, tag)) return child;
  }
  return undefined;
}

function find(vm: VM, self: PyElement, path: PyValue, namespaces: PyValue = None): PyValue {
  return needsPath(path, namespaces) ? byPath(vm, 'find', [self, path, namespaces]) : (firstChild(vm, self, path) ?? None);
}

function findtext(vm: VM, self: PyElement, path: PyValue, fallback: PyValue = None, namespaces: PyValue = None): PyValue {
  if (needsPath(path, namespaces)) return byPath(vm, 'findtext', [self, path, fallback, namespaces]);
  const child = firstChild(vm, self, path);
  if (child === undefined) return fallback;
  return child.text === None ? '' : child.text;
}

function findall(vm: VM, self: PyElement, path: PyValue, namespaces: PyValue = None): PyValue {
  if (needsPath(path, namespaces)) return byPath(vm, 'findall', [self, path, namespaces]);
  const found: PyElement[] = [];
  for (let i = 0; i < self.children.length; i++) {
    const child = self.children[i];
    if (equals(vm, child.tag, path)) found.push(child);
  }
  return new PyList(found);
}

// ---- the type

function element_repr(vm: VM, self: PyElement): PyValue {
  if (self.tag === None) return `<Element None at 0x${vm.idOf(self).toString(16)}>`;
  if (!reprEnter(vm, self)) throw runtimeError(`reentrant call inside ${self.cls.tpName}.__repr__`);
  try {
    return strFromJS(`<Element ${reprText(vm, self.tag)} at 0x${vm.idOf(self).toString(16)}>`);
  } finally {
    reprLeave(vm, self);
  }
}

function element_bool(vm: VM, self: PyElement): boolean {
  vm.warn('DeprecationWarning', "Testing an element's truth value will always return True in future versions.  Use specific 'len(elem)' or 'elem is not None' test instead.", 1);
  return self.children.length > 0;
}

/** An attribute that can be set but not deleted. */
function field(name: 'tag' | 'text' | 'tail', doc: string): GetSetDef {
  return { get: (_vm, self) => (self as PyElement)[name], set: (_vm, self, value) => void ((self as PyElement)[name] = kept(value)), doc };
}

function kept(value: PyValue | undefined): PyValue {
  if (value === undefined) throw attributeError("can't delete element attribute");
  return value;
}

function setAttrib(self: PyElement, value: PyValue | undefined): void {
  const attrib = kept(value);
  if (!(attrib instanceof PyDict)) throw typeError(`attrib must be dict, not ${typeOf(attrib).tpName}`);
  self.attributes = attrib;
}

/** A method whose arguments CPython takes by position, in a way that words their number differently. */
function exactly(name: string, count: number, args: readonly PyValue[]): void {
  if (args.length !== count) throw typeError(`${name}() takes exactly ${count} positional argument${count === 1 ? '' : 's'} (${args.length} given)`);
}

export const elementType: PyType = defineType('Element', {
  module: 'xml.etree.ElementTree',
  basetype: true,
  hasWeakref: true,
  slots: {
    tp_new: (_vm, type) => new PyElement(type),
    tp_init: element_init,
    tp_repr: element_repr,
    nb_bool: element_bool,
    sq_length: (_vm: VM, self: PyElement) => self.children.length,
    sq_item: (_vm: VM, self: PyElement, index: number) => self.children[index] ?? outOfRange('child index out of range'),
    mp_length: (_vm: VM, self: PyElement) => self.children.length,
    mp_subscript: subscript,
    mp_ass_subscript: assignSubscript,
  },
  methods: [
    native('clear(self, /)', (_vm: VM, self: PyElement) => (self.clear(), None)),
    native('get(self, /, key, default=None)', (vm: VM, self: PyElement, key: PyValue, fallback: PyValue = None) => self.attributes?.get(vm, key) ?? fallback),
    native('set(self, key, value, /)', (vm: VM, self: PyElement, key: PyValue, value: PyValue) => (self.attrib.set(vm, key, value), None)),
    native('find(self, /, path, namespaces=None)', find),
    native('findtext(self, /, path, default=None, namespaces=None)', findtext),
    native('findall(self, /, path, namespaces=None)', findall),
    native('append(self, subelement, /)', (_vm: VM, self: PyElement, child: PyValue) => (self.append(elementArgument(child, 'append() argument 1')), None)),
    native('extend(self, elements, /)', extend),
    native('insert(self, index, subelement, /)', insert),
    native('remove(self, subelement, /)', remove),
    native('iter(self, /, tag=None)', (_vm: VM, self: PyElement, tag: PyValue = None) => newIterator(self, isStr(tag) && jsText(tag) === '*' ? None : tag, false)),
    native('itertext(self, /)', (_vm: VM, self: PyElement) => newIterator(self, None, true)),
    native('iterfind(self, /, path, namespaces=None)', (vm: VM, self: PyElement, path: PyValue, namespaces: PyValue = None) => byPath(vm, 'iterfind', [self, path, namespaces])),
    native('items(self, /)', (vm: VM, self: PyElement) => (self.attributes === null ? new PyList([]) : new PyList(toArray(vm, callMethod(vm, self.attributes, 'items'))))),
    native('keys(self, /)', (_vm: VM, self: PyElement) => new PyList(self.attributes?.keyList() ?? [])),
    nativeRaw('makeelement(self, tag, attrib, /)', (_vm, _self, args) => {
      exactly('makeelement', 2, args);
      return newElement(args[0], dictArgument(args[1], 'makeelement() argument 2').copy());
    }),
    native('__copy__(self, /)', element_copy),
    native('__deepcopy__(self, memo, /)', element_deepcopy),
    native('__sizeof__(self, /)', (_vm: VM, self: PyElement) => self.byteSize),
    native('__getstate__(self, /)', getState),
    native('__setstate__(self, state, /)', setState),
  ],
  getset: {
    tag: field('tag', 'A string identifying what kind of data this element represents'),
    text: field('text', 'A string of text directly after the start tag, or None'),
    tail: field('tail', 'A string of text directly after the end tag, or None'),
    attrib: { get: (_vm, self) => (self as PyElement).attrib, set: (_vm, self, value) => setAttrib(self as PyElement, value), doc: "A dictionary containing the element's attributes" },
  },
});
