import { expect, test } from 'vitest';
import { searchParts } from '../src/objects/lifetime-parts.ts';

interface Node {
  readonly name: string;
}

/** The parts of a graph given by its edges, each with its names in order; null when the search gave up. */
function partsOf(edges: Readonly<Record<string, string>>, limit = 100): string[] | null {
  const nodes = new Map(Object.keys(edges).map((name) => [name, { name }]));
  const found: string[] = [];
  const heldBy = (node: object): object[] => [...edges[(node as Node).name]].map((name) => nodes.get(name) as Node);
  const gaveUp = searchParts(nodes.values(), heldBy, limit, (part) => {
    found.push([...part].map((node) => (node as Node).name).sort().join(''));
    return false;
  });
  return gaveUp ? null : found.sort();
}

test('objects that lead to each other are one part', () => {
  expect(partsOf({ a: 'b', b: 'c', c: '' })).toEqual(['a', 'b', 'c']);
  expect(partsOf({ a: 'b', b: 'a', c: 'a' })).toEqual(['ab', 'c']);
  expect(partsOf({ a: 'a' })).toEqual(['a']);
  expect(partsOf({ a: 'bd', b: 'c', c: 'b', d: 'e', e: 'fc', f: 'd' })).toEqual(['a', 'bc', 'def']);
  expect(partsOf({ a: 'b', b: 'c', c: 'd', d: 'be', e: 'a' })).toEqual(['abcde']);
});

test('a search ends at its limit, or when it is told to', () => {
  expect(partsOf({ a: 'b', b: 'c', c: '' }, 2)).toBe(null);
  expect(partsOf({ a: 'b', b: 'c', c: '' }, 3)).toEqual(['a', 'b', 'c']);
  const root = {};
  expect(searchParts([root], () => [], 10, (part) => part.has(root))).toBe(true);
});
