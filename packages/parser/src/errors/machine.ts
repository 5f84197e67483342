import type { TokenStream } from '@py/ast';
import { softkwlist } from '@py/ast';
import * as K from '../kinds.ts';
import { messages } from '../messages.ts';
import type { ParserState } from '../state.ts';
import { CPYTHON_MAXSTACK } from '../state.ts';
import { runAction } from './actions.ts';
import { Locator } from './locate.ts';
import { checkNumber } from './literals.ts';
import type { Alternative, Item, Rule } from './notation.ts';
import { ANY_SOFT_KEYWORD, SOFT } from './notation.ts';

/** What a rule gave: enough of a tree to word an error. Null is failure. */
export interface Part {
  /** Class of the node; `token` for a token, '' for what has no name. */
  readonly kind: string;
  /** Index of the first token. */
  readonly start: number;
  /** Index of the last token. */
  readonly end: number;
  readonly parts: readonly Part[];
}

/** A rule being tried. */
class Frame {
  readonly rule: Rule;
  /** Where the rule began; a repetition moves it on. */
  mark: number;
  readonly start: number;
  alternative = 0;
  item = 0;
  cut = false;
  /** Token before a lookahead or optional part. */
  before = 0;
  values: (Part | null)[] = [];
  /** What a repetition has collected, or a left-recursive rule has grown to. */
  collected: Part[] = [];
  grown: Part | null = null;
  readonly invalidBefore: boolean;

  constructor(rule: Rule, mark: number, invalidBefore: boolean) {
    this.rule = rule;
    this.mark = mark;
    this.start = mark;
    this.invalidBefore = invalidBefore;
  }
}

/** No rule makes more calls than the rest before it looks at a token. */
const NEAR_MAXSTACK = CPYTHON_MAXSTACK - 200;

/** The result of a call that is still running. */
const running = Symbol('running');

/**
 * Walks the grammar over the tokens as CPython's parser does, with its memory of results and its count of nested calls, but
 * with a stack of its own: no input can overflow JavaScript's. Errors are thrown. CPython 3.12: Parser/pegen.c.
 */
export class Machine {
  readonly state: ParserState;
  readonly stream: TokenStream;
  readonly locate: Locator;
  /** Index of the next token. */
  mark = 0;
  /** Number of tokens that CPython's tokenizer has been asked for. */
  fill = 0;
  /** In the second pass `invalid_` alternatives count. */
  invalid = false;
  secondPass = false;
  private readonly frames: Frame[] = [];
  private level = 0;
  private memory = new Map<number, { readonly part: Part | null; readonly mark: number }>();

  constructor(state: ParserState) {
    this.state = state;
    this.stream = state.stream;
    this.locate = new Locator(this);
  }

  /** Tries a start rule from the first token; null if it does not fit. */
  run(rule: Rule, secondPass: boolean): Part | null {
    this.mark = 0;
    this.level = 0;
    this.secondPass = secondPass;
    this.invalid = secondPass;
    this.memory = new Map();
    let result = this.call(rule);
    while (this.frames.length > 0) result = this.step(this.frames[this.frames.length - 1]!, result);
    return result as Part | null;
  }

  /** The kind of the next token, which is fetched: here a lexical error surfaces. */
  private kind(): number {
    this.fetch(this.mark);
    return this.state.kindAt(this.mark);
  }

  fetch(index: number): void {
    if (index < this.fill) return;
    if (index >= this.stream.length) throw this.stream.error!;
    this.fill = index + 1;
  }

  /** Starts a rule: its remembered result, or `running` and a frame on the stack. */
  private call(rule: Rule): Part | null | typeof running {
    if (this.level++ === CPYTHON_MAXSTACK) throw this.locate.nowhere('MemoryError', messages.stackOverflow());
    if (rule.memo || rule.kind === 'left') {
      this.fetch(this.mark);
      const known = this.memory.get(this.mark * 1024 + rule.id);
      if (known !== undefined) {
        this.level--;
        this.mark = known.mark;
        return known.part;
      }
    }
    if (this.cannotBegin(rule.first)) {
      this.level--;
      return null;
    }
    const frame = new Frame(rule, this.mark, this.invalid);
    if (rule.valid) this.invalid = false;
    this.frames.push(frame);
    if (rule.kind !== 'left') return running;
    this.remember(frame, null);
    return this.call(rule.grown!);
  }

  /** The next token is none of those that something can begin with. Near the limit of calls, calls are made to count them. */
  private cannotBegin(first: Uint8Array | null): boolean {
    return first !== null && this.level < NEAR_MAXSTACK && first[this.kind()] === 0;
  }

  private remember(frame: Frame, part: Part | null): void {
    this.memory.set(frame.start * 1024 + frame.rule.id, { part, mark: this.mark });
  }

  /** Ends the topmost rule with a result. */
  private finish(frame: Frame, part: Part | null, remember = true): Part | null {
    this.frames.pop();
    this.level--;
    this.invalid = frame.invalidBefore;
    if (frame.rule.memo && remember) this.remember(frame, part);
    return part;
  }

  /** Goes on with a rule until it ends or calls another; `result` is what the last call gave. */
  private step(frame: Frame, result: Part | null | typeof running): Part | null | typeof running {
    if (frame.rule.kind === 'left') return this.grow(frame, result as Part | null);
    for (;;) {
      const alternative = frame.rule.alternatives[frame.alternative];
      if (alternative === undefined) return this.finish(frame, null);
      if (frame.item === 0 && result === running && this.cannotBegin(alternative.first)) {
        // As if it had been tried: CPython looks at the token, and no further.
        if (frame.rule.kind !== 'choice') return this.endRepetition(frame);
        frame.alternative++;
        continue;
      }
      if (alternative.invalid && !this.invalid) {
        frame.alternative++;
        continue;
      }
      if (frame.item === alternative.items.length) {
        const done = this.complete(frame, alternative);
        if (done === running) continue;
        return done;
      }
      const item = alternative.items[frame.item]!;
      let value: Part | null;
      if (result !== running) {
        value = result;
        result = running;
      } else if (item.token >= 0) {
        frame.before = this.mark;
        value = this.token(item.token);
      } else if (item.mode === 'cut') {
        frame.cut = true;
        frame.item++;
        continue;
      } else {
        frame.before = this.mark;
        const called = this.call(item.rule!);
        if (called === running) return running;
        value = called;
      }
      if (this.accept(frame, item, value)) frame.item++;
      else if (frame.rule.kind !== 'choice') return this.endRepetition(frame);
      else if (frame.cut) return this.abandon(frame);
      else this.nextAlternative(frame);
    }
  }

  /** Takes the value of an item; false if the alternative does not fit. */
  private accept(frame: Frame, item: Item, value: Part | null): boolean {
    switch (item.mode) {
      case 'and':
        this.mark = frame.before;
        return value !== null;
      case 'not':
        this.mark = frame.before;
        return value === null;
      case 'optional':
        if (value === null) this.mark = frame.before;
        frame.values.push(value);
        return true;
      case 'forced':
        if (value === null) throw this.locate.expected(this.mark, item.text);
        frame.values.push(value);
        return true;
      default:
        if (value === null) return false;
        frame.values.push(value);
        return true;
    }
  }

  private nextAlternative(frame: Frame): void {
    this.mark = frame.mark;
    frame.alternative++;
    frame.item = 0;
    frame.values = [];
  }

  /** After a cut no other alternative is tried, and nothing is remembered. */
  private abandon(frame: Frame): null {
    this.mark = frame.mark;
    return this.finish(frame, null, false) as null;
  }

  private endRepetition(frame: Frame): Part | null {
    this.mark = frame.mark;
    if (frame.rule.kind === 'some' && frame.collected.length === 0) return this.finish(frame, null);
    return this.finish(frame, this.list(frame.start, frame.collected));
  }

  /** All items of an alternative fit. `running` if the rule goes on with a repetition. */
  private complete(frame: Frame, alternative: Alternative): Part | null | typeof running {
    if (frame.rule.kind !== 'choice') {
      frame.collected.push(frame.values[frame.values.length - 1]!);
      frame.mark = this.mark;
      frame.item = 0;
      frame.values = [];
      return running;
    }
    if (alternative.action !== null) return this.finish(frame, runAction(this, frame.start, alternative, frame.values));
    return this.finish(frame, frame.values.length === 1 ? frame.values[0]! : this.node('', frame.start, []));
  }

  private grow(frame: Frame, part: Part | null): Part | null | typeof running {
    const grownTo = frame.mark;
    if (part === null || this.mark <= grownTo) {
      this.mark = grownTo;
      return this.finish(frame, frame.grown);
    }
    frame.mark = this.mark;
    frame.grown = part;
    this.remember(frame, part);
    this.mark = frame.start;
    return this.call(frame.rule.grown!);
  }

  /** Goes past the next token if it is of the kind asked for. */
  private token(kind: number): Part | null {
    const found = this.kind();
    if (found !== kind && !this.isSoftKeyword(kind, found)) return null;
    const index = this.mark++;
    if (kind === K.NAME) return { kind: 'Name', start: index, end: index, parts: [] };
    if (kind === K.NUMBER) checkNumber(this, index);
    return { kind: kind === K.NUMBER ? 'Constant' : 'token', start: index, end: index, parts: [] };
  }

  private isSoftKeyword(kind: number, found: number): boolean {
    if (kind < ANY_SOFT_KEYWORD || found !== K.NAME) return false;
    if (kind !== ANY_SOFT_KEYWORD) return this.stream.values[this.mark] === kind - SOFT;
    // CPython compares only as many characters as the name has, so `c` passes for `case`.
    const text = this.stream.text(this.mark);
    return softkwlist.some((keyword) => keyword.startsWith(text));
  }

  /** A node from the token `start` to the last one passed that is no line end or indentation. */
  node(kind: string, start: number, parts: readonly Part[]): Part {
    let end = this.mark - 1;
    while (end > start && isLayout(this.stream.types[end]!)) end--;
    return { kind, start, end, parts };
  }

  list(start: number, parts: readonly Part[]): Part {
    return { kind: 'list', start, end: this.mark - 1, parts };
  }
}

function isLayout(type: number): boolean {
  return type === K.ENDMARKER || (type >= K.NEWLINE && type <= K.DEDENT);
}
