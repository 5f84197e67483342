import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codeToJson } from '@py/code';
import { parse } from '@py/parser';
import { buildSymbolTable } from '@py/symtable';
import { tokenize } from '@py/tokenizer';
import { describe, expect, it } from 'vitest';
import { compile } from '../src/index.ts';

const root = fileURLToPath(new URL('fixtures/', import.meta.url));
const topics = Object.keys(JSON.parse(readFileSync(`${root}fixtures.json`, 'utf8')) as object);

/** CPython 3.12.7's code object of every case, recorded by `pnpm record`. */
describe.each(topics)('%s', (topic) => {
  const cases = readdirSync(root + topic).filter((name) => name.endsWith('.py'));
  it.each(cases)('%s', (name) => {
    const source = readFileSync(`${root}${topic}/${name}`);
    const optimize = Number(/^# record: .*optimize=(\d)/.exec(source.toString())?.[1] ?? 0) as 0 | 1 | 2;
    const tree = parse(tokenize(source));
    const code = compile(tree, buildSymbolTable(tree, { filename: name }), { optimize });
    const expected: unknown = JSON.parse(readFileSync(`${root}${topic}/${name.replace(/py$/, 'code.json')}`, 'utf8'));
    expect(sortFrozensets(codeToJson(code))).toEqual(sortFrozensets(expected));
  });
});

/** A frozenset has no order of its own. */
function sortFrozensets(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, item: unknown) =>
    key === 'frozenset' ? (item as unknown[]).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : item,
  );
}
