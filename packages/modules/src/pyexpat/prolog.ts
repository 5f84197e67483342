import { badCharacter, nameEnd, nmtokenEnd, normalizeLines, predefined, referencedCharacter, skipBlanks } from './characters.ts';
import type { ContentModel, Entity, Quantifier } from './dtd.ts';
import type { Engine, Source } from './engine.ts';

/* What stands before the root element: the document type and its declarations. Each declaration is taken as a whole. */

/** Reads the parts of one declaration. */
class Declaration {
  at: number;
  /** Where the part that was read last begins. */
  mark: number;
  readonly text: string;
  readonly end: number;
  private readonly engine: Engine;
  private readonly source: Source;
  constructor(engine: Engine, source: Source, from: number, end: number) {
    this.engine = engine;
    this.source = source;
    this.text = source.text;
    this.at = this.mark = from;
    this.end = end;
  }

  fail(code = 'SYNTAX', at: number = this.at): never {
    return this.engine.fail(code, this.source, at);
  }

  /** Blanks; they must be there if `needed`. */
  blanks(needed = false): void {
    const next = skipBlanks(this.text, this.at);
    if (needed && next === this.at) this.fail(this.text[next] === '%' ? 'PARAM_ENTITY_REF' : 'SYNTAX');
    this.at = next;
  }

  takes(part: string): boolean {
    if (!this.text.startsWith(part, this.at)) return false;
    this.mark = this.at;
    this.at += part.length;
    return true;
  }

  needs(part: string): void {
    if (!this.takes(part)) this.fail(this.text[this.at] === '%' ? 'PARAM_ENTITY_REF' : 'SYNTAX');
  }

  name(token = false): string {
    const end = token ? nmtokenEnd(this.text, this.at) : nameEnd(this.text, this.at);
    if (end === this.at) {
      const bad = badCharacter(this.text, this.at, this.at + 1) >= 0 || !/[\s<>"'%()|,*+?#[\]A-Za-z0-9]/.test(this.text[this.at]);
      this.fail(this.text[this.at] === '%' ? 'PARAM_ENTITY_REF' : bad ? 'INVALID_TOKEN' : 'SYNTAX');
    }
    const name = this.text.slice(this.at, end);
    this.mark = this.at;
    this.at = end;
    return name;
  }

  /** A literal without its quotes. */
  literal(): string {
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") this.fail();
    const end = this.text.indexOf(quote, this.at + 1);
    const literal = this.text.slice(this.at + 1, end);
    this.mark = this.at;
    this.at = end + 1;
    return literal;
  }

  /** `SYSTEM "…"` or `PUBLIC "…" "…"`; with `loose` a public identifier may stand alone. Null where neither stands. */
  externalId(loose = false): { readonly systemId: string | null; readonly publicId: string | null } | null {
    if (this.takes('SYSTEM')) {
      this.blanks(true);
      return { systemId: this.literal(), publicId: null };
    }
    if (!this.takes('PUBLIC')) return null;
    this.blanks(true);
    const start = this.at;
    const literal = this.literal();
    const bad = /[^ \t\r\na-zA-Z0-9\-'()+,./:=?;!*#@$_%]/.exec(literal);
    if (bad !== null) this.fail('PUBLICID', start);
    const publicId = literal.replace(/[ \t\r\n]+/g, ' ').trim();
    const before = this.at;
    this.blanks();
    const quoted = this.text[this.at] === '"' || this.text[this.at] === "'";
    if (!quoted && loose) return { systemId: null, publicId };
    if (before === this.at) this.fail();
    return { systemId: this.literal(), publicId };
  }
}

export class Prolog {
  private readonly engine: Engine;
  /** Reading what stands between `[` and `]`. */
  private inSubset = false;
  private doctypeSeen = false;
  private external: { readonly systemId: string | null; readonly publicId: string | null } | null = null;
  /** Open `<![INCLUDE[` sections. */
  private included = 0;
  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Reads up to the root element; false while that has not come. */
  read(source: Source): boolean {
    while (source.pos < source.text.length) {
      if (this.inSubset) {
        if (!this.declarations(source, false)) return false;
        continue;
      }
      const { text, pos } = source;
      if (this.blanks(source)) continue;
      if (text.startsWith('<!--', pos) || text.startsWith('<?', pos)) {
        if (!this.engine.misc(source)) return false;
      } else if (text.startsWith('<!DOCTYPE', pos)) {
        if (!this.doctype(source)) return false;
      } else if (text[pos] === '<' && pos + 1 < text.length && nameEnd(text, pos + 1) > pos + 1) {
        if (this.engine.foreignDtd && !this.doctypeSeen) this.externalSubset(null, null);
        return true;
      } else if (!source.final && ('<!DOCTYPE'.startsWith(text.slice(pos)) || '<!--'.startsWith(text.slice(pos)))) return false;
      else this.unexpected(source);
    }
    return false;
  }

  private blanks(source: Source): boolean {
    const end = skipBlanks(source.text, source.pos);
    if (end === source.pos) return false;
    this.engine.event(source, end);
    this.engine.default(source, end);
    source.pos = end;
    return true;
  }

  private unexpected(source: Source): never {
    const { text, pos } = source;
    if (text[pos] === '<') {
      if (pos + 1 >= text.length) this.engine.fail('UNCLOSED_TOKEN', source, pos);
      if (text[pos + 1] !== '!') this.engine.fail('INVALID_TOKEN', source, pos + 1);
      const named = nameEnd(text, pos + 2);
      if (named >= text.length) this.engine.fail('UNCLOSED_TOKEN', source, pos);
      this.engine.fail(named > pos + 2 && /[\s%]/.test(text[named]) ? 'SYNTAX' : 'INVALID_TOKEN', source, named > pos + 2 && /[\s%]/.test(text[named]) ? pos : named);
    }
    const named = nmtokenEnd(text, pos);
    if (named > pos && named < text.length && !/[\s>),|[%?*+]/.test(text[named])) this.engine.fail('INVALID_TOKEN', source, named);
    const bad = badCharacter(text, pos, pos + 1) >= 0 || (nmtokenEnd(text, pos) === pos && !/[%\])>,|(+*?"'#]/.test(text[pos]));
    this.engine.fail(bad ? 'INVALID_TOKEN' : 'SYNTAX', source, pos);
  }

  /** Where a declaration ends (behind `>`, or at `[` if that is asked for): quotes hide both. -1 while it is not complete. */
  private endOf(source: Source, from: number, bracket: boolean): number {
    const { text } = source;
    for (let at = from; at < text.length; at++) {
      const char = text[at];
      if (char === '"' || char === "'") {
        const close = text.indexOf(char, at + 1);
        const bad = badCharacter(text, at, close < 0 ? text.length : close);
        if (bad >= 0) this.engine.fail('INVALID_TOKEN', source, bad);
        if (close < 0) return -1;
        at = close;
      } else if (char === '>' || (bracket && char === '[')) return at + 1;
      else if (char === '<' || badCharacter(text, at, at + 1) >= 0) this.engine.fail('INVALID_TOKEN', source, at);
    }
    return -1;
  }

  /** A declaration goes on in what comes. At the end of the document: a literal was not closed, or just nothing followed. */
  private cut(source: Source, from: number): false {
    if (!source.final) return false;
    const { text } = source;
    if (from >= text.length) return this.engine.incomplete(source);
    for (let at = from; at < text.length; at++) {
      if (text[at] !== '"' && text[at] !== "'") continue;
      const close = text.indexOf(text[at], at + 1);
      if (close < 0) this.engine.fail('UNCLOSED_TOKEN', source, at);
      at = close;
    }
    return this.engine.fail('NO_ELEMENTS', source, text.length);
  }

  private doctype(source: Source): boolean {
    const { text, pos } = source;
    if (this.doctypeSeen) this.engine.fail('SYNTAX', source, pos);
    const end = this.endOf(source, pos + 9, true);
    if (end < 0) return this.cut(source, pos + 9);
    const parts = new Declaration(this.engine, source, pos + 9, end);
    parts.blanks(true);
    const name = parts.name();
    parts.blanks();
    this.external = parts.externalId();
    parts.blanks();
    if (parts.at !== end - 1) parts.fail();
    this.doctypeSeen = true;
    this.inSubset = text[end - 1] === '[';
    this.engine.event(source, end);
    this.engine.eventWithin(source, end - 1);
    const { dtd, report } = this.engine;
    if (this.external !== null) {
      dtd.hasParameterReferences = true;
      if (!dtd.standalone && this.engine.parameterEntities === 0 && !report.notStandalone()) this.engine.fail('NOT_STANDALONE', source, pos);
    }
    if (!report.startDoctype(name, this.external?.systemId ?? null, this.external?.publicId ?? null, this.inSubset)) this.engine.defaultParts(source, end);
    source.pos = end;
    if (!this.inSubset) this.endDoctype(source, false);
    return true;
  }

  private endDoctype(source: Source, subset: boolean): void {
    if (this.external !== null || this.engine.foreignDtd) this.externalSubset(this.external?.systemId ?? null, this.external?.publicId ?? null);
    const end = source.pos + (subset ? 1 : 0);
    if (!this.engine.report.endDoctype() && subset) this.engine.default(source, end);
    source.pos = end;
  }

  /** Lets the program read the external subset, if it wants parameter entities. */
  private externalSubset(systemId: string | null, publicId: string | null): void {
    const { engine } = this;
    const { dtd, report } = engine;
    const wanted = engine.parameterEntities === 2 || (engine.parameterEntities === 1 && !dtd.standalone);
    if (engine.foreignDtd) dtd.hasParameterReferences = true;
    if (!wanted) return;
    const answer = report.externalEntity(null, engine.base, systemId, publicId);
    if (answer === false) engine.fail('EXTERNAL_ENTITY_HANDLING', { text: '', pos: 0, final: true, main: false }, -1);
    if (answer !== null && !dtd.standalone && !report.notStandalone()) engine.fail('NOT_STANDALONE', { text: '', pos: 0, final: true, main: false }, -1);
  }

  /** Declarations until `]>` (of the document) or the end (of an entity); false while more must come. */
  declarations(source: Source, whole: boolean): boolean {
    while (source.pos < source.text.length) {
      const { text, pos } = source;
      if (this.blanks(source)) continue;
      if (text[pos] === ']' && this.included > 0 && (!this.inSubset || !source.main)) {
        if (!text.startsWith(']]>', pos)) return this.engine.incomplete(source);
        this.included--;
        source.pos += 3;
        continue;
      }
      if (text[pos] === ']' && this.inSubset && source.main) {
        const close = skipBlanks(text, pos + 1);
        if (close >= text.length) return this.engine.incomplete(source);
        if (text[close] !== '>') this.engine.fail('SYNTAX', source, close);
        this.inSubset = false;
        this.engine.event(source, close + 1);
        this.engine.eventWithin(source, close);
        source.pos = close;
        this.endDoctype(source, true);
        return true;
      }
      if (text[pos] === '%') {
        if (!this.parameterReference(source)) return false;
      } else if (text.startsWith('<!--', pos) || text.startsWith('<?', pos)) {
        if (!this.engine.misc(source)) return false;
      } else if (text.startsWith('<![', pos) && this.engine.kind === 'declarations') {
        if (!this.conditional(source)) return false;
      } else if (text.startsWith('<!', pos)) {
        if (!this.declaration(source)) return false;
      } else if (!source.final && '<!--'.startsWith(text.slice(pos))) return false;
      else this.unexpected(source);
    }
    return whole;
  }

  private conditional(source: Source): boolean {
    const { text, pos } = source;
    const open = text.indexOf('[', pos + 3);
    if (open < 0) return this.engine.incomplete(source);
    let word = text.slice(pos + 3, open).trim();
    if (word.startsWith('%') && word.endsWith(';')) word = this.engine.dtd.parameterEntities.get(word.slice(1, -1))?.value?.trim() ?? '';
    if (word === 'INCLUDE') {
      this.included++;
      source.pos = open + 1;
      return true;
    }
    if (word !== 'IGNORE') this.engine.fail('SYNTAX', source, pos);
    let depth = 1;
    let at = open + 1;
    while (depth > 0) {
      const next = /<!\[|\]\]>/.exec(text.slice(at));
      if (next === null) return this.engine.incomplete(source);
      depth += next[0] === '<![' ? 1 : -1;
      at += next.index + 3;
    }
    source.pos = at;
    return true;
  }

  private parameterReference(source: Source): boolean {
    const { text, pos } = source;
    const end = nameEnd(text, pos + 1);
    if (end >= text.length) return this.engine.incomplete(source);
    if (end === pos + 1 || text[end] !== ';') this.engine.fail('INVALID_TOKEN', source, end);
    const { dtd, report, parameterEntities } = this.engine;
    const name = text.slice(pos + 1, end);
    this.engine.event(source, end + 1);
    dtd.hasParameterReferences = true;
    const wanted = parameterEntities === 2 || (parameterEntities === 1 && !dtd.standalone);
    const entity = dtd.parameterEntities.get(name);
    if (!wanted) {
      dtd.keepProcessing = dtd.standalone;
      if (!dtd.standalone && !report.notStandalone()) this.engine.fail('NOT_STANDALONE', source, pos);
      this.engine.default(source, end + 1);
    } else if (entity === undefined) {
      if (dtd.standalone) this.engine.fail('UNDEFINED_ENTITY', source, pos);
      dtd.keepProcessing = dtd.standalone;
      if (!report.skippedEntity(name, true)) this.engine.default(source, end + 1);
    } else this.expandParameter(source, entity, pos, end);
    source.pos = end + 1;
    return true;
  }

  private expandParameter(source: Source, entity: Entity, pos: number, end: number): void {
    if (entity.open) this.engine.fail('RECURSIVE_ENTITY_REF', source, pos);
    entity.open = true;
    try {
      if (entity.value !== null) {
        const inner: Source = { text: entity.value, pos: 0, final: true, main: false };
        if (!this.declarations(inner, true)) this.engine.fail('INCOMPLETE_PE', source, pos);
        return;
      }
      const { dtd, report } = this.engine;
      const answer = report.externalEntity(null, entity.base, entity.systemId, entity.publicId);
      if (answer === false) this.engine.fail('EXTERNAL_ENTITY_HANDLING', source, pos);
      if (answer === null) {
        this.engine.default(source, end + 1);
        dtd.keepProcessing = dtd.standalone;
      } else if (!dtd.standalone && !report.notStandalone()) this.engine.fail('NOT_STANDALONE', source, pos);
    } finally {
      entity.open = false;
    }
  }

  private declaration(source: Source): boolean {
    const { text, pos } = source;
    const named = nameEnd(text, pos + 2);
    if (named >= text.length) return this.engine.incomplete(source);
    if (named > pos + 2 && !/[\s%]/.test(text[named])) this.engine.fail('INVALID_TOKEN', source, named);
    const end = this.endOf(source, named, false);
    if (end < 0) return this.cut(source, named);
    const parts = new Declaration(this.engine, source, named, end);
    this.engine.event(source, end);
    let reported: boolean;
    switch (text.slice(pos + 2, named)) {
      case 'ENTITY':
        reported = this.entity(parts, source);
        break;
      case 'NOTATION':
        reported = this.notation(parts, source);
        break;
      case 'ELEMENT':
        reported = this.element(parts, source);
        break;
      case 'ATTLIST':
        reported = this.attributeList(parts, source);
        break;
      default:
        if (named === pos + 2) this.engine.fail('INVALID_TOKEN', source, named);
        return this.engine.fail('SYNTAX', source, pos);
    }
    if (!reported) this.engine.defaultParts(source, end);
    source.pos = end;
    return true;
  }

  private entity(parts: Declaration, source: Source): boolean {
    const { dtd, report, base } = this.engine;
    parts.blanks(true);
    const parameter = parts.takes('%');
    if (parameter) parts.blanks(true);
    const name = parts.name();
    parts.blanks(true);
    const external = parts.externalId();
    let value: string | null = null;
    let notation: string | null = null;
    if (external === null) {
      const start = parts.at + 1;
      value = this.entityValue(source, parts.literal(), start);
    } else {
      const before = parts.at;
      parts.blanks();
      if (!parameter && parts.takes('NDATA')) {
        if (before === parts.at - 5) parts.fail('SYNTAX', before);
        parts.blanks(true);
        notation = parts.name();
      }
    }
    let { mark } = parts;
    parts.blanks();
    parts.needs('>');
    if (external !== null && notation === null) mark = parts.mark;
    this.engine.eventWithin(source, mark);
    if (!parameter && Object.hasOwn(predefined, name)) return false;
    const entities = parameter ? dtd.parameterEntities : dtd.entities;
    if (!dtd.keepProcessing || entities.has(name)) return false;
    const entity: Entity = { name, parameter, value, systemId: external?.systemId ?? null, publicId: external?.publicId ?? null, base, notation, open: false };
    entities.set(name, entity);
    return report.entityDeclaration(entity);
  }

  /** References to characters are replaced now, those to general entities when the entity is used. */
  private entityValue(source: Source, literal: string, at: number): string {
    let out = '';
    const references = /&#(x[0-9a-fA-F]+|[0-9]+);|&([^;&]*);?|%([^;%]*);?/g;
    let last = 0;
    for (let match = references.exec(literal); match !== null; match = references.exec(literal)) {
      out += literal.slice(last, match.index);
      last = references.lastIndex;
      const [whole, digits, , parameter] = match;
      if (digits !== undefined) {
        const code = referencedCharacter(digits);
        if (code < 0) this.engine.fail('BAD_CHAR_REF', source, at + match.index);
        out += String.fromCodePoint(code);
      } else if (parameter !== undefined) {
        if (this.engine.kind !== 'declarations') this.engine.fail('PARAM_ENTITY_REF', source, at + match.index);
        const entity = this.engine.dtd.parameterEntities.get(parameter);
        out += entity?.value ?? '';
      } else {
        if (nameEnd(whole, 1) !== whole.length - 1 || !whole.endsWith(';')) this.engine.fail('INVALID_TOKEN', source, at + match.index + Math.max(1, nameEnd(whole, 1)));
        out += whole;
      }
    }
    return normalizeLines(out + literal.slice(last));
  }

  private notation(parts: Declaration, source: Source): boolean {
    parts.blanks(true);
    const name = parts.name();
    parts.blanks(true);
    const external = parts.externalId(true);
    if (external === null) parts.fail();
    const { mark } = parts;
    parts.blanks();
    parts.needs('>');
    this.engine.eventWithin(source, external.systemId === null ? parts.mark : mark);
    return this.engine.report.notation(name, this.engine.base, external.systemId, external.publicId);
  }

  private element(parts: Declaration, source: Source): boolean {
    parts.blanks(true);
    const name = parts.name();
    parts.blanks(true);
    let model: ContentModel;
    if (parts.takes('EMPTY')) model = { type: 1, quantifier: 0, name: null, children: [] };
    else if (parts.takes('ANY')) model = { type: 2, quantifier: 0, name: null, children: [] };
    else {
      parts.needs('(');
      parts.blanks();
      model = parts.takes('#PCDATA') ? this.mixed(parts) : this.group(parts);
    }
    // The closing bracket and what follows it are one.
    this.engine.eventWithin(source, /[?*+]/.test(parts.text[parts.mark]) ? parts.mark - 1 : parts.mark);
    parts.blanks();
    parts.needs('>');
    return this.engine.report.elementDeclaration(name, model);
  }

  private mixed(parts: Declaration): ContentModel {
    const children: ContentModel[] = [];
    for (;;) {
      parts.blanks();
      if (parts.takes(')')) break;
      parts.needs('|');
      parts.blanks();
      children.push({ type: 4, quantifier: 0, name: parts.name(), children: [] });
    }
    const repeats = parts.takes('*');
    if (children.length > 0 && !repeats) parts.fail();
    return { type: 3, quantifier: repeats ? 2 : 0, name: null, children };
  }

  /** A group of names and groups, behind its `(`. */
  private group(parts: Declaration): ContentModel {
    const children: ContentModel[] = [];
    let connector = '';
    for (;;) {
      parts.blanks();
      if (parts.takes('(')) children.push(this.group(parts));
      else {
        const name = parts.name();
        children.push({ type: 4, quantifier: this.quantifier(parts), name, children: [] });
      }
      parts.blanks();
      if (parts.takes(')')) break;
      const found = parts.takes('|') ? '|' : parts.takes(',') ? ',' : parts.fail();
      if (connector !== '' && connector !== found) parts.fail('SYNTAX', parts.at - 1);
      connector = found;
    }
    return { type: connector === '|' ? 5 : 6, quantifier: this.quantifier(parts), name: null, children };
  }

  private quantifier(parts: Declaration): Quantifier {
    return parts.takes('?') ? 1 : parts.takes('*') ? 2 : parts.takes('+') ? 3 : 0;
  }

  private attributeList(parts: Declaration, source: Source): boolean {
    const { dtd, report } = this.engine;
    parts.blanks(true);
    const element = parts.name();
    let reported = false;
    for (;;) {
      const before = parts.at;
      parts.blanks();
      if (parts.takes('>')) return reported;
      if (before === parts.at) parts.fail();
      const name = parts.name();
      parts.blanks(true);
      const type = this.attributeType(parts);
      parts.blanks(true);
      let required = false;
      let value: string | null = null;
      if (parts.takes('#REQUIRED')) required = true;
      else if (!parts.takes('#IMPLIED')) {
        if (parts.takes('#FIXED')) {
          required = true;
          parts.blanks(true);
        }
        const start = parts.at + 1;
        value = this.engine.replaced(source, parts.literal(), start);
        if (type !== 'CDATA') value = value.replace(/ +/g, ' ').replace(/^ | $/g, '');
      }
      this.engine.eventWithin(source, parts.mark);
      if (!dtd.keepProcessing) continue;
      let definitions = dtd.attributes.get(element);
      if (definitions === undefined) dtd.attributes.set(element, (definitions = new Map()));
      if (!definitions.has(name)) definitions.set(name, { name, isCdata: type === 'CDATA', value });
      reported = report.attributeDeclaration(element, name, type, value, required) || reported;
    }
  }

  private attributeType(parts: Declaration): string {
    for (const type of ['CDATA', 'IDREFS', 'IDREF', 'ID', 'ENTITY', 'ENTITIES', 'NMTOKENS', 'NMTOKEN']) if (parts.takes(type)) return type;
    const notation = parts.takes('NOTATION');
    if (notation) parts.blanks(true);
    parts.needs('(');
    const names: string[] = [];
    for (;;) {
      parts.blanks();
      names.push(parts.name(!notation));
      parts.blanks();
      if (parts.takes(')')) break;
      parts.needs('|');
    }
    return `${notation ? 'NOTATION' : ''}(${names.join('|')})`;
  }
}
