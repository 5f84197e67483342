import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  co_lines,
  co_positions,
  codeFromJson,
  codeInfo,
  dis,
  disassemble,
  encodeExceptionTable,
  encodeLocationTable,
  exceptionEntries,
  findLabels,
  getInstructions,
  isCodeObject,
  jumpTarget,
  lineStarts,
  locationAt,
  locations,
  walkInstructions,
} from '../src/index.ts';
import type { CodeJson, CodeObject } from '../src/index.ts';

function fixture(path: string): string {
  return readFileSync(new URL(`fixtures/${path}`, import.meta.url), 'utf8');
}

function codeOf(name: string): CodeObject {
  return codeFromJson(JSON.parse(fixture(`dis/${name}.code.json`)) as CodeJson);
}

function withInner(code: CodeObject): CodeObject[] {
  return [code, ...code.co_consts.filter(isCodeObject).flatMap(withInner)];
}

const addressOf = (): string => '0x0';
const names = ['statements', 'constants', 'wide'];

describe('dis', () => {
  it.each(names)('prints what dis.dis prints: %s', (name) => {
    expect(dis(codeOf(name), { addressOf })).toBe(fixture(`dis/${name}.dis`));
  });

  it('shows inner code objects as deep as asked', () => {
    const code = codeOf('statements');
    expect(dis(code, { depth: 0 })).toBe(disassemble(code));
    expect(dis(code, { depth: 1 })).toContain('Disassembly of <code object Outer at 0x..., file "statements.py", line 41>');
    expect(dis(code, { depth: 1 })).not.toContain('Disassembly of <code object Inner');
  });

  it('refuses an argument outside its table, as CPython does', () => {
    expect(() => dis(codeOf('wide').replace({ co_consts: [] }))).toThrow(RangeError);
  });
});

/** What CPython said to fixtures/tables/tables.py. */
interface Described {
  readonly name: string;
  readonly lines: unknown[];
  readonly positions: unknown[];
  readonly info: string;
  readonly exceptions: unknown[];
  readonly line_starts: unknown[];
  readonly labels: number[];
  readonly caches: string;
  readonly current: string;
  readonly instructions: unknown[];
  readonly children: Described[];
}

describe('tables and views of a code object', () => {
  const flat = (described: Described): Described[] => [described, ...described.children.flatMap(flat)];
  const cases = flat(JSON.parse(fixture('tables/tables.stdout')) as Described);
  const codes = withInner(codeOf('statements'));

  it.each(cases.map((expected, index) => [expected.name, expected, codes[index]] as const))('%s', (_, expected, code) => {
    expect([...co_lines(code)]).toEqual(expected.lines);
    expect([...co_positions(code)].map((at) => [at.lineno, at.end_lineno, at.col_offset, at.end_col_offset])).toEqual(expected.positions);
    expect(codeInfo(code, { addressOf })).toBe(expected.info);
    expect(exceptionEntries(code.co_exceptiontable).map((entry) => [entry.start, entry.end, entry.target, entry.depth, entry.lasti])).toEqual(expected.exceptions);
    expect([...lineStarts(code)]).toEqual(expected.line_starts);
    expect(findLabels(code.co_code)).toEqual(expected.labels);
    expect(disassemble(code, { addressOf, showCaches: true })).toBe(expected.caches);
    expect(disassemble(code, { addressOf, lasti: 8 })).toBe(expected.current);
    const instructions = [...getInstructions(code, { addressOf, firstLine: 100 })].slice(0, 40);
    expect(instructions.map((at) => [at.opname, at.arg, at.argrepr, at.offset, at.starts_line, at.is_jump_target])).toEqual(expected.instructions);
  });
});

describe('writing tables', () => {
  const codes = names.flatMap((name) => withInner(codeOf(name)));

  it('gives the location table that the compiler wrote', () => {
    for (const code of codes) {
      const runs = [...locations(code)].map((range) => ({ ...range, units: (range.end - range.start) / 2 }));
      expect([code.co_qualname, encodeLocationTable(code.co_firstlineno, runs)]).toEqual([code.co_qualname, code.co_linetable]);
    }
  });

  it('gives the exception table that the compiler wrote', () => {
    for (const code of codes) expect(encodeExceptionTable(exceptionEntries(code.co_exceptiontable))).toEqual(code.co_exceptiontable);
    const far = [{ start: 2, end: 2_000_000, target: 90_000, depth: 70, lasti: true }];
    expect(exceptionEntries(encodeExceptionTable(far))).toEqual(far);
  });

  it('stops at the end of a damaged table', () => {
    const [code] = codes;
    const cut = code.replace({ co_linetable: Uint8Array.of(0xf0, 0x41), co_exceptiontable: Uint8Array.of(0x81, 0x42) });
    expect([...locations(cut)]).toEqual([]);
    expect(exceptionEntries(cut.co_exceptiontable)).toEqual([]);
  });
});

describe('walkInstructions', () => {
  it('joins EXTENDED_ARG, skips caches and knows where jumps go', () => {
    const loop = withInner(codeOf('wide'))[1];
    const instructions = [...walkInstructions(loop.co_code)];
    const starts = new Set(instructions.map(({ start }) => start));
    const targets = instructions.map((instruction) => jumpTarget(instruction)).filter((target) => target !== null);
    expect(targets.length).toBeGreaterThan(1);
    for (const target of targets) expect(starts).toContain(target);
    expect(instructions.some(({ start, offset, oparg }) => start === offset - 2 && oparg > 255)).toBe(true);
    expect(instructions[instructions.length - 1].next).toBe(loop.co_code.length);
  });

  it('locates an instruction', () => {
    const code = codeOf('statements');
    const [offset, line] = [...lineStarts(code)][3];
    expect(locationAt(code, offset).lineno).toBe(line);
    expect(locationAt(code, 1_000_000).lineno).toBeNull();
  });
});
