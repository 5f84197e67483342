import {
  Attribute, Await, BinOp, BoolOp, Call, Compare, comprehension, Constant, Dict, DictComp, FormattedValue, GeneratorExp, IfExp, JoinedStr,
  keyword, Lambda, List, ListComp, NamedExpr, Set as SetNode, SetComp, Slice, Starred, Subscript, Tuple, UnaryOp, Yield, YieldFrom,
  type arguments_, type cmpop, type ConstantValue, type expr, type Span,
} from '@py/ast';
import { binary, frozenset, subscript, unary } from './arithmetic.ts';
import { foldFormat } from './format.ts';
import { isStr } from './text.ts';

/** Folds expressions. Every method gives the node itself if nothing in it changed. */
export abstract class ExpressionFolder {
  /** New nodes that have a scope, and what they stand for. */
  readonly origin = new Map<object, object>();
  private readonly debug: boolean;
  private readonly onInvertedBool: ((node: Span) => void) | undefined;
  /** Operands, callees and so on that wait for the innermost one; shared by all chains that are being folded. */
  private readonly chain: expr[] = [];

  constructor(debug: boolean, onInvertedBool: ((node: Span) => void) | undefined) {
    this.debug = debug;
    this.onInvertedBool = onInvertedBool;
  }

  protected abstract arguments(node: arguments_): arguments_;

  /** Notes what a new node stands for. */
  protected standsFor<T extends object>(node: T, original: object): T {
    this.origin.set(node, original);
    return node;
  }

  readonly expr = (node: expr): expr => {
    if (isLeaf(node)) return node;
    let inner = innerOf(node);
    if (inner === null) return this.unchained(node);
    if (isLeaf(inner)) return this.chained(node, inner);
    // `a.b(c)[d]` and `a + b + c` nest to the left, deeper than JavaScript's stack may be: they are unwound as a list.
    const { chain } = this;
    const bottom = chain.length;
    chain.push(node);
    for (let next = innerOf(inner); next !== null; next = innerOf(next)) {
      chain.push(inner);
      inner = next;
    }
    let folded = this.unchained(inner);
    while (chain.length > bottom) folded = this.chained(chain.pop()!, folded);
    return folded;
  };

  protected readonly optional = (node: expr | null): expr | null => (node === null ? null : this.expr(node));

  protected exprs(nodes: readonly expr[]): readonly expr[] {
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i];
      if (isLeaf(node)) continue;
      const folded = this.expr(node);
      if (folded !== node) return [...nodes.slice(0, i), folded, ...nodes.slice(i + 1).map(this.expr)];
    }
    return nodes;
  }

  /** A node whose inner one ({@link innerOf}) is folded already. */
  private chained(node: expr, inner: expr): expr {
    switch (node.nodeType) {
      case 'Attribute':
        return inner === node.value ? node : new Attribute(inner, node.attr, node.ctx, ...at(node));
      case 'Call': {
        const args = this.exprs(node.args);
        const keywords = mapped(node.keywords, this.keyword);
        return inner === node.func && args === node.args && keywords === node.keywords ? node : new Call(inner, args, keywords, ...at(node));
      }
      case 'BinOp': {
        const left = node.op === 'Pow' ? this.expr(node.left) : inner;
        const right = node.op === 'Pow' ? inner : this.expr(node.right);
        return foldBinOp(left === node.left && right === node.right ? node : new BinOp(left, node.op, right, ...at(node)));
      }
      case 'UnaryOp':
        return this.foldUnaryOp(inner === node.operand ? node : new UnaryOp(node.op, inner, ...at(node)));
      case 'Subscript': {
        const slice = this.expr(node.slice);
        const same = inner === node.value && slice === node.slice;
        return foldSubscript(same ? node : new Subscript(inner, slice, node.ctx, ...at(node)));
      }
      case 'IfExp': {
        const test = this.expr(node.test);
        const body = this.expr(node.body);
        return test === node.test && body === node.body && inner === node.orelse ? node : new IfExp(test, body, inner, ...at(node));
      }
      case 'Lambda': {
        const args = this.arguments(node.args);
        return args === node.args && inner === node.body ? node : this.standsFor(new Lambda(args, inner, ...at(node)), node);
      }
      case 'Await':
        return inner === node.value ? node : new Await(inner, ...at(node));
      default:
        return node;
    }
  }

  /** A node that {@link innerOf} gives nothing for. */
  private unchained(node: expr): expr {
    switch (node.nodeType) {
      case 'Name':
        return node.id === '__debug__' && node.ctx === 'Load' ? constant(this.debug, node) : node;
      case 'Tuple': {
        const elts = this.exprs(node.elts);
        return foldTuple(elts === node.elts ? node : new Tuple(elts, node.ctx, ...at(node)));
      }
      case 'List': {
        const elts = this.exprs(node.elts);
        return elts === node.elts ? node : new List(elts, node.ctx, ...at(node));
      }
      case 'Set': {
        const elts = this.exprs(node.elts);
        return elts === node.elts ? node : new SetNode(elts, ...at(node));
      }
      case 'Dict': {
        const keys = mapped(node.keys, this.optional);
        const values = this.exprs(node.values);
        return keys === node.keys && values === node.values ? node : new Dict(keys, values, ...at(node));
      }
      case 'Compare': {
        const left = this.expr(node.left);
        const comparators = foldSearched(node.ops, this.exprs(node.comparators));
        return left === node.left && comparators === node.comparators ? node : new Compare(left, node.ops, comparators, ...at(node));
      }
      case 'BoolOp': {
        const values = this.exprs(node.values);
        return values === node.values ? node : new BoolOp(node.op, values, ...at(node));
      }
      case 'JoinedStr': {
        const values = this.exprs(node.values);
        return values === node.values ? node : new JoinedStr(values, ...at(node));
      }
      case 'FormattedValue': {
        const value = this.expr(node.value);
        const spec = this.optional(node.format_spec);
        return value === node.value && spec === node.format_spec ? node : new FormattedValue(value, node.conversion, spec, ...at(node));
      }
      case 'ListComp':
      case 'SetComp':
      case 'GeneratorExp':
        return this.comprehension(node);
      case 'DictComp':
        return this.dictComp(node);
      case 'Starred': {
        const value = this.expr(node.value);
        return value === node.value ? node : new Starred(value, node.ctx, ...at(node));
      }
      case 'NamedExpr': {
        const value = this.expr(node.value);
        return value === node.value ? node : new NamedExpr(node.target, value, ...at(node));
      }
      case 'Yield': {
        const value = this.optional(node.value);
        return value === node.value ? node : new Yield(value, ...at(node));
      }
      case 'YieldFrom': {
        const value = this.expr(node.value);
        return value === node.value ? node : new YieldFrom(value, ...at(node));
      }
      case 'Slice': {
        const lower = this.optional(node.lower);
        const upper = this.optional(node.upper);
        const step = this.optional(node.step);
        return lower === node.lower && upper === node.upper && step === node.step ? node : new Slice(lower, upper, step, ...at(node));
      }
      default:
        return node;
    }
  }

  private foldUnaryOp(node: UnaryOp): expr {
    const { op, operand } = node;
    if (op === 'Not' && operand.nodeType === 'Compare' && operand.ops.length === 1) {
      // `not x in y` is `x not in y`, at the place of the comparison
      const opposite = opposites[operand.ops[0]];
      return opposite === undefined ? node : new Compare(operand.left, [opposite], operand.comparators, ...at(operand));
    }
    if (operand.nodeType !== 'Constant') return node;
    if (op === 'Invert' && typeof operand.value === 'boolean' && !this.mayInvertBool(node)) return node;
    return constantOr(node, unary(op, operand.value));
  }

  /** `~True` warns; where that is an error nothing is folded, and the program raises it when it runs. */
  private mayInvertBool(node: Span): boolean {
    try {
      this.onInvertedBool?.(node);
      return true;
    } catch {
      return false;
    }
  }

  protected readonly keyword = (node: keyword): keyword => {
    const value = this.expr(node.value);
    return value === node.value ? node : new keyword(node.arg, value, ...at(node));
  };

  private comprehension(node: ListComp | SetComp | GeneratorExp): expr {
    const elt = this.expr(node.elt);
    const generators = mapped(node.generators, this.generator);
    if (elt === node.elt && generators === node.generators) return node;
    const Class = node.nodeType === 'ListComp' ? ListComp : node.nodeType === 'SetComp' ? SetComp : GeneratorExp;
    return this.standsFor(new Class(elt, generators, ...at(node)), node);
  }

  private dictComp(node: DictComp): expr {
    const key = this.expr(node.key);
    const value = this.expr(node.value);
    const generators = mapped(node.generators, this.generator);
    if (key === node.key && value === node.value && generators === node.generators) return node;
    return this.standsFor(new DictComp(key, value, generators, ...at(node)), node);
  }

  private readonly generator = (node: comprehension): comprehension => {
    const target = this.expr(node.target);
    const iter = foldIterable(this.expr(node.iter));
    const ifs = this.exprs(node.ifs);
    return target === node.target && iter === node.iter && ifs === node.ifs ? node : new comprehension(target, iter, ifs, node.is_async);
  };
}

/** Nothing to fold here. */
function isLeaf(node: expr): boolean {
  return node.nodeType === 'Constant' || (node.nodeType === 'Name' && node.id !== '__debug__');
}

/** The one child by which expressions can nest without brackets, or null. */
function innerOf(node: expr): expr | null {
  switch (node.nodeType) {
    case 'Attribute':
    case 'Subscript':
    case 'Await':
      return node.value;
    case 'Call':
      return node.func;
    case 'BinOp':
      return node.op === 'Pow' ? node.right : node.left;
    case 'UnaryOp':
      return node.operand;
    case 'IfExp':
      return node.orelse;
    case 'Lambda':
      return node.body;
    default:
      return null;
  }
}

const opposites: Readonly<Partial<Record<cmpop, cmpop>>> = { Is: 'IsNot', IsNot: 'Is', In: 'NotIn', NotIn: 'In' };

function foldBinOp(node: BinOp): expr {
  const { left, op, right } = node;
  if (left.nodeType !== 'Constant') return node;
  if (op === 'Mod' && right.nodeType === 'Tuple' && isStr(left.value)) return foldFormat(node, left.value, right.elts) ?? node;
  if (right.nodeType !== 'Constant') return node;
  return constantOr(node, binary(op, left.value, right.value));
}

function foldSubscript(node: Subscript): expr {
  const { value, slice, ctx } = node;
  if (ctx !== 'Load' || value.nodeType !== 'Constant' || slice.nodeType !== 'Constant') return node;
  return constantOr(node, subscript(value.value, slice.value));
}

function foldTuple(node: Tuple): expr {
  return node.ctx === 'Load' ? constantOr(node, constants(node.elts)) : node;
}

/** What a loop goes over, or `in` searches, need not be changeable: a list becomes a tuple, a set of constants a frozenset. */
export function foldIterable(node: expr): expr {
  if (node.nodeType === 'List' && !node.elts.some(({ nodeType }) => nodeType === 'Starred')) {
    return constantOr(new Tuple(node.elts, node.ctx, ...at(node)), constants(node.elts));
  }
  if (node.nodeType !== 'Set') return node;
  const items = constants(node.elts);
  return constantOr(node, items && frozenset(items));
}

/** Only the last comparator is looked at. */
function foldSearched(ops: readonly cmpop[], comparators: readonly expr[]): readonly expr[] {
  const op = ops[ops.length - 1];
  if (op !== 'In' && op !== 'NotIn') return comparators;
  const last = comparators[comparators.length - 1];
  const folded = foldIterable(last);
  return folded === last ? comparators : [...comparators.slice(0, -1), folded];
}

/** The values, if all nodes are constants. */
function constants(nodes: readonly expr[]): ConstantValue[] | undefined {
  const values: ConstantValue[] = [];
  for (const node of nodes) {
    if (node.nodeType !== 'Constant') return undefined;
    values.push(node.value);
  }
  return values;
}

function constantOr(node: expr, value: ConstantValue | undefined): expr {
  return value === undefined ? node : constant(value, node);
}

function constant(value: ConstantValue, span: Span): Constant {
  return new Constant(value, null, ...at(span));
}

/** A node's place, as its class takes it. */
export function at(span: Span): [lineno: number, col_offset: number, end_lineno: number, end_col_offset: number] {
  return [span.lineno, span.col_offset, span.end_lineno, span.end_col_offset];
}

/** `items.map(change)`, or `items` itself if that changes none. */
export function mapped<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  for (let i = 0; i < items.length; i++) {
    const item = change(items[i]);
    if (item === items[i]) continue;
    const result = items.slice();
    result[i] = item;
    for (i++; i < result.length; i++) result[i] = change(result[i]);
    return result;
  }
  return items;
}
