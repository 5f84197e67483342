import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PySyntaxError, PySyntaxWarning } from '@py/ast';
import { parse } from '@py/parser';
import { buildSymbolTable } from '@py/symtable';
import { tokenize } from '@py/tokenizer';
import { compile } from '../src/index.ts';

const fixtures = new URL('fixtures/', import.meta.url);

interface Recorded {
  readonly error: Record<string, unknown> | null;
  readonly warnings: readonly Record<string, unknown>[];
}

/** What CPython 3.12.7 raises and warns, recorded by `pnpm record`, and what we do. */
describe.each(['errors', 'warnings'])('%s', (topic) => {
  const cases = readdirSync(new URL(`${topic}/`, fixtures)).filter((name) => name.endsWith('.py'));
  it.each(cases)('%s', (filename) => {
    // Of `~True` CPython warns in the name of whoever called compile().
    const expected = inNameOf(filename, JSON.parse(readFileSync(new URL(`${topic}/${filename.replace(/py$/, 'errors.json')}`, fixtures), 'utf8')) as Recorded);
    expect(outcome(filename, readFileSync(new URL(`${topic}/${filename}`, fixtures)))).toEqual(expected);
  });
});

function inNameOf(filename: string, { error, warnings }: Recorded): Recorded {
  return { error, warnings: warnings.map((warning) => (String(warning['message']).startsWith('Bitwise') ? { ...warning, filename, lineno: 1 } : warning)) };
}

function outcome(filename: string, source: Uint8Array): Recorded {
  const warnings: Record<string, unknown>[] = [];
  const onWarning = ({ category, message, lineno }: PySyntaxWarning): void => {
    warnings.push({ category, message, filename, lineno });
  };
  try {
    const tree = parse(tokenize(source, { filename }));
    compile(tree, buildSymbolTable(tree, { filename }), { onWarning });
  } catch (thrown) {
    const { pyClass, message, lineno, offset, end_lineno, end_offset, text } = thrown as PySyntaxError;
    return { error: { class: pyClass, msg: message, filename, lineno, offset, end_lineno, end_offset, text }, warnings };
  }
  return { error: null, warnings };
}
