import {
  bufferBytes, call, callNative, decodeBytes, defineType, encodeStr, getAttr, hasBuffer, isStr, jsText, lookupAttr, native, newTuple, None, PyBytes, PyDict, PyObject, setAttr, strFromJS, toArray, typeError,
  typeOf, valueError,
} from '@py/vm/native';
import type { PyBaseException, PyType, PyValue, VM } from '@py/vm/native';
import { Dtd } from '../pyexpat/dtd.ts';
import { Engine } from '../pyexpat/engine.ts';
import { messages, XmlError } from '../pyexpat/errors.ts';
import { Input } from '../pyexpat/input.ts';
import type { Report } from '../pyexpat/report.ts';
import { newParseError } from './parse-error.ts';
import { TreeBuilder, treeBuilderType } from './treebuilder.ts';
import type { EventKind } from './treebuilder.ts';

/* `xml.etree.ElementTree.XMLParser` (CPython 3.12: Modules/_elementtree.c). */

/** Methods of a target that is not a tree builder. */
const targetMethods = ['start_ns', 'end_ns', 'start', 'data', 'end', 'comment', 'pi', 'close', 'doctype'] as const;
type TargetMethod = (typeof targetMethods)[number];

class XMLParser extends PyObject {
  engine: Engine | null = null;
  target: PyValue = None;
  entity: PyValue = None;
  error: XmlError | null = null;

  /** Its target, when that is a plain tree builder, to which events go without detour. */
  get builder(): TreeBuilder | null {
    return this.target instanceof TreeBuilder && this.target.cls === treeBuilderType ? this.target : null;
  }
}

/** Takes the engine's events to the target. */
class Events implements Report {
  readonly expandsEntities = true;
  private readonly vm: VM;
  private readonly parser: XMLParser;
  readonly handlers = new Map<TargetMethod, PyValue>();
  /** Names as Python shows them, by the engine's. */
  private readonly names = new Map<string, PyValue>();

  constructor(vm: VM, parser: XMLParser) {
    this.vm = vm;
    this.parser = parser;
    for (const name of targetMethods) {
      const method = lookupAttr(vm, parser.target, name);
      if (method !== undefined) this.handlers.set(name, method);
    }
  }

  private tell(name: TargetMethod, args: () => PyValue[]): boolean {
    const handler = this.handlers.get(name);
    if (handler === undefined) return false;
    call(this.vm, handler, args());
    return true;
  }

  /** `uri}local` of the engine is `{uri}local`. */
  private name(text: string): PyValue {
    let name = this.names.get(text);
    if (name === undefined) {
      name = strFromJS(text.includes('}') ? `{${text}` : text);
      this.names.set(text, name);
    }
    return name;
  }

  /** Text that nothing else takes: references to entities that the document does not declare. */
  default(text: string): void {
    if (text.length < 2 || !text.startsWith('&')) return;
    const { entity, engine } = this.parser;
    const value = entity instanceof PyDict ? entity.get(this.vm, strFromJS(text.slice(1, -1))) : undefined;
    if (value !== undefined) this.data(value);
    else {
      const { line, column } = (engine as Engine).input.placeOf((engine as Engine).eventAt); // It is the engine that tells.
      throw parseError(this.vm, `undefined entity ${text}`, 11, line, column);
    }
  }

  private data(text: PyValue): void {
    const { builder } = this.parser;
    if (builder !== null) builder.text(text);
    else this.tell('data', () => [text]);
  }

  characters(text: string): boolean {
    this.data(strFromJS(text));
    return true;
  }

  startElement(tag: string, attributes: readonly string[]): boolean {
    const { vm } = this;
    const { builder } = this.parser;
    let dict: PyDict | null = null;
    if (attributes.length > 0) {
      dict = new PyDict();
      for (let i = 0; i < attributes.length; i += 2) dict.set(vm, this.name(attributes[i]), strFromJS(attributes[i + 1]));
    }
    const name = this.name(tag);
    if (builder !== null) builder.start(vm, name, dict);
    else this.tell('start', () => [name, dict ?? new PyDict()]);
    return true;
  }

  endElement(tag: string): boolean {
    const { builder } = this.parser;
    if (builder !== null) builder.end(this.vm);
    else this.tell('end', () => [this.name(tag)]);
    return true;
  }

  startNamespace(prefix: string | null, uri: string | null): void {
    const { builder } = this.parser;
    const args = [strFromJS(prefix ?? ''), strFromJS(uri ?? '')];
    if (builder !== null) builder.report(this.vm, 'start-ns', newTuple(args));
    else this.tell('start_ns', () => args);
  }

  endNamespace(prefix: string | null): void {
    const { builder } = this.parser;
    if (builder !== null) builder.report(this.vm, 'end-ns', None);
    else this.tell('end_ns', () => [strFromJS(prefix ?? '')]);
  }

  comment(text: string): boolean {
    const { builder } = this.parser;
    if (builder !== null) builder.comment(this.vm, strFromJS(text));
    else this.tell('comment', () => [strFromJS(text)]);
    return true;
  }

  instruction(target: string, data: string): boolean {
    const { builder } = this.parser;
    if (builder === null) this.tell('pi', () => [strFromJS(target), strFromJS(data)]);
    else if (builder.events.has('pi') || builder.insertInstructions) builder.instruction(this.vm, strFromJS(target), strFromJS(data));
    return true;
  }

  startDoctype(name: string, systemId: string | null, publicId: string | null): boolean {
    const optional = (text: string | null): PyValue => (text === null ? None : strFromJS(text));
    if (this.tell('doctype', () => [this.name(name), optional(publicId), optional(systemId)])) return true;
    if (lookupAttr(this.vm, this.parser, 'doctype') !== undefined) {
      this.vm.warn('RuntimeWarning', 'The doctype() method of XMLParser is ignored.  Define doctype() method on the TreeBuilder target.', 1);
    }
    return true;
  }

  // What nobody asks for.
  nothing(): void {
    // The end of an empty element has no text of its own.
  }
  xmlDeclaration(): boolean { return false; }
  startCdata(): boolean { return false; }
  endCdata(): boolean { return false; }
  skippedEntity(): boolean { return false; }
  externalEntity(): null { return null; }
  notStandalone(): boolean { return true; }
  endDoctype(): boolean { return false; }
  entityDeclaration(): boolean { return false; }
  notation(): boolean { return false; }
  elementDeclaration(): boolean { return false; }
  attributeDeclaration(): boolean { return false; }
}

function parseError(vm: VM, message: string, code: number, line: number, column: number): PyBaseException {
  const error = newParseError(vm, `${message}: line ${line}, column ${column}`);
  setAttr(vm, error, 'code', code);
  setAttr(vm, error, 'position', newTuple([line, column]));
  return error;
}

function init(vm: VM, self: XMLParser, target: PyValue = None, encoding: PyValue = None): PyValue {
  if (encoding !== None && !isStr(encoding)) throw typeError(`XMLParser() argument 'encoding' must be str or None, not ${typeOf(encoding).tpName}`);
  self.entity = new PyDict();
  self.target = target === None ? new TreeBuilder(treeBuilderType) : target;
  const unknown = (name: string): string | null => {
    const characters = jsText(decodeBytes(vm, Uint8Array.from({ length: 256 }, (_, i) => i), name, 'replace'));
    if (characters.length !== 256) throw valueError('multi-byte encodings are not supported');
    return characters.replaceAll('\ufffd', '\uffff');
  };
  const input = new Input(encoding === None ? null : jsText(encoding), unknown);
  self.engine = new Engine({ input, dtd: new Dtd(), separator: '}', kind: 'document' }, new Events(vm, self));
  return None;
}

function engineOf(self: XMLParser): Engine {
  if (self.engine === null) throw valueError("XMLParser.__init__() wasn't called");
  return self.engine;
}

function parse(vm: VM, self: XMLParser, bytes: Uint8Array, final: boolean): void {
  const engine = engineOf(self);
  vm.charge(bytes.length);
  try {
    if (self.error !== null) throw self.error;
    if (engine.finished) throw new XmlError('FINISHED');
    engine.parse(bytes, final);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    if (error.at >= 0) engine.eventAt = error.at;
    self.error = error;
    const { line, column } = engine.input.placeOf(Math.max(0, engine.eventAt));
    throw parseError(vm, messages[error.code - 1], error.code, line, column);
  }
}

/** Bytes of a str, which says itself how they are to be read. */
function encoded(vm: VM, self: XMLParser, text: PyValue): Uint8Array {
  engineOf(self).input.encoding = 'utf-8';
  return bufferBytes(vm, encodeStr(vm, text, 'utf-8', 'surrogatepass'));
}

function feed(vm: VM, self: XMLParser, data: PyValue): PyValue {
  engineOf(self);
  if (isStr(data)) parse(vm, self, encoded(vm, self, data), false);
  else {
    if (!hasBuffer(vm, data)) throw typeError(`a bytes-like object is required, not '${typeOf(data).tpName}'`);
    parse(vm, self, bufferBytes(vm, data).slice(), false);
  }
  return None;
}

/** The document has ended: gives what the target makes of it. */
function finish(vm: VM, self: XMLParser): PyValue {
  parse(vm, self, new Uint8Array(0), true);
  const { builder } = self;
  if (builder !== null) return builder.root;
  const close = lookupAttr(vm, self.target, 'close');
  return close === undefined ? None : call(vm, close, []);
}

/** Characters asked of a file at a time. */
const chunkSize = 64 * 1024;

function parseWhole(vm: VM, self: XMLParser, file: PyValue): PyValue {
  engineOf(self);
  const read = getAttr(vm, file, 'read');
  for (;;) {
    const chunk = call(vm, read, [chunkSize]);
    let bytes: Uint8Array;
    if (isStr(chunk)) bytes = encoded(vm, self, chunk);
    else if (chunk instanceof PyBytes) ({ bytes } = chunk);
    else break;
    if (bytes.length === 0) break;
    parse(vm, self, bytes, false);
  }
  return finish(vm, self);
}

const eventKinds: ReadonlySet<string> = new Set<EventKind>(['start', 'end', 'start-ns', 'end-ns', 'comment', 'pi']);

function setEvents(vm: VM, self: XMLParser, queue: PyValue, wanted: PyValue = None): PyValue {
  engineOf(self);
  const { builder } = self;
  if (builder === null) throw typeError('event handling only supported for ElementTree.TreeBuilder targets');
  builder.appendEvent = getAttr(vm, queue, 'append');
  builder.events.clear();
  if (wanted === None) {
    builder.events.set('end', 'end');
    return None;
  }
  const { tp_iter, sq_item } = typeOf(wanted);
  if (tp_iter === undefined && sq_item === undefined) throw typeError('events must be a sequence');
  for (const name of toArray(vm, wanted)) {
    if (!isStr(name) && !(name instanceof PyBytes)) throw valueError('invalid events sequence');
    const text = isStr(name) ? jsText(name) : String.fromCharCode(...name.bytes);
    if (!eventKinds.has(text)) throw valueError(`unknown event '${text}'`);
    builder.events.set(text as EventKind, name);
  }
  return None;
}

const initArguments = native('XMLParser(self, /, *, target=None, encoding=None)', init);

export const xmlParserType: PyType = defineType('XMLParser', {
  module: 'xml.etree.ElementTree',
  basetype: true,
  slots: {
    tp_new: (_vm, type) => new XMLParser(type),
    tp_init: (vm, self, args, kwnames) => void callNative(vm, initArguments, self, args, kwnames, null),
  },
  methods: [
    native('feed(self, data, /)', feed),
    native('close(self, /)', finish),
    native('_parse_whole(self, file, /)', parseWhole),
    native('_setevents(self, events_queue, events_to_report=None, /)', setEvents),
  ],
  fields: {
    entity: { get: (_vm, self) => (self as XMLParser).entity },
    target: { get: (_vm, self) => (self as XMLParser).target },
  },
  getset: { version: { get: () => 'Expat 2.6.3' } },
});
