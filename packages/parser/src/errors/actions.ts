import type { PySyntaxError } from '@py/ast';
import { reprString } from '@py/ast';
import * as K from '../kinds.ts';
import { errorMessages, messages } from '../messages.ts';
import type { MessageName } from '../messages.ts';
import { checkStringPart } from './literals.ts';
import type { Machine, Part } from './machine.ts';
import type { Alternative } from './notation.ts';

/**
 * Runs the action of an alternative whose parts have the values given; see grammar.ts. The result is what the alternative gives;
 * null makes the whole rule fail, without its other alternatives. Throws the error that the action words.
 */
export function runAction(machine: Machine, start: number, alternative: Alternative, values: readonly (Part | null)[]): Part | null {
  const parts = new Map<string, Part | null>();
  let index = 0;
  for (const item of alternative.items) {
    if (item.mode === 'cut' || item.mode === 'and' || item.mode === 'not') continue;
    parts.set(item.name, values[index++]!);
  }
  const [verb, ...words] = alternative.action!;
  const run = verbs[verb!];
  if (run !== undefined) return run({ machine, start, words, parts });
  return machine.node(verb!, start, flatten(words, parts));
}

/** What a verb works on: its words, and the parts that they name. */
interface Call {
  readonly machine: Machine;
  readonly start: number;
  readonly words: readonly string[];
  readonly parts: ReadonlyMap<string, Part | null>;
}

/** The parts that words name; lists give their items, what is absent nothing. */
function flatten(words: readonly string[], parts: ReadonlyMap<string, Part | null>): readonly Part[] {
  return words.flatMap((word) => {
    const part = parts.get(word);
    return part ? (part.kind === 'list' || part.kind === 'Parts' ? part.parts : [part]) : [];
  });
}

function part({ words, parts }: Call, index: number): Part {
  return parts.get(words[index]!)!;
}

/** The text called `name`, about a part. */
function about({ machine }: Call, name: string, subject: Part | null): string {
  return errorMessages[name as MessageName](subject === null ? '' : describe(machine, subject), subject === null ? 0 : machine.stream.lines[subject.start]!);
}

const verbs: Readonly<Record<string, ((call: Call) => Part | null) | undefined>> = {
  '=': (call) => part(call, 0),
  fail: () => null,

  // Errors: where, what the text is about, and its name.
  at: (call) => {
    const a = part(call, 0);
    throw call.machine.locate.range(a, a, about(call, call.words[1]!, a));
  },
  range: (call) => {
    const [a, b] = [part(call, 0), part(call, 1)];
    throw call.machine.locate.range(firstItem(a), lastItem(b), about(call, call.words[2]!, a));
  },
  from: (call) => {
    const a = part(call, 0);
    throw call.machine.locate.from(a, about(call, call.words[1]!, a));
  },
  last: (call) => {
    throw call.machine.locate.atToken(about(call, call.words[0]!, null));
  },
  next: (call) => {
    throw call.machine.locate.atNext(about(call, call.words[0]!, null));
  },
  indent: (call) => {
    const subject = call.words.length > 1 ? part(call, 1) : null;
    throw call.machine.locate.atToken(about(call, call.words[0]!, subject), 'IndentationError');
  },
  dictColon: (call) => {
    const a = part(call, 0);
    throw call.machine.locate.atEndOf(a, about(call, 'dictColon', a));
  },
  comprehension: (call) => {
    throw generatorError(call, part(call, 0), part(call, 1));
  },
  bound: (call) => {
    const [a, e] = [part(call, 0), part(call, 1)];
    throw call.machine.locate.from(a, errorMessages[call.words[2] as MessageName](e.kind === 'Tuple' ? 'constraints' : 'bound', 0));
  },

  // Errors under a condition that is not grammar.
  target: (call) => targetError(call, 'assign'),
  forTarget: (call) => targetError(call, 'for'),
  deletion: (call) => targetError(call, 'delete'),
  bareGenerator: (call) => {
    const args = part(call, 0).parts.filter(({ kind }) => kind !== 'keyword' && kind !== 'unpacking');
    if (args.length < 2) return null;
    throw generatorError(call, args[args.length - 1]!, part(call, 1));
  },
  positionalAfterKeyword: (call) => {
    const unpacked = part(call, 0).parts.some(({ kind }) => kind === 'unpacking');
    throw call.machine.locate.atToken(messages.positionalAfterKeyword(unpacked));
  },
  legacy: (call) => {
    const [a, b] = [part(call, 0), part(call, 1)];
    if (!isLegacy(call.machine, a)) return null;
    throw call.machine.locate.range(a, b, messages.missingParentheses(call.machine.stream.text(a.start)));
  },
  comma: (call) => {
    const [a, b] = [part(call, 0), part(call, 1)];
    if (isLegacy(call.machine, a) || bracketLevel(call.machine, call.machine.mark - 1) === 0) return null;
    throw call.machine.locate.range(a, b, messages.forgottenComma());
  },
  flufl: (call) => {
    const { machine } = call;
    const tok = part(call, 0);
    const isFlufl = machine.stream.source[machine.stream.starts[tok.start]!] === 0x3c; // `<>`
    if (machine.state.options.barryAsFlufl ?? false) {
      if (!isFlufl) throw machine.locate.atToken(messages.flufl());
      return tok;
    }
    return isFlufl ? null : tok;
  },
  real: (call) => complexPart(call, false),
  imaginary: (call) => complexPart(call, true),

  // Syntax that an older `featureVersion` does not have: the version, its name, the node.
  since: (call) => {
    const [version, name, kind, ...rest] = call.words;
    checkVersion(call.machine, Number(version), name!);
    return call.machine.node(kind ?? '', call.start, flatten(rest, call.parts));
  },
  sinceLast: (call) => {
    throw call.machine.locate.atToken(about(call, call.words[2]!, null));
  },

  // Literals, which are decoded to find what is wrong in them.
  string: (call) => {
    const token = part(call, 0);
    checkStringPart(call.machine, token.start, 'string');
    return { ...token, kind: isBytes(call.machine, token.start) ? 'Bytes' : 'Constant' };
  },
  fstringText: (call) => {
    const text = part(call, 0);
    checkStringPart(call.machine, text.start, 'raw');
    return text;
  },
  formatSpec: (call) => {
    checkStringPart(call.machine, part(call, 0).start, 'spec');
    return call.machine.node('', call.start, []);
  },
  fstring: (call) => {
    const { machine } = call;
    const raw = /r/i.test(machine.stream.text(part(call, 0).start));
    for (const middle of part(call, 1).parts) if (middle.kind === 'token') checkStringPart(machine, middle.start, raw ? 'raw' : 'fstring', machine.mark - 1);
    return machine.node('JoinedStr', call.start, []);
  },
  strings: (call) => {
    const { machine } = call;
    const literals = part(call, 0).parts;
    const bytes = literals.filter(({ kind }) => kind === 'Bytes').length;
    if (bytes > 0 && bytes < literals.length) throw machine.locate.atToken(messages.mixedBytes());
    return machine.node(literals.some(({ kind }) => kind === 'JoinedStr') ? 'JoinedStr' : 'Constant', call.start, []);
  },
  conversion: (call) => {
    const { machine } = call;
    const [mark, name] = [part(call, 0), part(call, 1)];
    if (machine.stream.ends[mark.end] !== machine.stream.starts[name.start]) throw machine.locate.range(mark, name, messages.conversionGap());
    return name;
  },
  FormattedValue: (call) => {
    const { machine } = call;
    const name = call.parts.get('c');
    if (name) {
      const text = machine.stream.text(name.start);
      if (!/^[sra]$/.test(text)) throw machine.locate.range(name, name, messages.invalidConversion(reprString(text)));
    }
    return machine.node('FormattedValue', call.start, []);
  },
};

function firstItem(part: Part): Part {
  return part.kind === 'list' ? part.parts[0]! : part;
}

function lastItem(part: Part): Part {
  return part.kind === 'list' ? part.parts[part.parts.length - 1]! : part;
}

/** From the element to the end of the last `for` or `if` of the clauses. */
function generatorError({ machine }: Call, element: Part, clauses: Part): PySyntaxError {
  const last = clauses.parts[clauses.parts.length - 1]!;
  return machine.locate.range(element, last.parts[last.parts.length - 1]!, messages.bareGenerator());
}

function targetError(call: Call, purpose: 'assign' | 'for' | 'delete'): null {
  const invalid = invalidTarget(part(call, 0), purpose);
  if (invalid === null) return null;
  const name = describe(call.machine, invalid);
  throw call.machine.locate.range(invalid, invalid, purpose === 'delete' ? messages.cannotDelete(name) : messages.cannotAssign(name));
}

/** The first part of an expression that cannot be assigned to or deleted. CPython 3.12: Parser/pegen.c, _PyPegen_get_invalid_target. */
function invalidTarget(part: Part, purpose: 'assign' | 'for' | 'delete'): Part | null {
  switch (part.kind) {
    case 'List':
    case 'Tuple':
      for (const item of part.parts) {
        const invalid = invalidTarget(item, purpose);
        if (invalid !== null) return invalid;
      }
      return null;
    case 'Starred':
      return purpose === 'delete' ? part : invalidTarget(part.parts[0]!, purpose);
    case 'Compare':
      // `a in b` between `for` and `in` has been read as a comparison.
      if (purpose !== 'for') return part;
      return part.parts[1]!.kind === 'In' ? invalidTarget(part.parts[0]!, purpose) : null;
    case 'Name':
    case 'Attribute':
    case 'Subscript':
      return null;
    default:
      return part;
  }
}

/** What CPython calls an expression in its errors (_PyPegen_get_expr_name); a token's own text. */
function describe(machine: Machine, part: Part): string {
  if (part.kind === 'token') {
    const text = machine.stream.text(part.start);
    return text === '...' ? 'ellipsis' : text;
  }
  return expressionNames[part.kind] ?? '';
}

const expressionNames: Readonly<Record<string, string>> = {
  Attribute: 'attribute', Subscript: 'subscript', Starred: 'starred', Name: 'name', List: 'list', Tuple: 'tuple', Lambda: 'lambda',
  Call: 'function call', BoolOp: 'expression', BinOp: 'expression', UnaryOp: 'expression', GeneratorExp: 'generator expression',
  Yield: 'yield expression', Await: 'await expression', ListComp: 'list comprehension', SetComp: 'set comprehension',
  DictComp: 'dict comprehension', Dict: 'dict literal', Set: 'set display', JoinedStr: 'f-string expression', Constant: 'literal',
  Compare: 'comparison', IfExp: 'conditional expression', NamedExpr: 'named expression',
};

function isLegacy(machine: Machine, part: Part): boolean {
  return part.kind === 'Name' && /^(print|exec)$/.test(machine.stream.text(part.start));
}

/** Number of brackets open after a token. */
function bracketLevel({ stream: { types } }: Machine, token: number): number {
  let level = 0;
  for (let i = 0; i <= token; i++) {
    const type = types[i]!;
    if (type === K.LPAR || type === K.LSQB || type === K.LBRACE) level++;
    else if (type === K.RPAR || type === K.RSQB || type === K.RBRACE) level--;
  }
  return level;
}

function complexPart(call: Call, imaginary: boolean): Part {
  const number = part(call, 0);
  const isImaginary = /j$/i.test(call.machine.stream.text(number.start));
  if (isImaginary !== imaginary) throw call.machine.locate.range(number, number, messages.complexPart(imaginary));
  return number;
}

function isBytes({ stream }: Machine, token: number): boolean {
  return /^(b|rb)/i.test(stream.text(token));
}

function checkVersion(machine: Machine, version: number, feature: string): void {
  if ((machine.state.options.featureVersion ?? 12) < version) throw machine.locate.atToken(messages.onlySince(feature, version));
}

