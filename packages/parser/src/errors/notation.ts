import { kwlist, softkwlist, TokenType } from '@py/ast';
import * as K from '../kinds.ts';
import { grammar } from './grammar.ts';

/** What a token must be: its kind as in kinds.ts, or one of these and above. */
export const ANY_SOFT_KEYWORD = 200;
/** SOFT + n: the name that is `TokenStream.strings[n]`. */
export const SOFT = 200;

export type ItemMode = 'one' | 'optional' | 'and' | 'not' | 'forced' | 'cut';

/** A part of an alternative: a token or a rule, and how it counts. */
export interface Item {
  readonly mode: ItemMode;
  /** Kind of token; -1 for a rule or a cut. */
  readonly token: number;
  /** What a forced token is called in the error. */
  readonly text: string;
  /** Set once all rules are known. */
  rule: Rule | null;
  /** Name for the action; '' for none. */
  readonly name: string;
}

export interface Alternative {
  readonly items: readonly Item[];
  /** Words of the action, the verb first; null for none. */
  readonly action: readonly string[] | null;
  /** Is an `invalid_` rule and nothing else: tried only in the second pass. With more to it, CPython tries it in both. */
  readonly invalid: boolean;
  /** By kind of token, 1 if the alternative can begin with it; null if it can be empty. */
  first: Uint8Array | null;
}

/**
 * `choice`: the first alternative that fits. `some` and `any`: the one alternative, repeated. `separated`: an item and a
 * repetition of separator and item. `left`: a rule that begins with itself; `alternatives` are grown from what they gave before.
 */
export interface Rule {
  readonly id: number;
  kind: 'choice' | 'some' | 'any' | 'left';
  readonly memo: boolean;
  /** `expression_without_invalid` and what it calls does without `invalid_` alternatives. */
  readonly valid: boolean;
  alternatives: readonly Alternative[];
  /** Of a `left` rule: its alternatives as a rule of their own, which CPython counts as one call more. */
  grown: Rule | null;
  /** By kind of token, 1 if the rule can begin with it; null if it can be empty. */
  first: Uint8Array | null;
}

/** The grammar's rules by name. */
export function readGrammar(): ReadonlyMap<string, Rule> {
  return new GrammarReader(grammar).rules;
}

class GrammarReader {
  readonly rules = new Map<string, Rule>();
  private readonly names = new Map<Item, string>();
  private readonly all: Rule[] = [];
  private words: readonly string[] = [];
  private at = 0;

  constructor(text: string) {
    for (const line of text.split('\n')) {
      if (line !== '') this.readRule(line);
    }
    for (const [item, name] of this.names) item.rule = this.rules.get(name)!;
    findFirst(this.all);
  }

  private readRule(line: string): void {
    this.words = line.match(/'[^']+'|"\w+"|\{[^}]*\}|\w+=(?=[\w'"(])|\w+|&&|[^\s\w]/g)!;
    this.at = 2;
    const name = this.words[0]!;
    const memo = this.words[1] === '*';
    if (memo) this.at++;
    const rule = this.rule('choice', [], memo, name === 'expression_without_invalid');
    this.rules.set(name, rule);
    rule.alternatives = this.readAlternatives();
    if (leftRules.includes(name)) {
      rule.kind = 'left';
      rule.grown = this.rule('choice', rule.alternatives);
    }
  }

  private rule(kind: Rule['kind'], alternatives: readonly Alternative[], memo = false, valid = false): Rule {
    const rule: Rule = { id: this.all.length, kind, memo, valid, alternatives, grown: null, first: null };
    this.all.push(rule);
    return rule;
  }

  private readAlternatives(): readonly Alternative[] {
    const alternatives: Alternative[] = [];
    do {
      const items: Item[] = [];
      let action: readonly string[] | null = null;
      for (;;) {
        const word = this.words[this.at];
        if (word === undefined || word === '|' || word === ')') break;
        if (word.startsWith('{')) {
          this.at++;
          action = word.slice(1, -1).replace('=', '= ').split(' ');
        } else items.push(this.readItem());
      }
      const invalid = items.length === 1 && this.names.get(items[0]!)?.startsWith('invalid_') === true;
      alternatives.push({ items, action, invalid, first: null });
    } while (this.words[this.at++] === '|');
    this.at--;
    return alternatives;
  }

  private readItem(): Item {
    const prefix = this.words[this.at]!;
    if (prefix === '~') {
      this.at++;
      return { mode: 'cut', token: -1, text: '', rule: null, name: '' };
    }
    const mode = prefix === '&' ? 'and' : prefix === '!' ? 'not' : prefix === '&&' ? 'forced' : 'one';
    if (mode !== 'one') this.at++;
    const label = /^(\w+)=$/.exec(this.words[this.at]!);
    if (label) this.at++;
    return this.readRepeated(mode, label?.[1] ?? '');
  }

  private readRepeated(mode: ItemMode, name: string): Item {
    const atom = this.readAtom(mode, name);
    switch (this.words[this.at]) {
      case '?':
        this.at++;
        return this.replace(atom, { ...atom, mode: 'optional' });
      case '*':
      case '+': {
        const kind = this.words[this.at++] === '*' ? 'any' : 'some';
        return this.called(this.rule(kind, [this.alternative([atom])]), mode, name);
      }
      case '.': {
        this.at++;
        const item = this.readAtom('one', '');
        this.at++; // the plus
        const rest = this.called(this.rule('any', [this.alternative([atom, item])]), 'one', 'rest');
        const first = this.replace(item, { ...item, name: 'first' });
        const separated = this.rule('choice', [{ items: [first, rest], action: ['Parts', 'first', 'rest'], invalid: false, first: null }]);
        return this.called(separated, mode, name);
      }
      default:
        return atom;
    }
  }

  private readAtom(mode: ItemMode, name: string): Item {
    const word = this.words[this.at++]!;
    if (word === '(') {
      const alternatives = this.readAlternatives();
      this.at++;
      const only = alternatives[0]!;
      // CPython does not make a rule of a group that is a single part.
      if (alternatives.length === 1 && only.items.length === 1 && only.action === null && only.items[0]!.mode === 'one') {
        return this.replace(only.items[0]!, { ...only.items[0]!, mode, name });
      }
      return this.called(this.rule('choice', alternatives), mode, name);
    }
    const token = tokenKind(word);
    const item: Item = { mode, token, text: word.slice(1, -1), rule: null, name };
    if (token < 0) this.names.set(item, word);
    return item;
  }

  private alternative(items: readonly Item[]): Alternative {
    return { items, action: null, invalid: false, first: null };
  }

  private called(rule: Rule, mode: ItemMode, name: string): Item {
    return { mode, token: -1, text: '', rule, name };
  }

  /** A changed copy of an item, whose rule is looked up for the copy as well. */
  private replace(item: Item, copy: Item): Item {
    const rule = this.names.get(item);
    if (rule !== undefined) this.names.set(copy, rule);
    return copy;
  }
}

/** The kinds of token that something can begin with, as bits, and whether it can be empty. */
interface First {
  readonly kinds: bigint;
  readonly empty: boolean;
}

/** Finds with which tokens rules and alternatives can begin, by going round until nothing is added. */
function findFirst(rules: readonly Rule[]): void {
  const known = new Map<Rule, First>(rules.map((rule) => [rule, { kinds: 0n, empty: rule.kind === 'any' }]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const rule of rules) {
      let { kinds, empty } = known.get(rule)!;
      for (const alternative of rule.alternatives) {
        const own = firstOf(alternative, known);
        kinds |= own.kinds;
        empty ||= own.empty;
      }
      if (kinds === known.get(rule)!.kinds && empty === known.get(rule)!.empty) continue;
      known.set(rule, { kinds, empty });
      changed = true;
    }
  }
  const tables = new Map<bigint, Uint8Array>();
  const table = ({ kinds, empty }: First): Uint8Array | null => {
    if (empty) return null;
    if (!tables.has(kinds)) tables.set(kinds, kindsIn(kinds));
    return tables.get(kinds)!;
  };
  for (const rule of rules) {
    rule.first = table(known.get(rule)!);
    for (const alternative of rule.alternatives) alternative.first = table(firstOf(alternative, known));
  }
}

/** The beginning of an alternative, as far as known. */
function firstOf(alternative: Alternative, known: ReadonlyMap<Rule, First>): First {
  let kinds = 0n;
  for (const { mode, token, rule } of alternative.items) {
    if (mode === 'and' || mode === 'not' || mode === 'cut') continue;
    const own = token >= 0 ? { kinds: 1n << BigInt(token < ANY_SOFT_KEYWORD ? token : K.NAME), empty: false } : known.get(rule!)!;
    kinds |= own.kinds;
    if (!own.empty && mode !== 'optional') return { kinds, empty: false };
  }
  return { kinds, empty: true };
}

function kindsIn(set: bigint): Uint8Array {
  const bits = set.toString(2);
  return Uint8Array.from({ length: 256 }, (_, kind) => Number(bits.charAt(bits.length - 1 - kind)));
}

/** Rules that begin with themselves and lead their circle. */
const leftRules = ['dotted_name', 'attr', 'bitwise_or', 'bitwise_xor', 'bitwise_and', 'shift_expr', 'sum', 'term', 'primary', 't_primary'];

/** Kind of token that a word of the notation stands for; -1 for the name of a rule. */
function tokenKind(word: string): number {
  if (word.startsWith('"')) return SOFT + kwlist.length + softkwlist.indexOf(word.slice(1, -1));
  if (word.startsWith("'")) {
    const text = word.slice(1, -1);
    const keyword = kwlist.indexOf(text);
    return keyword >= 0 ? K.KEYWORD + keyword : operators.indexOf(text) + K.LPAR;
  }
  if (word === 'SOFT_KEYWORD') return ANY_SOFT_KEYWORD;
  return (TokenType as Readonly<Record<string, number>>)[word] ?? -1;
}

/** Operators in the order of their types, from LPAR. */
const operators =
  '( ) [ ] : , ; + - * / | & < > = . % { } == != <= >= ~ ^ << >> ** += -= *= /= %= &= |= ^= <<= >>= **= // //= @ @= -> ... := !'.split(' ');
