import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { root } from '../lib/files.ts';

const eslint = new ESLint({ cwd: root });

/** Rules that the text breaks if it stood in that file. */
async function broken(filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath });
  return result.messages.map((message) => message.ruleId ?? message.message);
}

describe('the one import rule', () => {
  it('lets a phase import its contracts', async () => {
    expect(await broken('packages/compiler/src/x.ts', "import '@py/ast';\nimport '@py/code';\nimport './y.ts';\n")).toEqual([]);
  });

  it.each([
    ['packages/parser/src/x.ts', '@py/tokenizer'],
    ['packages/parser/src/x.ts', '@py/code'],
    ['packages/ast/src/x.ts', '@py/code'],
    ['packages/vm/src/core/x.ts', '@py/compiler'],
    ['packages/modules/src/x.ts', '@py/python'],
    ['packages/compiler/src/x.ts', 'node:fs'],
    ['packages/python/src/x.ts', 'fs'],
    ['packages/symtable/src/x.ts', '../../parser/../packages/parser/src/index.ts'],
  ])('%s may not import %s', async (file, module) => {
    expect(await broken(file, `import '${module}';\n`)).toEqual(['no-restricted-imports']);
  });

  it('lets the glue and the modules import what they need', async () => {
    expect(await broken('packages/python/src/x.ts', "import '@py/vm';\nimport '@py/parser';\n")).toEqual([]);
    expect(await broken('packages/modules/src/x.ts', "import '@py/vm/native';\n")).toEqual([]);
  });
});

describe('other house rules', () => {
  it.each([
    ['no-restricted-globals', 'export const pid = (): number => process.pid;\n'],
    ['no-restricted-globals', 'export const now = (): number => performance.now();\n'],
    ['no-restricted-syntax', 'export default 1;\n'],
    ['no-restricted-syntax', 'let counter = 0;\nexport const next = (): number => ++counter;\n'],
    ['@typescript-eslint/no-explicit-any', 'export const x: any = 1;\n'],
    ['no-eval', "export const x: unknown = eval('1');\n"],
    ['no-new-func', "export const x: unknown = new Function('return 1');\n"],
    ['@typescript-eslint/naming-convention', 'export const é = 1;\n'],
  ])('%s', async (rule, text) => {
    expect(await broken('packages/vm/src/core/x.ts', text)).toEqual([rule]);
  });

  it("keeps CPython's own names", async () => {
    expect(await broken('packages/code/src/x.ts', 'export const co_consts = 1;\nexport function LOAD_CONST(): void {}\nexport function math_isqrt(): void {}\n')).toEqual([]);
  });
});
