import { badArgument, call, callMethod, callNative, defineType, getAttr, indexError, isCallable, isTrue, native, nativeRaw, newTuple, None, PyDict, PyObject, setAttr, strFromJS, typeError, typeOf } from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { elementType, newElement, PyElement } from './element.ts';
import { newParseError } from './parse-error.ts';
import { factories } from './state.ts';

/* `xml.etree.ElementTree.TreeBuilder` (CPython 3.12: Modules/_elementtree.c). */

/** Kinds of events that a pull parser can ask for. */
export type EventKind = 'start' | 'end' | 'start-ns' | 'end-ns' | 'comment' | 'pi';

export class TreeBuilder extends PyObject {
  root: PyValue = None;
  private current: PyValue = None;
  private last: PyValue = None;
  /** What text belongs behind; null when it belongs into `last`. */
  private behind: PyValue | null = null;
  private readonly open: PyValue[] = [];
  private data: PyValue[] = [];
  /** Null: the accelerator's own. */
  elementFactory: PyValue | null = null;
  commentFactory: PyValue | null = null;
  instructionFactory: PyValue | null = null;
  insertComments = false;
  insertInstructions = false;
  /** `append` of a pull parser's queue, and what it is told of. */
  appendEvent: PyValue | null = null;
  readonly events = new Map<EventKind, PyValue>();

  report(vm: VM, kind: EventKind, value: PyValue): void {
    const name = this.events.get(kind);
    if (name !== undefined && this.appendEvent !== null) call(vm, this.appendEvent, [newTuple([name, value])]);
  }

  text(data: PyValue): void {
    // Before the first element text has no place.
    if (this.last !== None || this.behind !== null) this.data.push(data);
  }

  start(vm: VM, tag: PyValue, attributes: PyDict | null): PyValue {
    this.flush(vm);
    const node = this.elementFactory === null ? newElement(tag, attributes) : call(vm, this.elementFactory, [tag, attributes ?? new PyDict()]);
    const parent = this.current;
    this.behind = null;
    if (parent !== None) appendTo(vm, parent, node);
    else if (this.root !== None) throw newParseError(vm, 'multiple elements on top level');
    else this.root = node;
    this.open.push(parent);
    this.current = this.last = node;
    this.report(vm, 'start', node);
    return node;
  }

  end(vm: VM): PyValue {
    this.flush(vm);
    const parent = this.open.pop();
    if (parent === undefined) throw indexError('pop from empty stack');
    this.last = this.behind = this.current;
    this.current = parent;
    this.report(vm, 'end', this.last);
    return this.last;
  }

  comment(vm: VM, text: PyValue): PyValue {
    let comment = text;
    if (this.commentFactory !== null) {
      comment = call(vm, this.commentFactory, [text]);
      if (this.insertComments && this.current !== None) this.insertBetween(vm, comment);
    }
    this.report(vm, 'comment', comment);
    return comment;
  }

  instruction(vm: VM, target: PyValue, text: PyValue): PyValue {
    let instruction: PyValue;
    if (this.instructionFactory === null) instruction = newTuple([target, text]);
    else {
      instruction = call(vm, this.instructionFactory, [target, text]);
      if (this.insertInstructions && this.current !== None) this.insertBetween(vm, instruction);
    }
    this.report(vm, 'pi', instruction);
    return instruction;
  }

  /** A child that holds no others: text after it is its tail. */
  private insertBetween(vm: VM, node: PyValue): void {
    this.flush(vm);
    appendTo(vm, this.current, node);
    this.behind = node;
  }

  /** Gives the text so far to its element. */
  flush(vm: VM): void {
    const { data } = this;
    if (data.length === 0) return;
    this.data = [];
    const text = data.length === 1 ? data[0] : join(vm, data);
    if (this.behind !== null) addText(vm, this.behind, 'tail', text);
    else addText(vm, this.last, 'text', text);
  }
}

function join(vm: VM, parts: readonly PyValue[]): PyValue {
  if (parts.every((part) => typeof part === 'string')) return strFromJS(parts.join(''));
  return callMethod(vm, '', 'join', [newTuple([...parts])]);
}

function addText(vm: VM, element: PyValue, name: 'text' | 'tail', text: PyValue): void {
  if (element instanceof PyElement && element.cls === elementType) {
    const before = element[name];
    element[name] = before === None ? text : join(vm, [before, text]);
    return;
  }
  const before = getAttr(vm, element, name);
  setAttr(vm, element, name, before === None ? text : join(vm, [before, text]));
}

function appendTo(vm: VM, parent: PyValue, child: PyValue): void {
  if (parent instanceof PyElement && parent.cls === elementType && child instanceof PyElement) parent.append(child);
  else callMethod(vm, parent, 'append', [child]);
}

function init(vm: VM, self: TreeBuilder, elementFactory: PyValue = None, commentFactory: PyValue = None, piFactory: PyValue = None, insertComments: PyValue = false, insertPis: PyValue = false): PyValue {
  const given = (factory: PyValue): PyValue | null => (factory === None ? null : factory);
  self.elementFactory = given(elementFactory);
  self.commentFactory = given(commentFactory === None ? factories(vm).comment : commentFactory);
  self.instructionFactory = given(piFactory === None ? factories(vm).instruction : piFactory);
  self.insertComments = self.commentFactory !== null && isTrue(vm, insertComments);
  self.insertInstructions = self.instructionFactory !== null && isTrue(vm, insertPis);
  return None;
}

function startMethod(vm: VM, self: PyValue | null, args: readonly PyValue[]): PyValue {
  if (args.length !== 2) throw typeError(`start expected 2 arguments, got ${args.length}`);
  const [tag, attributes] = args;
  if (!(attributes instanceof PyDict)) throw badArgument('start', 'argument 2', 'dict', attributes);
  return (self as TreeBuilder).start(vm, tag, attributes); // The descriptor has checked it.
}

/** Changes what makes comments and processing instructions by default, and gives what did before. */
export function setFactories(vm: VM, comment: PyValue, instruction: PyValue): PyValue {
  for (const [name, factory] of [['Comment', comment], ['PI', instruction]] as const) {
    if (factory !== None && !isCallable(factory)) throw typeError(`${name} factory must be callable, not ${typeOf(factory).tpName}`);
  }
  const state = factories(vm);
  const before = newTuple([state.comment, state.instruction]);
  state.comment = comment;
  state.instruction = instruction;
  return before;
}

const initArguments = native('TreeBuilder(self, /, element_factory=None, *, comment_factory=None, pi_factory=None, insert_comments=False, insert_pis=False)', init);

export const treeBuilderType: PyType = defineType('TreeBuilder', {
  module: 'xml.etree.ElementTree',
  basetype: true,
  slots: {
    tp_new: (_vm, type) => new TreeBuilder(type),
    tp_init: (vm, self, args, kwnames) => void callNative(vm, initArguments, self, args, kwnames, null),
  },
  methods: [
    native('data(self, data, /)', (_vm: VM, self: TreeBuilder, data: PyValue) => (self.text(data), None)),
    nativeRaw('start(self, tag, attrs, /)', startMethod),
    native('end(self, tag, /)', (vm: VM, self: TreeBuilder) => self.end(vm)),
    native('comment(self, text, /)', (vm: VM, self: TreeBuilder, text: PyValue) => self.comment(vm, text)),
    native('pi(self, target, text=None, /)', (vm: VM, self: TreeBuilder, target: PyValue, text: PyValue = None) => self.instruction(vm, target, text)),
    native('close(self, /)', (_vm: VM, self: TreeBuilder) => self.root),
  ],
});
