import { describe, expect, it } from 'vitest';
import { arguments_, Expression, Lambda, Module, Name, Pass, If, UnaryOp, type expr, type FunctionDef, type PySyntaxError, type stmt } from '@py/ast';
import { parse } from '@py/parser';
import { tokenize } from '@py/tokenizer';
import { buildSymbolTable, dumpSymbolTable, isFunctionLike, mangle, scopeOf } from '../src/index.ts';

const at = [1, 0, 1, 1] as const;
const name = (): expr => new Name('a', 'Load', ...at);

function nested(depth: number, wrap: (inner: expr) => expr): Expression {
  let tree = name();
  for (let i = 0; i < depth; i++) tree = wrap(tree);
  return new Expression(tree);
}

function classOf(make: () => unknown): string {
  try {
    make();
    return 'no error';
  } catch (error) {
    return (error as PySyntaxError).pyClass;
  }
}

describe('blocks', () => {
  const tree = parse(tokenize('def f[T: int](x):\n    return lambda: x\ntype A[T] = T\n'));
  const table = buildSymbolTable(tree, { filename: 'a.py' });

  it('are found by the nodes they belong to', () => {
    const [definition] = (tree as Module).body as [FunctionDef];
    expect(table.lookup(tree)).toBe(table.top);
    expect(table.lookup(definition)?.name).toBe('f');
    expect(table.lookup(definition.type_params)?.symbols.has('T')).toBe(true);
    expect(table.lookup(definition.type_params[0])?.symbols.has('int')).toBe(true);
    expect(table.lookup(definition.args)).toBeUndefined();
  });

  it('say what they and their names are', () => {
    const [parameters] = table.top.children;
    expect(isFunctionLike(table.top)).toBe(false);
    expect(isFunctionLike(parameters)).toBe(true);
    expect([scopeOf(table.top, 'f'), scopeOf(table.top, 'nothing')]).toEqual([1, 0]);
  });

  it('print as text', () => {
    expect(dumpSymbolTable(table)).toBe(
      [
        'module top, line 0',
        '  f  local           assigned',
        '  A  local           assigned',
        '  type parameter f, line 1',
        '    .defaults  local           parameter',
        '    T          local           type parameter, assigned',
        '    TypeVar bound T, line 1 (nested)',
        '      int  global implicit used',
        '    function f, line 1 (nested, returns a value)',
        '      x  cell            parameter',
        '      function lambda, line 2 (nested)',
        '        x  free            used',
        '  type parameter A, line 3',
        '    T  cell            type parameter, assigned',
        '    type alias A, line 3 (nested)',
        '      T  free            used',
        '',
      ].join('\n'),
    );
  });
});

describe('futures', () => {
  it('from outside postpone annotations too', () => {
    const tree = parse(tokenize('x: y = 1\n'));
    expect(buildSymbolTable(tree).top.symbols.has('y')).toBe(true);
    expect(buildSymbolTable(tree, { future: 0x1000000 }).top.symbols.has('y')).toBe(false);
  });

  it('are told with their place', () => {
    const { features, location } = buildSymbolTable(parse(tokenize('"doc"\nfrom __future__ import annotations\n'))).future;
    expect([features, location.lineno]).toEqual([0x1000000, 2]);
  });
});

describe('mangle', () => {
  it('follows the class', () => {
    expect(mangle('C', '__x')).toBe('_C__x');
    expect(mangle('__C', '__x')).toBe('_C__x');
    expect(mangle('C', '__x__')).toBe('__x__');
    expect(mangle('C', '__a.b')).toBe('__a.b');
    expect(mangle('___', '__x')).toBe('__x');
    expect(mangle(null, '__x')).toBe('__x');
  });
});

describe('depth', () => {
  // CPython 3.12: the smallest size that compile() refuses in eval mode is 2996.
  const minus = (inner: expr): expr => new UnaryOp('USub', inner, ...at);

  it('ends where CPython ends', () => {
    expect(classOf(() => buildSymbolTable(nested(2995, minus)))).toBe('no error');
    expect(classOf(() => buildSymbolTable(nested(2996, minus)))).toBe('RecursionError');
  });

  it('of 100,000 is no trouble', () => {
    expect(classOf(() => buildSymbolTable(nested(100_000, minus)))).toBe('RecursionError');
  });

  it('of lambdas is that of their scopes', () => {
    const none = new arguments_([], [], null, [], [], null, []);
    expect(classOf(() => buildSymbolTable(nested(2900, (inner) => new Lambda(none, inner, ...at))))).toBe('no error');
  });

  it('of an elif chain counts, but costs no stack', () => {
    const chain = (length: number): Module => {
      let orelse: stmt[] = [];
      for (let i = 0; i < length; i++) orelse = [new If(name(), [new Pass(...at)], orelse, ...at)];
      return new Module(orelse, []);
    };
    expect(classOf(() => buildSymbolTable(chain(2995)))).toBe('no error');
    expect(classOf(() => buildSymbolTable(chain(2996)))).toBe('RecursionError');
  });
});
