import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Op, opcodeTables } from '../src/index.ts';

/** What CPython said to fixtures/opcode/facts.py. */
interface Facts {
  readonly opname: string[];
  readonly opmap: Record<string, number>;
  readonly allOpname: string[];
  readonly allOpmap: Record<string, number>;
  readonly lists: Record<'hasarg' | 'hasconst' | 'hasname' | 'hasjrel' | 'hasjabs' | 'haslocal' | 'hascompare' | 'hasfree' | 'hasexc', number[]>;
  readonly opargs: number[];
  /** Name → effects for jump None, True, False, one an oparg; null where CPython raises. */
  readonly effects: Record<string, (number | null)[][]>;
  readonly inlineCacheEntries: number[];
  readonly [other: string]: unknown;
}

const facts = JSON.parse(readFileSync(new URL('fixtures/opcode/facts.stdout', import.meta.url), 'utf8')) as Facts;
const table = opcodeTables['3.12'];

describe('the 3.12 opcode table', () => {
  it('has the names and numbers of module opcode, in its order', () => {
    expect(table.opname).toEqual(facts.opname);
    expect(Object.entries(table.opmap)).toEqual(Object.entries(facts.opmap));
    expect(table.allOpname).toEqual(facts.allOpname);
    const { allOpmap } = table;
    for (const [name, number] of Object.entries(facts.allOpmap)) expect([name, allOpmap[name]]).toEqual([name, number]);
    expect({ ...Op }).toEqual(allOpmap);
  });

  it('has the has… lists', () => {
    for (const [name, numbers] of Object.entries(facts.lists)) expect([name, table[name as keyof Facts['lists']]]).toEqual([name, numbers]);
  });

  it.each(['nbOps', 'cmpOp', 'intrinsic1', 'intrinsic2', 'specializations', 'pseudoOps', 'cacheFormat', 'haveArgument', 'minInstrumented', 'minPseudo', 'maxPseudo'] as const)(
    'has %s',
    (field) => {
      expect(table[field]).toEqual(facts[field]);
    },
  );

  it('has the inline cache sizes', () => {
    expect([...table.inlineCacheEntries]).toEqual(facts.inlineCacheEntries);
    expect(table.cacheWords[Op.LOAD_ATTR_SLOT]).toBe(table.inlineCacheEntries[Op.LOAD_ATTR]);
    expect(table.cacheWords[Op.INSTRUMENTED_CALL]).toBe(table.inlineCacheEntries[Op.CALL]);
  });

  it('leads specialised and instrumented forms back to the plain one', () => {
    for (const [family, forms] of Object.entries(table.specializations))
      for (const form of forms) expect(table.allOpname[table.baseOpcode[table.allOpmap[form]]]).toBe(family);
    expect(table.baseOpcode[Op.INSTRUMENTED_FOR_ITER]).toBe(Op.FOR_ITER);
    expect(table.baseOpcode[Op.LOAD_FAST]).toBe(Op.LOAD_FAST);
  });

  it('computes the stack effects of dis.stack_effect', () => {
    for (const [name, byJump] of Object.entries(facts.effects))
      byJump.forEach((effects, index) => {
        const ours = facts.opargs.map((oparg) => table.stackEffect(table.opmap[name], oparg, [undefined, true, false][index]));
        expect([name, ours.map((effect) => (Number.isNaN(effect) ? null : effect))]).toEqual([name, effects]);
      });
  });
});
