import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codeToJson } from '@py/code';
import { parse } from '@py/parser';
import { buildSymbolTable } from '@py/symtable';
import { tokenize } from '@py/tokenizer';
import { describe, expect, it } from 'vitest';
import { compile } from '../src/index.ts';

const root = fileURLToPath(new URL('fixtures/', import.meta.url));
const recorded = Object.entries(JSON.parse(readFileSync(`${root}fixtures.json`, 'utf8')) as Record<string, string | readonly string[]>);
const topics = recorded.filter(([, record]) => record.includes('code')).map(([topic]) => topic);

/** CPython 3.12.7's code object of every case, recorded by `pnpm record`. */
describe.each(topics)('%s', (topic) => {
  const cases = readdirSync(root + topic).filter((name) => name.endsWith('.py'));
  it.each(cases)('%s', (name) => {
    const source = readFileSync(`${root}${topic}/${name}`);
    const [, settings] = /^# record: (.*)/.exec(source.toString()) ?? [];
    const optimize = Number(/optimize=(\d)/.exec(settings)?.[1] ?? 0) as 0 | 1 | 2;
    const mode = (/mode=(\w+)/.exec(settings)?.[1] ?? 'exec') as 'exec' | 'eval' | 'single';
    const tree = parse(tokenize(source, { mode }), { mode });
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
