import { badCharacter, isBlank, nameEnd, normalizeLines, predefined, referencedCharacter, skipBlanks } from './characters.ts';
import { type Dtd } from './dtd.ts';
import type { AttributeDefinition, Entity } from './dtd.ts';
import { XmlError } from './errors.ts';
import { type Input } from './input.ts';
import { Prolog } from './prolog.ts';
import type { Report } from './report.ts';

/* Expat's behaviour (Expat 2.6.3: lib/xmlparse.c): tokens are reported as soon as they are complete. */

/** What is being read: the document, or the replacement text of an entity. */
export interface Source {
  text: string;
  pos: number;
  /** No more text will come. */
  readonly final: boolean;
  readonly main: boolean;
}

interface Binding {
  readonly prefix: string | null;
  readonly uri: string;
  readonly before: Binding | undefined;
}

interface OpenTag {
  readonly raw: string;
  readonly name: string;
  /** What the tag declared, in order. */
  readonly bindings: readonly Binding[];
}

interface Attribute {
  readonly name: string;
  readonly value: string;
  readonly at: number;
}

interface Tag {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly empty: boolean;
  readonly end: number;
}

const xmlUri = 'http://www.w3.org/XML/1998/namespace', xmlnsUri = 'http://www.w3.org/2000/xmlns/';

/** Cut so that no piece takes more than 1024 bytes of UTF-8. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) as number; // at is within the text.
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (size + width > 1024) {
      found.push(text.slice(start, at));
      start = at;
      size = 0;
    }
    size += width;
    if (code > 0xffff) at++;
  }
  return [...found, text.slice(start)];
}

export interface EngineOptions {
  readonly input: Input;
  readonly dtd: Dtd;
  /** Null: names are taken as they stand. */
  readonly separator: string | null;
  /** What the text is: a document, a general entity, or declarations. */
  readonly kind: 'document' | 'entity' | 'declarations';
}

export class Engine {
  readonly input: Input;
  readonly dtd: Dtd;
  readonly report: Report;
  readonly separator: string | null;
  readonly kind: EngineOptions['kind'];
  namespacePrefixes = false;
  parameterEntities: 0 | 1 | 2 = 0;
  foreignDtd = false;
  base: string | null = null;
  private readonly source: { text: string; pos: number; final: boolean; readonly main: boolean } = { text: '', pos: 0, final: false, main: true };
  private readonly prolog: Prolog;
  private phase: 'start' | 'prolog' | 'content' | 'epilog' | 'done' = 'start';
  private readonly tags: OpenTag[] = [];
  private readonly bindings = new Map<string | null, Binding>();
  private readonly openEntities: string[] = [];
  private inCdata = false;
  /** Where the current event began; -1 before the first. */
  eventAt = -1;
  eventEnd = 0;

  constructor(options: EngineOptions, report: Report) {
    this.input = options.input;
    this.dtd = options.dtd;
    this.separator = options.separator;
    this.kind = options.kind;
    this.report = report;
    this.prolog = new Prolog(this);
    this.bindings.set('xml', { prefix: 'xml', uri: xmlUri, before: undefined });
  }

  /** Something has been parsed, or at least given. */
  started = false;

  get finished(): boolean {
    return this.phase === 'done';
  }

  /** Takes more of the document and reports what is complete. Throws XmlError. */
  parse(bytes: Uint8Array, final: boolean): void {
    const { source, input } = this;
    this.started = true;
    input.feed(bytes, final);
    source.text = input.text;
    source.final = final && !input.isCut;
    if (input.isEmpty && !final) return;
    this.run(source);
    if (input.isCut) throw new XmlError(input.converts ? 'UNCLOSED_TOKEN' : 'PARTIAL_CHAR', source.pos);
    if (final) {
      this.eventAt = source.pos;
      this.phase = 'done';
    } else {
      const gone = input.forget(source.pos);
      source.text = input.text;
      source.pos -= gone;
      this.eventAt = this.eventEnd = source.pos;
    }
  }

  private run(source: Source): void {
    if (this.phase === 'start') {
      if (!this.declaration(source)) return;
      this.phase = this.kind === 'entity' ? 'content' : 'prolog';
    }
    if (this.phase === 'prolog') {
      if (this.kind === 'declarations') {
        this.prolog.declarations(source, source.final);
        return;
      }
      if (!this.prolog.read(source)) {
        if (source.final) throw new XmlError('NO_ELEMENTS', source.pos);
        return;
      }
      this.phase = 'content';
    }
    if (this.phase === 'content') {
      this.content(source, 0);
      if (this.kind === 'entity') {
        if (source.final && this.tags.length > 0) throw new XmlError('ASYNC_ENTITY', source.pos);
      } else if (this.tags.length === 0 && this.phase === 'content' && this.rootSeen) this.phase = 'epilog';
      else if (source.final) throw new XmlError('NO_ELEMENTS', source.pos);
    }
    if (this.phase === 'epilog') this.epilog(source);
  }

  private rootSeen = false;

  /** An event begins: where, and where its text ends. Inside an entity the event is the reference to it. */
  event(source: Source, end: number): void {
    if (!source.main) return;
    this.eventAt = source.pos;
    this.eventEnd = end;
  }

  /** The event under way is about a part of what {@link event} told. */
  eventWithin(source: Source, at: number): void {
    if (source.main) this.eventAt = at;
  }

  fail(code: string, source: Source, at: number): never {
    throw new XmlError(code, source.main ? at : -1);
  }

  /** Not enough text: an error at the end of the source, where the token begins. */
  incomplete(source: Source): false {
    if (source.final) this.fail('UNCLOSED_TOKEN', source, source.pos);
    return false;
  }

  // ---- XML declaration

  /** `<?xml version="1.0"?>` at the very start; false while it is not complete. */
  private declaration(source: Source): boolean {
    const { text } = source;
    if (text.length < 6 && !source.final && '<?xml '.startsWith(text)) return false;
    if (!/^<\?xml(?:[ \t\r\n]|\?>)/.test(text)) return true;
    const end = text.indexOf('?>');
    if (end < 0) return this.incomplete(source);
    const textual = this.kind !== 'document';
    const bad = (at: number): never => this.fail(textual ? 'TEXT_DECL' : 'XML_DECL', source, at);
    let at = 5;
    const found = new Map<string, string>();
    for (const name of ['version', 'encoding', 'standalone']) {
      const match = /^[ \t\r\n]+([A-Za-z]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/.exec(text.slice(at, end));
      if (match === null || match[1] !== name) continue;
      found.set(name, match[2] ?? match[3]);
      at += match[0].length;
    }
    at = skipBlanks(text, at);
    if (at !== end || (!textual && !found.has('version')) || (textual && (!found.has('encoding') || found.has('standalone')))) bad(at);
    const standalone = found.get('standalone');
    if (standalone !== undefined && standalone !== 'yes' && standalone !== 'no') bad(at);
    this.event(source, end + 2);
    this.dtd.standalone ||= standalone === 'yes';
    if (standalone === 'yes') this.dtd.standalone = true;
    if (!this.report.xmlDeclaration(found.get('version') ?? null, found.get('encoding') ?? null, standalone === undefined ? -1 : standalone === 'yes' ? 1 : 0)) this.default(source, end + 2);
    if (this.input.wrong) this.fail('INCORRECT_ENCODING', source, text.indexOf(found.get('encoding') ?? ''));
    source.pos = end + 2;
    return true;
  }

  // ---- what may stand everywhere

  /** Raw text of the token that begins at the source's position, for the default handler. */
  default(source: Source, end: number): void {
    this.report.default(source.text.slice(source.pos, end));
  }

  /** The same for a declaration, which the default handler gets in parts. */
  defaultParts(source: Source, end: number): void {
    const parts = /<!\[?[A-Za-z]*|[ \t\r\n]+|"[^"]*"|'[^']*'|%[^\s;"'<>]+;|\)[?*+]?|[^\s"'<>()|,[\]%?*+]+[?*+]?|[^]/g;
    for (const [part] of source.text.slice(source.pos, end).matchAll(parts)) {
      this.report.default(part);
    }
  }

  /** A comment or processing instruction at `<!--` or `<?`; false while it is not complete. */
  misc(source: Source): boolean {
    return source.text[source.pos + 1] === '?' ? this.instruction(source) : this.comment(source);
  }

  private comment(source: Source): boolean {
    const { text, pos } = source;
    const dashes = text.indexOf('--', pos + 4);
    const bad = badCharacter(text, pos + 4, dashes < 0 ? text.length : dashes);
    if (bad >= 0) this.fail('INVALID_TOKEN', source, bad);
    if (dashes < 0 || dashes + 2 >= text.length) return this.incomplete(source);
    if (text[dashes + 2] !== '>') this.fail('INVALID_TOKEN', source, dashes + 2);
    this.event(source, dashes + 3);
    if (!this.report.comment(normalizeLines(text.slice(pos + 4, dashes)))) this.default(source, dashes + 3);
    source.pos = dashes + 3;
    return true;
  }

  private instruction(source: Source): boolean {
    const { text, pos } = source;
    const named = nameEnd(text, pos + 2);
    if (named >= text.length) return this.incomplete(source);
    if (named === pos + 2) this.fail('INVALID_TOKEN', source, named);
    const target = text.slice(pos + 2, named);
    const closes = text.startsWith('?>', named);
    if (!closes && !isBlank(text.charCodeAt(named))) {
      if (text[named] === '?' && named + 1 >= text.length) return this.incomplete(source);
      this.fail('INVALID_TOKEN', source, text[named] === '?' ? named + 1 : named);
    }
    if (target.toLowerCase() === 'xml') this.fail(target === 'xml' ? 'MISPLACED_XML_PI' : 'INVALID_TOKEN', source, target === 'xml' ? pos : named);
    const end = text.indexOf('?>', named);
    const bad = badCharacter(text, named, end < 0 ? text.length : end);
    if (bad >= 0) this.fail('INVALID_TOKEN', source, bad);
    if (end < 0) return this.incomplete(source);
    this.event(source, end + 2);
    const data = normalizeLines(text.slice(skipBlanks(text, named), end));
    if (!this.report.instruction(target, closes ? '' : data)) this.default(source, end + 2);
    source.pos = end + 2;
    return true;
  }

  private epilog(source: Source): void {
    const { text } = source;
    while (source.pos < text.length) {
      const next = skipBlanks(text, source.pos);
      if (next > source.pos) {
        this.event(source, next);
        this.default(source, next);
        source.pos = next;
        continue;
      }
      if (text.startsWith('<!--', next) || text.startsWith('<?', next)) {
        if (!this.misc(source)) return;
        continue;
      }
      if ('<!--'.startsWith(text.slice(next))) {
        source.pos = next;
        this.incomplete(source);
        return;
      }
      const bad = badCharacter(text, next, next + 1);
      this.fail(bad >= 0 ? 'INVALID_TOKEN' : 'JUNK_AFTER_DOC_ELEMENT', source, next);
    }
  }

  // ---- content

  /** Reads content until the source has no complete token any more, or the root element has ended. */
  private content(source: Source, level: number): void {
    while (source.pos < source.text.length) {
      if (this.inCdata) {
        if (!this.cdata(source)) return;
        continue;
      }
      const first = source.text[source.pos];
      if (first === '<') {
        if (!this.markup(source, level)) return;
        if (source.main && this.kind === 'document' && this.tags.length === 0 && this.rootSeen) return;
      } else if (first === '&') {
        if (!this.reference(source)) return;
      } else if (!this.characters(source)) return;
    }
    if (this.inCdata && source.final) this.fail('UNCLOSED_CDATA_SECTION', source, source.pos);
  }

  private markup(source: Source, level: number): boolean {
    const { text, pos } = source;
    switch (text[pos + 1]) {
      case undefined:
        return this.incomplete(source);
      case '/':
        return this.endTag(source, level);
      case '?':
        return this.instruction(source);
      case '!':
        if (text.startsWith('<!--', pos)) return this.comment(source);
        if (text.startsWith('<![CDATA[', pos)) {
          this.event(source, pos + 9);
          if (!this.report.startCdata()) this.default(source, pos + 9);
          source.pos += 9;
          this.inCdata = true;
          return true;
        }
        if ('<!--'.startsWith(text.slice(pos)) || '<![CDATA['.startsWith(text.slice(pos))) return this.incomplete(source);
        return this.fail('INVALID_TOKEN', source, pos + (text[pos + 2] === '-' || text[pos + 2] === '[' ? 3 : 2));
      default:
        return this.startTag(source);
    }
  }

  /** Text up to the next markup; line ends are reported by themselves. */
  private characters(source: Source): boolean {
    const { text, pos } = source;
    const code = text.charCodeAt(pos);
    if (code === 10 || code === 13) {
      if (code === 13 && pos + 1 >= text.length && !source.final) return false;
      const end = pos + (code === 13 && text[pos + 1] === '\n' ? 2 : 1);
      this.event(source, end);
      if (!this.report.characters('\n')) this.report.default('\n');
      source.pos = end;
      return true;
    }
    let end = pos;
    for (; end < text.length; end++) {
      const at = text.charCodeAt(end);
      if (at === 60 || at === 38 || at === 10 || at === 13) break;
      if (at === 93 && text.startsWith(']]>', end)) this.fail('INVALID_TOKEN', source, end + 2);
    }
    const bad = badCharacter(text, pos, end);
    if (bad === pos) this.fail('INVALID_TOKEN', source, bad);
    if (bad > pos) end = bad;
    else if (end === text.length && !source.final) {
      // `]]>` may go on in what comes; half a character too.
      if (text[end - 1] === ']') end -= text[end - 2] === ']' && end - 2 >= pos ? 2 : 1;
      if (end <= pos) return false;
    }
    this.event(source, end);
    this.data(source, text.slice(pos, end));
    source.pos = end;
    return true;
  }

  /** Reports text; what has to be converted comes in pieces. */
  private data(source: Source, text: string): void {
    for (const piece of source.main && this.input.converts ? pieces(text) : [text]) if (!this.report.characters(piece)) this.report.default(piece);
  }

  private cdata(source: Source): boolean {
    const { text, pos } = source;
    if (text.startsWith(']]>', pos)) {
      this.event(source, pos + 3);
      if (!this.report.endCdata()) this.default(source, pos + 3);
      source.pos = pos + 3;
      this.inCdata = false;
      return true;
    }
    const code = text.charCodeAt(pos);
    let end = pos + 1;
    if (code === 10 || code === 13) {
      if (code === 13 && end >= text.length && !source.final) return false;
      if (code === 13 && text[end] === '\n') end++;
    } else {
      if (code === 93 && ']]>'.startsWith(text.slice(pos)) && !source.final) return false;
      while (end < text.length && !/[\]\r\n]/.test(text[end])) end++;
      const bad = badCharacter(text, pos, end);
      if (bad === pos) this.fail('INVALID_TOKEN', source, bad);
      if (bad > pos) end = bad;
    }
    this.event(source, end);
    this.data(source, code === 13 ? '\n' : text.slice(pos, end));
    source.pos = end;
    return true;
  }

  // ---- references

  private reference(source: Source): boolean {
    const { pos } = source;
    const token = this.referenceAt(source, pos);
    if (token === null) return this.incomplete(source);
    const { body, end } = token;
    this.event(source, end);
    if (body.startsWith('#')) {
      const code = referencedCharacter(body.slice(1));
      if (code < 0) this.fail('BAD_CHAR_REF', source, pos);
      if (!this.report.characters(String.fromCodePoint(code))) this.default(source, end);
      source.pos = end;
      return true;
    }
    if (Object.hasOwn(predefined, body)) {
      if (!this.report.characters(predefined[body])) this.default(source, end);
      source.pos = end;
      return true;
    }
    this.generalEntity(source, body, end);
    source.pos = end;
    return true;
  }

  /** The reference that begins at a position, without `&` and `;`; null while it is not complete. */
  private referenceAt(source: Source, at: number): { readonly body: string; readonly end: number } | null {
    const { text } = source;
    let end = at + 1;
    if (text[end] === '#') {
      end++;
      const hex = text[end] === 'x';
      if (hex) end++;
      const digits = hex ? /[0-9a-fA-F]/ : /[0-9]/;
      const first = end;
      while (end < text.length && digits.test(text[end])) end++;
      if (end === first && end < text.length) this.fail('INVALID_TOKEN', source, end);
    } else {
      const named = nameEnd(text, end);
      if (named === end && named < text.length) this.fail('INVALID_TOKEN', source, end);
      end = named;
    }
    if (end >= text.length) return null;
    if (text[end] !== ';') this.fail('INVALID_TOKEN', source, end);
    return { body: text.slice(at + 1, end), end: end + 1 };
  }

  private generalEntity(source: Source, name: string, end: number): void {
    const entity = this.dtd.entities.get(name);
    const known = !this.dtd.hasParameterReferences || this.dtd.standalone;
    if (entity === undefined) {
      if (known) this.fail('UNDEFINED_ENTITY', source, source.pos);
      if (!this.report.skippedEntity(name, false)) this.default(source, end);
      return;
    }
    if (entity.open) this.fail('RECURSIVE_ENTITY_REF', source, source.pos);
    if (entity.notation !== null) this.fail('BINARY_ENTITY_REF', source, source.pos);
    if (entity.value !== null) {
      if (!this.report.expandsEntities) {
        if (!this.report.skippedEntity(name, false)) this.default(source, end);
        return;
      }
      this.within(entity, () => this.internal(entity.value as string));
      return;
    }
    const context = this.context(name);
    entity.open = true;
    const answer = this.report.externalEntity(context, entity.base, entity.systemId, entity.publicId);
    entity.open = false;
    if (answer === null) this.default(source, end);
    else if (!answer) this.fail('EXTERNAL_ENTITY_HANDLING', source, source.pos);
  }

  private within(entity: Entity, body: () => void): void {
    entity.open = true;
    this.openEntities.push(entity.name);
    try {
      body();
    } finally {
      entity.open = false;
      this.openEntities.pop();
    }
  }

  private internal(text: string): void {
    const level = this.tags.length;
    const source: Source = { text, pos: 0, final: true, main: false };
    this.content(source, level);
    if (this.tags.length !== level) throw new XmlError('ASYNC_ENTITY');
  }

  /** What the parser of an external entity must know: bindings and open entities. */
  private context(name: string): string {
    const parts: string[] = [];
    for (const [prefix, binding] of this.bindings) if (prefix !== 'xml') parts.push(`${prefix ?? ''}=${binding.uri}`);
    return [...parts, ...this.openEntities, name].join('\f');
  }

  /** Takes over a context that {@link context} told. */
  adopt(context: string): void {
    for (const part of context.split('\f')) {
      const equals = part.indexOf('=');
      if (equals >= 0) {
        const prefix = equals === 0 ? null : part.slice(0, equals);
        this.bindings.set(prefix, { prefix, uri: part.slice(equals + 1), before: this.bindings.get(prefix) });
      } else {
        const entity = this.dtd.entities.get(part);
        if (entity !== undefined) this.adopted.push(entity);
      }
    }
  }
  private readonly adopted: Entity[] = [];

  // ---- tags

  private startTag(source: Source): boolean {
    const tag = this.readTag(source);
    if (tag === null) return this.incomplete(source);
    this.event(source, tag.end);
    this.rootSeen = true;
    const attributes = new Map<string, string>();
    const bindings: Binding[] = [];
    const plain: { readonly name: string; readonly value: string; readonly at: number }[] = [];
    const definitions = this.dtd.attributes.get(tag.name);
    for (const attribute of tag.attributes) {
      const value = this.attributeValue(source, attribute, definitions?.get(attribute.name));
      if (attributes.has(attribute.name)) this.fail('DUPLICATE_ATTRIBUTE', source, attribute.at);
      attributes.set(attribute.name, value);
      if (!this.bind(source, attribute.name, value, bindings)) plain.push({ name: attribute.name, value, at: attribute.at });
    }
    const specified = plain.length;
    for (const definition of definitions?.values() ?? []) {
      if (definition.value === null || attributes.has(definition.name)) continue;
      attributes.set(definition.name, definition.value);
      if (!this.bind(source, definition.name, definition.value, bindings)) plain.push({ name: definition.name, value: definition.value, at: source.pos });
    }
    const name = this.expanded(source, tag.name, true);
    const flat: string[] = [];
    const seen = new Set<string>();
    for (const attribute of plain) {
      const expanded = this.expanded(source, attribute.name, false);
      if (seen.has(expanded)) this.fail('DUPLICATE_ATTRIBUTE', source, source.pos);
      seen.add(expanded);
      flat.push(expanded, attribute.value);
    }
    if (!this.report.startElement(name, flat, specified * 2)) this.default(source, tag.end);
    const open: OpenTag = { raw: tag.name, name, bindings };
    if (tag.empty) {
      if (source.main) this.eventAt = this.eventEnd = tag.end;
      if (!this.report.endElement(name)) this.report.nothing();
      this.unbind(open);
    } else this.tags.push(open);
    source.pos = tag.end;
    return true;
  }

  /** The start tag at the source's position; null while it is not complete. */
  private readTag(source: Source): Tag | null {
    const { text, pos } = source;
    let at = this.tagNameEnd(source, pos + 1);
    const name = text.slice(pos + 1, at);
    const attributes: Attribute[] = [];
    for (;;) {
      const next = skipBlanks(text, at);
      if (next >= text.length) return null;
      if (text[next] === '>') return { name, attributes, empty: false, end: next + 1 };
      if (text[next] === '/') {
        if (next + 1 >= text.length) return null;
        if (text[next + 1] !== '>') this.fail('INVALID_TOKEN', source, next + 1);
        return { name, attributes, empty: true, end: next + 2 };
      }
      if (next === at) this.fail('INVALID_TOKEN', source, at);
      const named = this.tagNameEnd(source, next);
      const equals = skipBlanks(text, named);
      if (equals >= text.length) return null;
      if (text[equals] !== '=') this.fail('INVALID_TOKEN', source, equals);
      const opening = skipBlanks(text, equals + 1);
      if (opening >= text.length) return null;
      const quote = text[opening];
      if (quote !== '"' && quote !== "'") this.fail('INVALID_TOKEN', source, opening);
      const closing = text.indexOf(quote, opening + 1);
      const limit = closing < 0 ? text.length : closing;
      const less = text.indexOf('<', opening + 1);
      const bad = badCharacter(text, opening + 1, less >= 0 && less < limit ? less : limit);
      if (bad >= 0) this.fail('INVALID_TOKEN', source, bad);
      if (less >= 0 && less < limit) this.fail('INVALID_TOKEN', source, less);
      if (closing < 0) return null;
      for (let and = text.indexOf('&', opening + 1); and >= 0 && and < closing; and = text.indexOf('&', and + 1)) this.referenceAt(source, and);
      attributes.push({ name: text.slice(next, named), value: text.slice(opening + 1, closing), at: next });
      at = closing + 1;
    }
  }

  /** Where an element's or attribute's name ends; with namespaces there is at most one colon, inside. */
  private tagNameEnd(source: Source, from: number): number {
    const { text } = source;
    const end = nameEnd(text, from);
    if (end === from) {
      if (from < text.length) this.fail('INVALID_TOKEN', source, from);
      return end;
    }
    if (this.separator === null) return end;
    const name = text.slice(from, end);
    const colon = name.indexOf(':');
    if (colon < 0) return end;
    if (colon === 0) this.fail('INVALID_TOKEN', source, from);
    const second = name.indexOf(':', colon + 1);
    if (second >= 0) this.fail('INVALID_TOKEN', source, from + second);
    if (colon === name.length - 1) {
      if (end < text.length) this.fail('INVALID_TOKEN', source, end);
    } else if (nameEnd(name, colon + 1) === colon + 1) this.fail('INVALID_TOKEN', source, from + colon + 1);
    return end;
  }

  private endTag(source: Source, level: number): boolean {
    const { text, pos } = source;
    const named = this.tagNameEnd(source, pos + 2);
    const close = skipBlanks(text, named);
    if (close >= text.length) return this.incomplete(source);
    if (text[close] !== '>') this.fail('INVALID_TOKEN', source, close);
    if (this.tags.length === level) this.fail('ASYNC_ENTITY', source, pos);
    const open = this.tags[this.tags.length - 1];
    if (text.slice(pos + 2, named) !== open.raw) this.fail('TAG_MISMATCH', source, pos + 2);
    this.tags.pop();
    this.event(source, close + 1);
    if (!this.report.endElement(open.name)) this.default(source, close + 1);
    this.unbind(open);
    source.pos = close + 1;
    return true;
  }

  // ---- attribute values

  private attributeValue(source: Source, attribute: Attribute, definition: AttributeDefinition | undefined): string {
    const at = attribute.at + source.text.slice(attribute.at).indexOf(attribute.value, attribute.name.length);
    const value = this.replaced(source, attribute.value, at);
    return definition === undefined || definition.isCdata ? value : value.replace(/ +/g, ' ').replace(/^ | $/g, '');
  }

  /** A value with its references replaced and its blanks made spaces; `at` is where it begins, -1 inside an entity. */
  replaced(source: Source, value: string, at: number): string {
    if (!/[&\t\r\n]/.test(value)) return value;
    let out = '';
    for (let i = 0; i < value.length; i++) {
      const char = value[i];
      if (char !== '&') {
        if (char === '\r' && value[i + 1] === '\n') i++;
        out += isBlank(value.charCodeAt(i)) ? ' ' : char;
        continue;
      }
      const end = value.indexOf(';', i);
      out += this.valueOfReference(source, value.slice(i + 1, end), at < 0 ? -1 : at + i);
      i = end;
    }
    return out;
  }

  private valueOfReference(source: Source, body: string, at: number): string {
    if (body.startsWith('#')) {
      const code = referencedCharacter(body.slice(1));
      if (code < 0) this.fail('BAD_CHAR_REF', source, at);
      return String.fromCodePoint(code);
    }
    if (Object.hasOwn(predefined, body)) return predefined[body];
    const entity = this.dtd.entities.get(body);
    if (entity === undefined) {
      if (!this.dtd.hasParameterReferences || this.dtd.standalone) this.fail('UNDEFINED_ENTITY', source, source.pos);
      return '';
    }
    if (entity.open) this.fail('RECURSIVE_ENTITY_REF', source, at);
    if (entity.notation !== null) this.fail('BINARY_ENTITY_REF', source, at);
    if (entity.value === null) this.fail('ATTRIBUTE_EXTERNAL_ENTITY_REF', source, at);
    const less = entity.value.indexOf('<');
    if (less >= 0) this.fail('INVALID_TOKEN', source, at);
    let value = '';
    this.within(entity, () => {
      value = this.replaced(source, entity.value as string, -1);
    });
    return value;
  }

  // ---- namespaces

  /** Takes a namespace declaration; false for an ordinary attribute. */
  private bind(source: Source, name: string, uri: string, bindings: Binding[]): boolean {
    if (this.separator === null || (name !== 'xmlns' && !name.startsWith('xmlns:'))) return false;
    const prefix = name === 'xmlns' ? null : name.slice(6);
    if (uri === '' && prefix !== null) this.fail('UNDECLARING_PREFIX', source, source.pos);
    if (prefix === 'xmlns') this.fail('RESERVED_PREFIX_XMLNS', source, source.pos);
    if (prefix === 'xml' && uri !== xmlUri) this.fail('RESERVED_PREFIX_XML', source, source.pos);
    if ((uri === xmlUri && prefix !== 'xml') || uri === xmlnsUri) this.fail('RESERVED_NAMESPACE_URI', source, source.pos);
    if (this.separator !== '' && uri.includes(this.separator) && !/^[-A-Za-z0-9:/?#[\]@!$&'()*+,;=._~%]$/.test(this.separator)) this.fail('SYNTAX', source, source.pos);
    const binding: Binding = { prefix, uri, before: this.bindings.get(prefix) };
    this.bindings.set(prefix, binding);
    bindings.push(binding);
    this.report.startNamespace(prefix, uri === '' ? null : uri);
    return true;
  }

  private unbind(open: OpenTag): void {
    for (const binding of [...open.bindings].reverse()) {
      this.report.endNamespace(binding.prefix);
      if (binding.before === undefined) this.bindings.delete(binding.prefix);
      else this.bindings.set(binding.prefix, binding.before);
    }
  }

  /** A name with its namespace; unprefixed attributes have none. */
  private expanded(source: Source, name: string, element: boolean): string {
    const { separator } = this;
    if (separator === null) return name;
    const colon = name.indexOf(':');
    if (colon < 0 && !element) return name;
    const prefix = colon < 0 ? null : name.slice(0, colon);
    const binding = this.bindings.get(prefix);
    if (prefix !== null && binding === undefined) {
      if (prefix === 'xmlns') return name;
      this.fail('UNBOUND_PREFIX', source, source.pos);
    }
    if (binding === undefined || binding.uri === '') return name.slice(colon + 1);
    const local = name.slice(colon + 1);
    return binding.uri + separator + local + (this.namespacePrefixes && prefix !== null ? separator + prefix : '');
  }
}
