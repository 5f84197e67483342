import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dump, unparse } from '@py/ast';
import type { PySyntaxError, PySyntaxWarning } from '@py/ast';
import { tokenize } from '@py/tokenizer';
import { parse } from '../src/index.ts';
import type { ParseMode } from '../src/index.ts';

const fixtures = new URL('fixtures/', import.meta.url);

/** Cases of a topic that have a recorded answer with this ending. */
function cases(topic: string, ending: string): string[] {
  return readdirSync(new URL(`${topic}/`, fixtures)).filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
}

function text(path: string): string {
  return readFileSync(new URL(path, fixtures), 'utf8');
}

/** Tokens and tree, as the pipeline makes them. */
function parseFixture(topic: string, name: string, warnings: PySyntaxWarning[] = []): ReturnType<typeof parse> {
  const source = readFileSync(new URL(`${topic}/${name}.py`, fixtures));
  const setting = (key: string): string | undefined => new RegExp(`^# record:.*\\b${key}=(\\w+)`).exec(source.toString('latin1'))?.[1];
  const mode = (setting('mode') ?? 'exec') as ParseMode;
  // Those of CPython: PyCF_TYPE_COMMENTS, PyCF_ALLOW_INCOMPLETE_INPUT, CO_FUTURE_BARRY_AS_BDFL.
  const flags = Number(setting('flags') ?? 0);
  const featureVersion = Number(setting('featureVersion') ?? 12);
  const onWarning = (warning: PySyntaxWarning): void => void warnings.push(warning);
  const tokens = tokenize(source, { filename: `${name}.py`, mode, featureVersion, typeComments: (flags & 0x1000) !== 0, onWarning });
  return parse(tokens, { mode, featureVersion, allowIncompleteInput: (flags & 0x4000) !== 0, barryAsFlufl: (flags & 0x400000) !== 0, onWarning });
}

describe.each(['trees', 'modes'])('%s', (topic) => {
  it.each(cases(topic, '.ast'))('%s', (name) => {
    expect(`${dump(parseFixture(topic, name), { include_attributes: true, indent: 1 })}\n`).toBe(text(`${topic}/${name}.ast`));
  });
});

// Each case is a program that prints the text of its own tree.
describe('unparse', () => {
  it.each(cases('unparse', '.stdout'))('%s', (name) => {
    expect(`${unparse(parseFixture('unparse', name))}\n`).toBe(text(`unparse/${name}.stdout`));
  });
});

interface RecordedError {
  readonly class: string;
  readonly msg: string;
  readonly filename?: string;
  readonly lineno?: number;
  readonly offset?: number;
  readonly end_lineno?: number;
  readonly end_offset?: number;
  readonly text?: string;
}

interface Recorded {
  readonly error: RecordedError | null;
  readonly warnings: readonly { readonly category: string; readonly message: string; readonly lineno: number }[];
}

function errorOf(run: () => unknown): RecordedError | null {
  try {
    run();
    return null;
  } catch (error) {
    const { name, pyClass, message, filename, lineno, offset, end_lineno, end_offset, text: line } = error as PySyntaxError;
    if (name !== 'PySyntaxError') throw error;
    if (!/^(Syntax|Indentation|Tab)Error$/.test(pyClass)) return { class: pyClass, msg: message };
    return { class: pyClass, msg: message, filename, lineno, offset, end_lineno: end_lineno!, end_offset: end_offset!, text: line! };
  }
}

describe.each(['errors', 'modes', 'warnings'])('%s', (topic) => {
  it.each(cases(topic, '.errors.json'))('%s', (name) => {
    const recorded = JSON.parse(text(`${topic}/${name}.errors.json`)) as Recorded;
    const warnings: PySyntaxWarning[] = [];
    expect(errorOf(() => parseFixture(topic, name, warnings))).toEqual(recorded.error);
    expect(warnings.map(({ category, message, lineno }) => ({ category, message, lineno }))).toEqual(
      recorded.warnings.map(({ category, message, lineno }) => ({ category, message, lineno })),
    );
  });
});

describe('the fixtures', () => {
  it('have an error each', () => {
    for (const name of cases('errors', '.errors.json')) {
      expect((JSON.parse(text(`errors/${name}.errors.json`)) as Recorded).error, name).not.toBeNull();
    }
  });
});
