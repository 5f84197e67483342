import type { arg, arguments_, BinOp, boolop, cmpop, comprehension, ConstantValue, expr, FormattedValue, JoinedStr, keyword, operator, Slice, unaryop } from '@py/ast';
import { reprConstant } from '@py/code';

/**
 * The text of an annotation under `from __future__ import annotations`. It differs in details from `ast.unparse`: quotes are
 * those of `repr`, and some parentheses (CPython 3.12: Python/ast_unparse.c).
 */
export function unparse(node: expr): string {
  return write(node, Level.TEST);
}

/** How tightly the surroundings bind; what binds less gets parentheses. */
const Level = {
  TUPLE: 0, TEST: 1, OR: 2, AND: 3, NOT: 4, COMPARE: 5, BIT_OR: 6, BIT_XOR: 7, BIT_AND: 8, SHIFT: 9, ARITHMETIC: 10, TERM: 11,
  FACTOR: 12, POWER: 13, AWAIT: 14, ATOM: 15,
} as const;

/** CPython's PR_EXPR. */
const EXPRESSION = Level.BIT_OR;

function write(node: expr, level: number): string {
  switch (node.nodeType) {
    case 'Name':
      return node.id;
    case 'Constant':
      return (node.kind ?? '') + writeConstant(node.value);
    case 'Attribute': {
      const isInt = node.value.nodeType === 'Constant' && typeof node.value.value === 'bigint';
      return `${write(node.value, Level.ATOM)}${isInt ? ' ' : ''}.${node.attr}`;
    }
    case 'Subscript':
      return `${write(node.value, Level.ATOM)}[${write(node.slice, Level.TUPLE)}]`;
    case 'Slice':
      return writeSlice(node);
    case 'Call':
      return write(node.func, Level.ATOM) + writeArguments(node.args, node.keywords);
    case 'Starred':
      return `*${write(node.value, EXPRESSION)}`;
    case 'Tuple':
      return writeTuple(node.elts, level);
    case 'List':
      return `[${list(node.elts)}]`;
    case 'Set':
      return `{${list(node.elts)}}`;
    case 'Dict':
      return `{${node.values.map((value, index) => writeItem(node.keys[index], value)).join(', ')}}`;
    case 'BoolOp': {
      const own = node.op === 'And' ? Level.AND : Level.OR;
      return enclose(level > own, node.values.map((value) => write(value, own + 1)).join(boolOperators[node.op]));
    }
    case 'BinOp':
      return writeBinary(node, level);
    case 'UnaryOp': {
      const own = node.op === 'Not' ? Level.NOT : Level.FACTOR;
      return enclose(level > own, unaryOperators[node.op] + write(node.operand, own));
    }
    case 'Compare': {
      const rest = node.ops.map((op, index) => ` ${compareOperators[op]} ${write(node.comparators[index], Level.COMPARE + 1)}`);
      return enclose(level > Level.COMPARE, write(node.left, Level.COMPARE + 1) + rest.join(''));
    }
    case 'IfExp': {
      const [body, test] = [write(node.body, Level.TEST + 1), write(node.test, Level.TEST + 1)];
      return enclose(level > Level.TEST, `${body} if ${test} else ${write(node.orelse, Level.TEST)}`);
    }
    case 'Lambda': {
      const space = node.args.posonlyargs.length + node.args.args.length > 0 ? ' ' : '';
      return enclose(level > Level.TEST, `lambda${space}${writeParameters(node.args)}: ${write(node.body, Level.TEST)}`);
    }
    case 'NamedExpr':
      return enclose(level > Level.TUPLE, `${write(node.target, Level.ATOM)}:=${write(node.value, Level.ATOM)}`);
    case 'ListComp':
      return `[${write(node.elt, Level.TEST)}${writeClauses(node.generators)}]`;
    case 'SetComp':
      return `{${write(node.elt, Level.TEST)}${writeClauses(node.generators)}}`;
    case 'GeneratorExp':
      return `(${write(node.elt, Level.TEST)}${writeClauses(node.generators)})`;
    case 'DictComp':
      return `{${write(node.key, Level.TEST)}: ${write(node.value, Level.TEST)}${writeClauses(node.generators)}}`;
    case 'JoinedStr':
      return `f${reprConstant(formatBody(node))}`;
    case 'FormattedValue':
      return writeReplacement(node);
    case 'Await':
      return enclose(level > Level.AWAIT, `await ${write(node.value, Level.ATOM)}`);
    case 'Yield':
      return node.value === null ? '(yield)' : `(yield ${write(node.value, Level.TEST)})`;
    case 'YieldFrom':
      return `(yield from ${write(node.value, Level.TEST)})`;
  }
}

function enclose(needed: boolean, text: string): string {
  return needed ? `(${text})` : text;
}

function list(items: readonly expr[]): string {
  return items.map((item) => write(item, Level.TEST)).join(', ');
}

function writeConstant(value: ConstantValue): string {
  if (Array.isArray(value)) {
    const items = (value as readonly ConstantValue[]).map(writeScalar);
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
  }
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'ellipsis') return '...';
  return writeScalar(value);
}

/** Infinity has no literal: it is written as a number that is too large. */
function writeScalar(value: ConstantValue): string {
  const text = reprConstant(value);
  const isFloat = typeof value === 'number' || (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'complex');
  return isFloat ? text.replaceAll('inf', '1e309') : text;
}

function writeTuple(items: readonly expr[], level: number): string {
  if (items.length === 0) return '()';
  return enclose(level > Level.TUPLE, list(items) + (items.length === 1 ? ',' : ''));
}

function writeItem(key: expr | null, value: expr): string {
  return key === null ? `**${write(value, EXPRESSION)}` : `${write(key, Level.TEST)}: ${write(value, Level.TEST)}`;
}

function writeSlice({ lower, upper, step }: Slice): string {
  const part = (node: expr | null): string => (node === null ? '' : write(node, Level.TEST));
  return `${part(lower)}:${part(upper)}${step === null ? '' : `:${part(step)}`}`;
}

function writeBinary(node: BinOp, level: number): string {
  const [symbol, own] = binaryOperators[node.op];
  const rightAssociative = node.op === 'Pow';
  const left = write(node.left, rightAssociative ? own + 1 : own);
  const right = write(node.right, rightAssociative ? own : own + 1);
  return enclose(level > own, `${left} ${symbol} ${right}`);
}

function writeArguments(args: readonly expr[], keywords: readonly keyword[]): string {
  if (args.length === 1 && keywords.length === 0 && args[0].nodeType === 'GeneratorExp') return write(args[0], Level.TEST);
  const named = keywords.map(({ arg, value }) => `${arg === null ? '**' : `${arg}=`}${write(value, Level.TEST)}`);
  return `(${[...args.map((value) => write(value, Level.TEST)), ...named].join(', ')})`;
}

function writeClauses(clauses: readonly comprehension[]): string {
  return clauses.map((clause) => {
    const conditions = clause.ifs.map((condition) => ` if ${write(condition, Level.TEST + 1)}`).join('');
    const keyword = clause.is_async ? 'async for' : 'for';
    return ` ${keyword} ${write(clause.target, Level.TUPLE)} in ${write(clause.iter, Level.TEST + 1)}${conditions}`;
  }).join('');
}

function writeParameters(args: arguments_): string {
  const positional = [...args.posonlyargs, ...args.args];
  const firstDefault = positional.length - args.defaults.length;
  const parts = positional.map((parameter, index) => {
    const value = index < firstDefault ? null : args.defaults[index - firstDefault];
    const slash = args.posonlyargs.length > 0 && index === args.posonlyargs.length - 1 ? ', /' : '';
    return writeParameter(parameter, value) + slash;
  });
  if (args.vararg !== null) parts.push(`*${writeParameter(args.vararg, null)}`);
  else if (args.kwonlyargs.length > 0) parts.push('*');
  args.kwonlyargs.forEach((parameter, index) => parts.push(writeParameter(parameter, args.kw_defaults[index])));
  if (args.kwarg !== null) parts.push(`**${writeParameter(args.kwarg, null)}`);
  return parts.join(', ');
}

function writeParameter({ arg: name, annotation }: arg, value: expr | null): string {
  const type = annotation === null ? '' : `: ${write(annotation, Level.TEST)}`;
  return `${name}${type}${value === null ? '' : `=${write(value, Level.TEST)}`}`;
}

// ---- f-strings

/** The text between the quotes, not yet escaped. */
function formatBody(node: JoinedStr): string {
  return node.values.map(formatPart).join('');
}

function formatPart(node: expr): string {
  switch (node.nodeType) {
    case 'Constant':
      return typeof node.value === 'string' ? node.value.replaceAll('{', '{{').replaceAll('}', '}}') : '';
    case 'JoinedStr':
      return write(node, Level.TEST);
    case 'FormattedValue':
      return writeReplacement(node);
    default:
      throw new Error(`unknown expression kind inside f-string: ${node.nodeType}`);
  }
}

/** `{value!r:format}` */
function writeReplacement({ value, conversion, format_spec }: FormattedValue): string {
  const text = write(value, Level.TEST + 1);
  const format = format_spec === null ? '' : `:${format_spec.nodeType === 'JoinedStr' ? formatBody(format_spec) : formatPart(format_spec)}`;
  const converted = conversion > 0 ? `!${String.fromCharCode(conversion)}` : '';
  return `{${text.startsWith('{') ? ' ' : ''}${text}${converted}${format}}`;
}

// ---- operators

const boolOperators: Readonly<Record<boolop, string>> = { And: ' and ', Or: ' or ' };
const unaryOperators: Readonly<Record<unaryop, string>> = { Invert: '~', Not: 'not ', UAdd: '+', USub: '-' };
const compareOperators: Readonly<Record<cmpop, string>> = {
  Eq: '==', NotEq: '!=', Lt: '<', LtE: '<=', Gt: '>', GtE: '>=', Is: 'is', IsNot: 'is not', In: 'in', NotIn: 'not in',
};
const binaryOperators: Readonly<Record<operator, readonly [symbol: string, level: number]>> = {
  Add: ['+', Level.ARITHMETIC], Sub: ['-', Level.ARITHMETIC], Mult: ['*', Level.TERM], MatMult: ['@', Level.TERM],
  Div: ['/', Level.TERM], Mod: ['%', Level.TERM], FloorDiv: ['//', Level.TERM], Pow: ['**', Level.POWER],
  LShift: ['<<', Level.SHIFT], RShift: ['>>', Level.SHIFT], BitOr: ['|', Level.BIT_OR], BitXor: ['^', Level.BIT_XOR],
  BitAnd: ['&', Level.BIT_AND],
};
