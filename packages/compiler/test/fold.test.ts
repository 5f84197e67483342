import { dump, walk, type FunctionDef, type Module } from '@py/ast';
import { parse } from '@py/parser';
import { buildSymbolTable } from '@py/symtable';
import { tokenize } from '@py/tokenizer';
import { describe, expect, it } from 'vitest';
import { fold, type FoldOptions } from '../src/fold.ts';
import { compile } from '../src/index.ts';

const read = (source: string): Module => parse(tokenize(source)) as Module;
const folded = (source: string, options: Partial<FoldOptions> = {}): string =>
  dump(fold(read(source), { optimize: 0, postponedAnnotations: false, ...options }).tree);

describe('fold', () => {
  it.each([
    ['-1', '1 - 2'],
    ["'ab'", "'a' + 'b'"],
    ['(1, (2, 3))', '(1, (1 + 1, 3))'],
    ['x not in (1, 2)', 'not x in [1, 2]'],
    ['x + 1 + 2', 'x + 1 + 2'],
    ["f'{x!s}: {y!r:>5}'", "'%s: %5r' % (x, y)"],
    ['(True, x)', '(__debug__, x)'],
  ])('gives the tree of %s for %s', (plain, source) => {
    // f-strings and constants made by folding: compared as code, which has no trace of how it was written
    const code = (text: string): unknown => {
      const tree = read(text);
      const { co_code, co_consts, co_names } = compile(tree, buildSymbolTable(tree));
      return [co_code, JSON.stringify(co_consts, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)), co_names];
    };
    expect(folded(source)).not.toBe('');
    expect(code(`r = ${source}`)).toEqual(code(`r = ${plain}`));
  });

  it('shares what did not change, and gives an unchanged tree itself', () => {
    const plain = read('def f(a):\n    return a\n');
    expect(fold(plain, { optimize: 0, postponedAnnotations: false }).tree).toBe(plain);
    const tree = read('def f(a):\n    return a\nx = 1 + 1\n');
    const before = dump(tree);
    const result = fold(tree, { optimize: 0, postponedAnnotations: false });
    expect((result.tree as Module).body[0]).toBe(tree.body[0]);
    expect(dump(tree)).toBe(before);
  });

  it('tells for which node with a scope a new one stands', () => {
    const tree = read('def f[T: (1, 2)](a=1 + 1):\n    return [x for x in [1, 2]]\n');
    const { tree: result, origin } = fold(tree, { optimize: 0, postponedAnnotations: false });
    const [before, after] = [tree.body[0] as FunctionDef, (result as Module).body[0] as FunctionDef];
    expect(origin.get(result)).toBe(tree);
    expect(origin.get(after)).toBe(before);
    expect(origin.get(after.type_params)).toBe(before.type_params);
    expect(origin.get(after.type_params[0])).toBe(before.type_params[0]);
    expect([...origin.values()].map((node) => ('nodeType' in node ? node.nodeType : 'type_params')).sort()).toEqual([
      'FunctionDef', 'ListComp', 'Module', 'TypeVar', 'type_params',
    ]);
  });

  it('leaves postponed annotations as they are written', () => {
    expect(folded('x: 1 + 1 = 1 + 1', { postponedAnnotations: true })).toBe(folded('x: 1 + 1 = 2', { postponedAnnotations: true }));
  });

  it('warns of ~True, which stays where the warning is an error', () => {
    const lines: number[] = [];
    const text = folded('x = ~True\ny = ~(not 0)', { onInvertedBool: ({ lineno }) => lines.push(lineno) });
    expect(lines).toEqual([1, 2]);
    expect(text).toBe(folded('x = -2\ny = -2'));
    const refuse = (): void => {
      throw new Error('DeprecationWarning');
    };
    expect(folded('x = ~True', { onInvertedBool: refuse })).toBe(dump(read('x = ~True')));
  });

  it.each([
    ['1 + 1 + …', `1${' + 1'.repeat(2500)}`],
    ['- - - …', `${'-'.repeat(2500)}1`],
    ['1 ** 1 ** …', `${'1 ** '.repeat(2500)}1`],
    ['a.b[0]() …', `(1 + 1)${'.a[1 - 1]()'.repeat(800)}`],
    ['1 if 1 else …', `${'1 + 1 if x else '.repeat(2500)}1 + 1`],
    ['if … elif …', `0\nif 1 + 1: pass\n${'elif 1 + 1: pass\n'.repeat(2500)}`],
  ])('folds %s without the JavaScript stack', (_, source) => {
    const operators = new Set<string>();
    const { tree } = fold(read(`x = ${source}`), { optimize: 0, postponedAnnotations: false });
    walk(tree, { BinOp: ({ op }) => void operators.add(op), UnaryOp: ({ op }) => void operators.add(op) });
    expect([...operators]).toEqual([]);
  });
});
