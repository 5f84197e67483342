import type * as ast from './generated/nodes.ts';
import { reprConstant } from './repr.ts';
import { constantText, joinFString } from './unparse-strings.ts';

/** How strongly something binds, weakest first. CPython 3.12: Lib/ast.py, _Precedence. */
const NAMED = 1;
export const TUPLE = 2;
export const YIELD = 3;
export const TEST = 4;
const OR = 5;
const AND = 6;
const NOT = 7;
const CMP = 8;
const BOR = 9;
const ARITH = 13;
const TERM = 14;
const FACTOR = 15;
const POWER = 16;
const AWAIT = 17;
const ATOM = 18;

/** Deepest tree that can be printed: JavaScript's own stack ends not far beyond. */
const MAX_DEPTH = 1500;

/** Source text of an expression, in brackets if it binds less strongly than `level` asks. */
export function expressionText(node: ast.expr, level: number = TEST, depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError('the tree is nested too deeply to be printed');
  const inner = (child: ast.expr, childLevel: number = TEST): string => expressionText(child, childLevel, depth + 1);
  const bracketed = (own: number, text: string): string => (level > own ? `(${text})` : text);
  const list = (items: readonly ast.expr[]): string => items.map((item) => inner(item)).join(', ');
  const items = (elts: readonly ast.expr[]): string => (elts.length === 1 ? `${inner(elts[0]!)},` : list(elts));
  const clauses = (generators: readonly ast.comprehension[]): string => generators.map((one) => comprehensionText(one, depth + 1)).join('');
  switch (node.nodeType) {
    case 'Name':
      return node.id;
    case 'Constant':
      return (node.kind === 'u' ? 'u' : '') + constantText(node.value);
    case 'Attribute': {
      const isInt = node.value.nodeType === 'Constant' && (typeof node.value.value === 'bigint' || typeof node.value.value === 'boolean');
      return `${inner(node.value, ATOM)}${isInt ? ' ' : ''}.${node.attr}`;
    }
    case 'Call':
      return `${inner(node.func, ATOM)}(${argumentsText(node.args, node.keywords, depth + 1)})`;
    case 'Subscript': {
      const { slice } = node;
      const inside = slice.nodeType === 'Tuple' && slice.elts.length > 0 ? items(slice.elts) : inner(slice);
      return `${inner(node.value, ATOM)}[${inside}]`;
    }
    case 'Slice': {
      const step = node.step ? `:${inner(node.step)}` : '';
      return `${node.lower ? inner(node.lower) : ''}:${node.upper ? inner(node.upper) : ''}${step}`;
    }
    case 'Starred':
      return `*${inner(node.value, BOR)}`;
    case 'BinOp': {
      const [sign, own] = binaryOperators[node.op];
      const left = inner(node.left, node.op === 'Pow' ? own + 1 : own);
      return bracketed(own, `${left} ${sign} ${inner(node.right, node.op === 'Pow' ? own : own + 1)}`);
    }
    case 'UnaryOp': {
      const own = node.op === 'Not' ? NOT : FACTOR;
      return bracketed(own, unaryOperators[node.op] + inner(node.operand, own));
    }
    case 'BoolOp': {
      // Each value binds one step stronger than the one before, as in CPython.
      const own = node.op === 'And' ? AND : OR;
      const values = node.values.map((value, index) => inner(value, Math.min(own + 1 + index, ATOM)));
      return bracketed(own, values.join(node.op === 'And' ? ' and ' : ' or '));
    }
    case 'Compare': {
      const rest = node.ops.map((op, index) => ` ${comparisonOperators[op]} ${inner(node.comparators[index]!, BOR)}`);
      return bracketed(CMP, inner(node.left, BOR) + rest.join(''));
    }
    case 'IfExp':
      return bracketed(TEST, `${inner(node.body, OR)} if ${inner(node.test, OR)} else ${inner(node.orelse)}`);
    case 'Lambda': {
      const parameters = parametersText(node.args, depth + 1);
      return bracketed(TEST, `lambda${parameters === '' ? '' : ` ${parameters}`}: ${inner(node.body)}`);
    }
    case 'NamedExpr':
      return bracketed(NAMED, `${inner(node.target, ATOM)} := ${inner(node.value, ATOM)}`);
    case 'Await':
      return bracketed(AWAIT, `await ${inner(node.value, ATOM)}`);
    case 'Yield':
      return bracketed(YIELD, node.value ? `yield ${inner(node.value, ATOM)}` : 'yield');
    case 'YieldFrom':
      return bracketed(YIELD, `yield from ${inner(node.value, ATOM)}`);
    case 'Tuple':
      return node.elts.length === 0 ? '()' : bracketed(TUPLE, items(node.elts));
    case 'List':
      return `[${list(node.elts)}]`;
    case 'Set':
      return node.elts.length === 0 ? '{*()}' : `{${list(node.elts)}}`;
    case 'Dict': {
      const pairs = node.values.map((value, index) => {
        const key = node.keys[index];
        return key ? `${inner(key)}: ${inner(value)}` : `**${inner(value, BOR)}`;
      });
      return `{${pairs.join(', ')}}`;
    }
    case 'ListComp':
      return `[${inner(node.elt)}${clauses(node.generators)}]`;
    case 'SetComp':
      return `{${inner(node.elt)}${clauses(node.generators)}}`;
    case 'GeneratorExp':
      return `(${inner(node.elt)}${clauses(node.generators)})`;
    case 'DictComp':
      return `{${inner(node.key)}: ${inner(node.value)}${clauses(node.generators)}}`;
    case 'JoinedStr': {
      const parts = node.values.map((value) => ({ text: fieldText(value, false, depth + 1), isText: value.nodeType === 'Constant' }));
      return `f${joinFString(parts)}`;
    }
    case 'FormattedValue':
      return fieldText(node, false, depth);
  }
}

/** What stands in an f-string, or in the format of a field. */
function fieldText(node: ast.expr, isFormat: boolean, depth: number): string {
  switch (node.nodeType) {
    case 'JoinedStr':
      return node.values.map((value) => fieldText(value, isFormat, depth + 1)).join('');
    case 'Constant': {
      if (typeof node.value !== 'string') break;
      const text = node.value.replaceAll('{', '{{').replaceAll('}', '}}');
      return isFormat ? text.replace(/[\\'"]/g, '\\$&').replaceAll('\n', '\\n') : text;
    }
    case 'FormattedValue': {
      const value = expressionText(node.value, OR, depth + 1);
      const conversion = node.conversion === -1 ? '' : `!${String.fromCharCode(node.conversion)}`;
      const format = node.format_spec ? `:${fieldText(node.format_spec, true, depth + 1)}` : '';
      return `{${value.startsWith('{') ? ' ' : ''}${value}${conversion}${format}}`;
    }
  }
  throw new TypeError(`a ${node.nodeType} cannot stand inside an f-string`);
}

export function comprehensionText(node: ast.comprehension, depth = 0): string {
  const inner = (child: ast.expr, level: number): string => expressionText(child, level, depth + 1);
  const ifs = node.ifs.map((test) => ` if ${inner(test, OR)}`).join('');
  return ` ${node.is_async ? 'async ' : ''}for ${inner(node.target, TUPLE)} in ${inner(node.iter, OR)}${ifs}`;
}

/** The arguments of a call, or the bases of a class. */
export function argumentsText(args: readonly ast.expr[], keywords: readonly ast.keyword[], depth = 0): string {
  return [...args.map((arg) => expressionText(arg, TEST, depth)), ...keywords.map((keyword) => keywordText(keyword, depth))].join(', ');
}

export function keywordText(node: ast.keyword, depth = 0): string {
  return `${node.arg === null ? '**' : `${node.arg}=`}${expressionText(node.value, TEST, depth)}`;
}

/** The parameters of a function or lambda. */
export function parametersText(node: ast.arguments_, depth = 0): string {
  const value = (text: string, of: ast.expr | null | undefined): string => (of ? `${text}=${expressionText(of, TEST, depth)}` : text);
  const positional = [...node.posonlyargs, ...node.args];
  const undefaulted = positional.length - node.defaults.length;
  const parts: string[] = [];
  positional.forEach((arg, index) => {
    parts.push(value(parameterText(arg, depth), node.defaults[index - undefaulted]));
    if (index + 1 === node.posonlyargs.length) parts.push('/');
  });
  if (node.vararg || node.kwonlyargs.length > 0) parts.push(`*${node.vararg ? parameterText(node.vararg, depth) : ''}`);
  node.kwonlyargs.forEach((arg, index) => parts.push(value(parameterText(arg, depth), node.kw_defaults[index])));
  if (node.kwarg) parts.push(`**${parameterText(node.kwarg, depth)}`);
  return parts.join(', ');
}

export function parameterText(node: ast.arg, depth = 0): string {
  return node.annotation ? `${node.arg}: ${expressionText(node.annotation, TEST, depth)}` : node.arg;
}

export function patternText(node: ast.pattern, level: number = TEST, depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError('the tree is nested too deeply to be printed');
  const inner = (child: ast.pattern, childLevel: number = TEST): string => patternText(child, childLevel, depth + 1);
  const bracketed = (own: number, text: string): string => (level > own ? `(${text})` : text);
  switch (node.nodeType) {
    case 'MatchValue':
      return expressionText(node.value, TEST, depth + 1);
    case 'MatchSingleton':
      return reprConstant(node.value);
    case 'MatchSequence':
      return `[${node.patterns.map((item) => inner(item)).join(', ')}]`;
    case 'MatchMapping': {
      const pairs = node.patterns.map((item, index) => `${expressionText(node.keys[index]!, TEST, depth + 1)}: ${inner(item)}`);
      return `{${[...pairs, ...(node.rest === null ? [] : [`**${node.rest}`])].join(', ')}}`;
    }
    case 'MatchClass': {
      const named = node.kwd_attrs.map((attr, index) => `${attr}=${inner(node.kwd_patterns[index]!)}`);
      return `${expressionText(node.cls, ATOM, depth + 1)}(${[...node.patterns.map((item) => inner(item)), ...named].join(', ')})`;
    }
    case 'MatchStar':
      return `*${node.name ?? '_'}`;
    case 'MatchAs':
      if (node.name === null) return '_';
      return node.pattern ? bracketed(TEST, `${inner(node.pattern, BOR)} as ${node.name}`) : node.name;
    case 'MatchOr':
      return bracketed(BOR, node.patterns.map((item) => inner(item, BOR + 1)).join(' | '));
  }
}

/** Sign and strength of each operator. */
export const binaryOperators: Readonly<Record<ast.operator, readonly [string, number]>> = {
  BitOr: ['|', BOR], BitXor: ['^', BOR + 1], BitAnd: ['&', BOR + 2], LShift: ['<<', BOR + 3], RShift: ['>>', BOR + 3],
  Add: ['+', ARITH], Sub: ['-', ARITH], Mult: ['*', TERM], MatMult: ['@', TERM], Div: ['/', TERM], Mod: ['%', TERM], FloorDiv: ['//', TERM],
  Pow: ['**', POWER],
};

const unaryOperators: Readonly<Record<ast.unaryop, string>> = { Invert: '~', Not: 'not ', UAdd: '+', USub: '-' };

const comparisonOperators: Readonly<Record<ast.cmpop, string>> = {
  Eq: '==', NotEq: '!=', Lt: '<', LtE: '<=', Gt: '>', GtE: '>=', Is: 'is', IsNot: 'is not', In: 'in', NotIn: 'not in',
};
