import {
  asIndex, bufferBytes, call, decodeBytes, defineType, encodeStr, exceptionTypes, hasBuffer, isInt, isStr, isTrue, jsText, lookupAttr, newException, native, newTuple, None,
  overflowError, type PyBaseException, PyDict, PyList, PyObject, setAttr, strFromJS, TypeFlag, typeError, typeOf, valueError, genericSetAttr,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { Dtd } from './dtd.ts';
import type { ContentModel, Entity } from './dtd.ts';
import { Engine } from './engine.ts';
import { messages, XmlError } from './errors.ts';
import { Input } from './input.ts';
import type { Report } from './report.ts';

/* The type `pyexpat.xmlparser` (CPython 3.12: Modules/pyexpat.c). */

export const errorType: PyType = defineType('ExpatError', { module: 'xml.parsers.expat', bases: [exceptionTypes.Exception], basetype: true, ownLayout: false, hasDict: true, hasWeakref: true });

export const handlerNames = [
  'StartElementHandler', 'EndElementHandler', 'ProcessingInstructionHandler', 'CharacterDataHandler', 'UnparsedEntityDeclHandler', 'NotationDeclHandler', 'StartNamespaceDeclHandler',
  'EndNamespaceDeclHandler', 'CommentHandler', 'StartCdataSectionHandler', 'EndCdataSectionHandler', 'DefaultHandler', 'DefaultHandlerExpand', 'NotStandaloneHandler',
  'ExternalEntityRefHandler', 'StartDoctypeDeclHandler', 'EndDoctypeDeclHandler', 'EntityDeclHandler', 'XmlDeclHandler', 'ElementDeclHandler', 'AttlistDeclHandler', 'SkippedEntityHandler',
] as const;
type HandlerName = (typeof handlerNames)[number];

const text = (value: string | null): PyValue => (value === null ? None : strFromJS(value));

/** The program's parser: its handlers get the engine's events. */
export class XmlParser extends PyObject implements Report {
  readonly vm: VM;
  readonly engine: Engine;
  readonly intern: PyDict | null;
  readonly handlers = new Map<HandlerName, PyValue>();
  orderedAttributes = false;
  specifiedAttributes = false;
  /** Texts not reported yet, or null where every text is reported at once. */
  buffer: string[] | null = null;
  bufferSize = 8192;
  bufferUsed = 0;
  /** Which of the two default handlers was set last. */
  private defaultName: 'DefaultHandler' | 'DefaultHandlerExpand' = 'DefaultHandlerExpand';
  expandsEntities = true;
  inCallback = false;
  reparseDeferral = true;
  error: XmlError | null = null;

  constructor(vm: VM, options: { readonly encoding: string | null; readonly separator: string | null; readonly intern: PyDict | null; readonly dtd?: Dtd; readonly kind?: Engine['kind'] }) {
    super(xmlparserType);
    this.vm = vm;
    this.intern = options.intern;
    const input = new Input(options.encoding, (name) => this.unknownEncoding(name));
    this.engine = new Engine({ input, dtd: options.dtd ?? new Dtd(), separator: options.separator, kind: options.kind ?? 'document' }, this);
  }

  /** Characters of the 256 bytes of an encoding that Python knows. */
  private unknownEncoding(name: string): string | null {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const decoded = decodeBytes(this.vm, bytes, name, 'replace');
    const characters = jsText(decoded);
    if (characters.length !== 256) throw valueError('multi-byte encodings are not supported');
    return characters.replaceAll('\ufffd', '\uffff');
  }

  setHandler(name: HandlerName, handler: PyValue): void {
    if (name === 'CharacterDataHandler') this.flush();
    if (handler === None) this.handlers.delete(name);
    else this.handlers.set(name, handler);
    if (name === 'DefaultHandler' || name === 'DefaultHandlerExpand') {
      this.defaultName = name;
      this.expandsEntities = name === 'DefaultHandlerExpand';
    }
  }

  /** A name, the same object each time. */
  private name(value: string | null): PyValue {
    if (value === null) return None;
    const name = strFromJS(value);
    const { intern, vm } = this;
    return intern === null ? name : intern.setDefault(vm, name, name);
  }

  private flush(): void {
    const { buffer } = this;
    if (buffer === null || buffer.length === 0) return;
    const all = buffer.join('');
    buffer.length = 0;
    this.bufferUsed = 0;
    this.invoke('CharacterDataHandler', [strFromJS(all)]);
  }

  /** Reports what is held back, at the end of a call. */
  settle(): void {
    this.flush();
  }

  private invoke(name: HandlerName, args: PyValue[]): PyValue | null {
    const handler = this.handlers.get(name);
    if (handler === undefined) return null;
    const before = this.inCallback;
    this.inCallback = true;
    try {
      return call(this.vm, handler, args);
    } catch (error) {
      this.handlers.clear();
      throw error;
    } finally {
      this.inCallback = before;
    }
  }

  /** Reports an event, if anybody wants it. */
  private event(name: HandlerName, args: () => PyValue[]): boolean {
    if (!this.handlers.has(name)) return false;
    this.flush();
    // What was held back may have changed the handlers.
    if (this.handlers.has(name)) this.invoke(name, args());
    return true;
  }

  // ---- Report

  default(data: string): void {
    if (data !== '') this.event(this.defaultName, () => [strFromJS(data)]);
  }

  nothing(): void {
    // The end of an empty element has no text of its own.
  }

  xmlDeclaration(version: string | null, encoding: string | null, standalone: number): boolean {
    return this.event('XmlDeclHandler', () => [text(version), text(encoding), standalone]);
  }

  comment(data: string): boolean {
    return this.event('CommentHandler', () => [strFromJS(data)]);
  }

  instruction(target: string, data: string): boolean {
    return this.event('ProcessingInstructionHandler', () => [this.name(target), strFromJS(data)]);
  }

  startCdata(): boolean {
    return this.event('StartCdataSectionHandler', () => []);
  }

  endCdata(): boolean {
    return this.event('EndCdataSectionHandler', () => []);
  }

  characters(data: string): boolean {
    if (!this.handlers.has('CharacterDataHandler')) return false;
    if (this.buffer === null) {
      this.invoke('CharacterDataHandler', [strFromJS(data)]);
      return true;
    }
    const size = byteLength(data);
    if (this.bufferUsed + size > this.bufferSize) {
      this.flush();
      if (!this.handlers.has('CharacterDataHandler')) return true;
    }
    if (size > this.bufferSize) this.invoke('CharacterDataHandler', [strFromJS(data)]);
    else {
      this.buffer.push(data);
      this.bufferUsed += size;
    }
    return true;
  }

  startElement(name: string, attributes: readonly string[], specified: number): boolean {
    return this.event('StartElementHandler', () => {
      const count = this.specifiedAttributes ? specified : attributes.length;
      const flat: PyValue[] = [];
      for (let i = 0; i < count; i += 2) flat.push(this.name(attributes[i]), strFromJS(attributes[i + 1]));
      if (this.orderedAttributes) return [this.name(name), new PyList(flat)];
      const dict = new PyDict();
      for (let i = 0; i < flat.length; i += 2) dict.set(this.vm, flat[i], flat[i + 1]);
      return [this.name(name), dict];
    });
  }

  endElement(name: string): boolean {
    return this.event('EndElementHandler', () => [this.name(name)]);
  }

  startNamespace(prefix: string | null, uri: string | null): void {
    this.event('StartNamespaceDeclHandler', () => [this.name(prefix), this.name(uri)]);
  }

  endNamespace(prefix: string | null): void {
    this.event('EndNamespaceDeclHandler', () => [this.name(prefix)]);
  }

  skippedEntity(name: string, parameter: boolean): boolean {
    return this.event('SkippedEntityHandler', () => [this.name(name), parameter ? 1 : 0]);
  }

  externalEntity(context: string | null, base: string | null, systemId: string | null, publicId: string | null): boolean | null {
    if (!this.handlers.has('ExternalEntityRefHandler')) return null;
    this.flush();
    const answer = this.invoke('ExternalEntityRefHandler', [text(context), this.name(base), this.name(systemId), this.name(publicId)]);
    return answer === null ? null : asIndex(this.vm, answer) !== 0;
  }

  notStandalone(): boolean {
    if (!this.handlers.has('NotStandaloneHandler')) return true;
    this.flush();
    const answer = this.invoke('NotStandaloneHandler', []);
    return answer === null || asIndex(this.vm, answer) !== 0;
  }

  startDoctype(name: string, systemId: string | null, publicId: string | null, internalSubset: boolean): boolean {
    return this.event('StartDoctypeDeclHandler', () => [this.name(name), this.name(systemId), this.name(publicId), internalSubset ? 1 : 0]);
  }

  endDoctype(): boolean {
    return this.event('EndDoctypeDeclHandler', () => []);
  }

  entityDeclaration(entity: Entity): boolean {
    const { name, base, systemId, publicId, notation } = entity;
    if (notation !== null && this.event('UnparsedEntityDeclHandler', () => [this.name(name), this.name(base), this.name(systemId), this.name(publicId), this.name(notation)])) return true;
    return this.event('EntityDeclHandler', () => [this.name(name), entity.parameter ? 1 : 0, text(entity.value), this.name(base), this.name(systemId), this.name(publicId), this.name(notation)]);
  }

  notation(name: string, base: string | null, systemId: string | null, publicId: string | null): boolean {
    return this.event('NotationDeclHandler', () => [this.name(name), this.name(base), this.name(systemId), this.name(publicId)]);
  }

  elementDeclaration(name: string, model: ContentModel): boolean {
    const convert = (part: ContentModel): PyValue => newTuple([part.type, part.quantifier, this.name(part.name), newTuple(part.children.map(convert))]);
    return this.event('ElementDeclHandler', () => [this.name(name), convert(model)]);
  }

  attributeDeclaration(element: string, name: string, type: string, value: string | null, required: boolean): boolean {
    return this.event('AttlistDeclHandler', () => [this.name(element), this.name(name), text(type), text(value), required ? 1 : 0]);
  }
}

function byteLength(data: string): number {
  let size = 0;
  for (let i = 0; i < data.length; i++) {
    const code = data.charCodeAt(i);
    size += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return size;
}

// ---- methods

/** The ExpatError about where the parser is. */
function expatError(vm: VM, self: XmlParser, error: XmlError): PyBaseException {
  const { engine } = self;
  if (error.at >= 0) engine.eventAt = error.at;
  self.error = error;
  const { line, column } = engine.input.placeOf(Math.max(0, engine.eventAt));
  const exception = newException(errorType, strFromJS(`${messages[error.code - 1]}: line ${line}, column ${column}`));
  setAttr(vm, exception, 'code', error.code);
  setAttr(vm, exception, 'offset', column);
  setAttr(vm, exception, 'lineno', line);
  return exception;
}

function feed(vm: VM, self: XmlParser, bytes: Uint8Array, final: boolean): PyValue {
  vm.charge(bytes.length);
  try {
    if (self.error !== null && self.error.message !== 'FINISHED') throw self.error;
    if (self.engine.finished) throw new XmlError('FINISHED');
    self.engine.parse(bytes, final);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    self.settle();
    throw expatError(vm, self, error);
  }
  self.settle();
  return 1;
}

function parse(vm: VM, self: XmlParser, data: PyValue, isfinal: PyValue | undefined): PyValue {
  const final = isfinal !== undefined && isTrue(vm, isfinal);
  if (isStr(data)) {
    self.engine.input.encoding = 'utf-8';
    return feed(vm, self, bufferBytes(vm, encodeStr(vm, data, 'utf-8', 'surrogatepass')), final);
  }
  if (!hasBuffer(vm, data)) throw typeError(`a bytes-like object is required, not '${typeOf(data).tpName}'`);
  return feed(vm, self, bufferBytes(vm, data).slice(), final);
}

/** Bytes asked of a file at a time. */
const fileChunk = 2048;

function parseFile(vm: VM, self: XmlParser, file: PyValue): PyValue {
  const read = lookupAttr(vm, file, 'read');
  if (read === undefined) throw typeError("argument must have 'read' attribute");
  for (;;) {
    const data = call(vm, read, [fileChunk]);
    if (!hasBuffer(vm, data) || typeOf(data).name === 'memoryview') throw typeError(`read() did not return a bytes object (type=${typeOf(data).tpName})`);
    const bytes = bufferBytes(vm, data).slice();
    if (bytes.length > fileChunk) throw valueError(`read() returned too much data: ${fileChunk} bytes requested, ${bytes.length} returned`);
    feed(vm, self, bytes, bytes.length === 0);
    if (bytes.length === 0) return 1;
  }
}

function setBase(_vm: VM, self: XmlParser, base: PyValue): PyValue {
  if (!isStr(base)) throw typeError(`SetBase() argument must be str, not ${typeOf(base).tpName}`);
  self.engine.base = jsText(base);
  return None;
}

function inputContext(vm: VM, self: XmlParser): PyValue {
  if (!self.inCallback) return None;
  const { engine } = self;
  return encodeStr(vm, strFromJS(engine.input.text.slice(Math.max(0, engine.eventAt))), 'utf-8', 'surrogatepass');
}

function externalParser(vm: VM, self: XmlParser, context: PyValue, encoding: PyValue | undefined): PyValue {
  if (context !== None && !isStr(context)) throw typeError(`ExternalEntityParserCreate() argument 1 must be str or None, not ${typeOf(context).tpName}`);
  if (encoding !== undefined && !isStr(encoding)) throw typeError(`ExternalEntityParserCreate() argument 2 must be str, not ${typeOf(encoding).tpName}`);
  const made = new XmlParser(vm, {
    encoding: encoding === undefined ? null : jsText(encoding), separator: self.engine.separator, intern: self.intern, dtd: self.engine.dtd, kind: context === None ? 'declarations' : 'entity',
  });
  const { engine } = made;
  engine.namespacePrefixes = self.engine.namespacePrefixes;
  engine.parameterEntities = self.engine.parameterEntities;
  if (context !== None) engine.adopt(jsText(context));
  made.orderedAttributes = self.orderedAttributes;
  made.specifiedAttributes = self.specifiedAttributes;
  made.bufferSize = self.bufferSize;
  made.buffer = self.buffer === null ? null : [];
  for (const [name, handler] of self.handlers) made.setHandler(name, handler);
  return made;
}

function setParamEntityParsing(vm: VM, self: XmlParser, flag: PyValue): PyValue {
  const value = Number(asIndex(vm, flag));
  if (self.engine.started) return 0;
  self.engine.parameterEntities = (value === 1 || value === 2 ? value : 0);
  return 1;
}

function useForeignDtd(vm: VM, self: XmlParser, flag: PyValue | undefined): PyValue {
  if (self.engine.started) throw expatError(vm, self, new XmlError('CANT_CHANGE_FEATURE_ONCE_PARSING'));
  self.engine.foreignDtd = flag === undefined || isTrue(vm, flag);
  return None;
}

const handlerFields = Object.fromEntries(handlerNames.map((name) => [name, {
  get: (_vm: VM, self: PyObject): PyValue => (self as XmlParser).handlers.get(name) ?? None,
  set(_vm: VM, self: PyObject, value: PyValue | undefined): void {
    if (value === undefined) throw runtimeCannotDelete();
    (self as XmlParser).setHandler(name, value);
  },
}]));

const runtimeCannotDelete = (): PyBaseException => newException(exceptionTypes.RuntimeError, 'Cannot delete attribute');

/** A flag of the parser. */
const flag = (get: (self: XmlParser) => boolean, set: (self: XmlParser, value: boolean) => void) => ({
  get: (_vm: VM, self: PyObject): PyValue => get(self as XmlParser),
  set(vm: VM, self: PyObject, value: PyValue | undefined): void {
    if (value === undefined) throw runtimeCannotDelete();
    set(self as XmlParser, isTrue(vm, value));
  },
});

/** Places: of the current event, or of the error. */
const place = (field: 'line' | 'column' | 'byte') => ({
  get(_vm: VM, self: PyObject): PyValue {
    const { engine } = self as XmlParser;
    if (engine.eventAt < 0) return field === 'line' ? 1 : field === 'column' ? 0 : -1;
    return engine.input.placeOf(engine.eventAt)[field];
  },
});

function setBufferSize(vm: VM, self: XmlParser, value: PyValue | undefined): void {
  if (value === undefined) throw runtimeCannotDelete();
  if (!isInt(value)) throw typeError('buffer_size must be an integer');
  const size = asIndex(vm, value);
  if (BigInt.asIntN(64, BigInt(size)) !== BigInt(size)) throw overflowError('Python int too large to convert to C long');
  if (size <= 0) throw valueError('buffer_size must be greater than zero');
  if (size > 0x7fff_ffff) throw overflowError(`Python int too large to convert to C long`);
  self.settle();
  self.bufferSize = Number(size);
}

export const xmlparserType: PyType = defineType('xmlparser', {
  module: 'pyexpat',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  doc: 'XML parser',
  slots: {
    tp_setattro(vm, self, name, value) {
      genericSetAttr(vm, self, name, value);
    },
  },
  methods: [
    native('Parse(self, data, isfinal=False, /)', parse, "Parse XML data.\n\n`isfinal' should be true at end of input."),
    native('ParseFile(self, file, /)', parseFile, 'Parse XML data from file-like object.'),
    native('SetBase(self, base, /)', setBase, 'Set the base URL for the parser.'),
    native('GetBase(self, /)', (_vm: VM, self: XmlParser) => text(self.engine.base), 'Return base URL string for the parser.'),
    native('GetInputContext(self, /)', inputContext, 'Return the untranslated text of the input that caused the current event.\n\nIf the event was generated by a large amount of text (such as a start tag\nfor an element with many attributes), not all of the text may be available.'),
    native('ExternalEntityParserCreate(self, context, encoding=<unrepresentable>,\n                           /)', externalParser, 'Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.'),
    native('SetParamEntityParsing(self, flag, /)', setParamEntityParsing, 'Controls parsing of parameter entities (including the external DTD subset).\n\nPossible flag values are XML_PARAM_ENTITY_PARSING_NEVER,\nXML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and\nXML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag\nwas successful.'),
    native('UseForeignDTD(self, flag=True, /)', useForeignDtd, "Allows the application to provide an artificial external subset if one is not specified as part of the document instance.\n\nThis readily allows the use of a 'default' document type controlled by the\napplication, while still getting the advantage of providing document type\ninformation to the parser. 'flag' defaults to True if not provided."),
    native('SetReparseDeferralEnabled(self, enabled, /)', (vm: VM, self: XmlParser, enabled: PyValue) => {
      self.reparseDeferral = isTrue(vm, enabled);
      return None;
    }, 'Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.'),
    native('GetReparseDeferralEnabled(self, /)', (_vm: VM, self: XmlParser) => self.reparseDeferral, 'Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.'),
  ],
  fields: { intern: { get: (_vm, self) => (self as XmlParser).intern ?? None } },
  getset: {
    ErrorCode: { get: (_vm, self) => (self as XmlParser).error?.code ?? 0 },
    ErrorLineNumber: place('line'),
    ErrorColumnNumber: place('column'),
    ErrorByteIndex: place('byte'),
    CurrentLineNumber: place('line'),
    CurrentColumnNumber: place('column'),
    CurrentByteIndex: place('byte'),
    buffer_size: { get: (_vm, self) => (self as XmlParser).bufferSize, set: (vm, self, value) => setBufferSize(vm, self as XmlParser, value) },
    buffer_text: flag((self) => self.buffer !== null, (self, value) => {
      self.settle();
      if (value !== (self.buffer !== null)) self.buffer = value ? [] : null;
    }),
    buffer_used: { get: (_vm, self) => (self as XmlParser).bufferUsed },
    namespace_prefixes: flag((self) => self.engine.namespacePrefixes, (self, value) => {
      self.engine.namespacePrefixes = value;
    }),
    ordered_attributes: flag((self) => self.orderedAttributes, (self, value) => {
      self.orderedAttributes = value;
    }),
    specified_attributes: flag((self) => self.specifiedAttributes, (self, value) => {
      self.specifiedAttributes = value;
    }),
    ...handlerFields,
  },
});
