import { describe, expect, it } from 'vitest';
import { damagedPrograms } from '../fuzz/damage.ts';
import { caseOptions } from '../oracle/fixtures.ts';
import { dataDifference, textDifference } from './difference.ts';
import { flattenMarshal } from './marshal.ts';

describe('the first difference', () => {
  it('is null for equal things', () => {
    expect(textDifference('abc', 'abc')).toBeNull();
    expect(dataDifference({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBeNull();
  });

  it('says where', () => {
    expect(textDifference('ab\ncd', 'ab\ncx')).toContain('at character 4 (line 2)');
    expect(dataDifference({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] })).toBe('.a[1].b: ours 2, CPython 3');
    expect(dataDifference([1], [1, 2])).toBe('.length: ours 1, CPython 2');
  });

  it('sees the order of keys', () => {
    expect(dataDifference({ a: 1, b: 2 }, { b: 2, a: 1 })).not.toBeNull();
  });
});

describe('marshal bytes without references', () => {
  // marshal.dumps(("ab", "ab")) with one object twice, and with two.
  const shared = Uint8Array.from([0xa9, 2, 0xda, 2, 97, 98, 0x72, 1, 0, 0, 0]);
  const apart = Uint8Array.from([0x29, 2, 0x5a, 2, 97, 98, 0x5a, 2, 97, 98]);

  it('are equal for equal objects', () => {
    expect(flattenMarshal(shared)).toBe(flattenMarshal(apart));
    expect(flattenMarshal(shared)).toBe(')2\n Z"ab"\n Z"ab"');
  });

  it('differ for others', () => {
    expect(flattenMarshal(Uint8Array.from([0x5a, 1, 97]))).not.toBe(flattenMarshal(Uint8Array.from([0x7a, 1, 97])));
    expect(() => flattenMarshal(Uint8Array.from([0x4e, 0x4e]))).toThrow('1 bytes left over');
  });
});

it('damages programs the same way for the same seed', () => {
  const corpus = [{ name: 'x', source: new TextEncoder().encode('def f(a, b):\n    return [a, (b)]\n\nprint(f(1, 2))\n') }];
  const texts = (seed: number): string[] => damagedPrograms(corpus, 50, seed).map(({ source }) => new TextDecoder().decode(source));
  expect(texts(1)).toEqual(texts(1));
  expect(texts(1)).not.toEqual(texts(2));
  expect(new Set(texts(1)).size).toBeGreaterThan(25);
});

describe('what a fixture records', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('is what its topic says', () => {
    expect(caseOptions(bytes('x = 1\n'), 'ast')).toEqual({ record: ['ast'] });
    expect(caseOptions(bytes('x = 1\n'), { record: ['code', 'dis'], optimize: 2 })).toEqual({ record: ['code', 'dis'], optimize: 2 });
  });

  it('or what its first line says', () => {
    expect(caseOptions(bytes('# record: ast, errors; mode=eval; optimize=1; native\n1'), 'tokens')).toEqual({ record: ['ast', 'errors'], mode: 'eval', optimize: 1, native: true });
  });
});
