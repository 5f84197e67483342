// How large each package is in a browser: minified by esbuild, compressed by brotli (quality 11).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from '../lib/files.ts';

/** Entry → the most it may weigh, in bytes. `own` leaves out the packages it depends on. */
export type Budgets = Readonly<Record<string, { readonly own: number; readonly total: number }>>;

export interface Size {
  readonly entry: string;
  readonly own: number;
  readonly total: number;
}

/** Entries as an application would import them together: what it takes to parse, to compile, to run. */
const combined: Readonly<Record<string, string>> = {
  'tokenize alone': "export { tokenize } from '@py/tokenizer';",
  'tokenizer + parser': "export { tokenize } from '@py/tokenizer'; export { parse } from '@py/parser';",
  'tokenizer … compiler': "export { tokenize } from '@py/tokenizer'; export { parse } from '@py/parser'; export { buildSymbolTable } from '@py/symtable'; export { compile } from '@py/compiler';",
};

/** Measures in a folder where everything is installed. */
export async function measureSizes(entries: readonly string[], folder: string): Promise<Size[]> {
  const sizes: Size[] = [];
  for (const entry of entries) {
    const source = `export * from '${entry}';`;
    const ownName = entry.split('/').slice(0, 2).join('/');
    sizes.push({ entry, own: await weight(source, folder, ownName), total: await weight(source, folder, null) });
  }
  for (const [entry, source] of Object.entries(combined)) {
    const total = await weight(source, folder, null);
    sizes.push({ entry, own: total, total });
  }
  return sizes;
}

/** With `only`, packages of ours other than that stay outside. */
async function weight(source: string, folder: string, only: string | null): Promise<number> {
  const result = await build({
    stdin: { contents: source, resolveDir: folder, loader: 'js' }, bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', write: false, logLevel: 'silent', legalComments: 'none',
    plugins: [{
      name: 'only',
      setup({ onResolve }) {
        onResolve({ filter: /^@py\// }, ({ path }) => (only !== null && path !== only && !path.startsWith(`${only}/`) ? { path, external: true } : undefined));
      },
    }],
  });
  return brotliCompressSync(result.outputFiles[0].contents).length;
}

/** What is over its budget, and what has none. */
export function sizeProblems(sizes: readonly Size[]): string[] {
  const budgets = JSON.parse(readFileSync(join(root, 'tools/packages/budgets.json'), 'utf8')) as Budgets;
  return sizes.flatMap(({ entry, own, total }) => {
    const budget = budgets[entry];
    if (!budget) return [`${entry}: no row in tools/packages/budgets.json (own ${own}, total ${total})`];
    return [own > budget.own ? `${entry}: ${own} bytes of its own, ${budget.own} allowed` : '', total > budget.total ? `${entry}: ${total} bytes in all, ${budget.total} allowed` : ''].filter((line) => line !== '');
  });
}

/** `12.3 KB` (1 KB is 1,000 bytes). */
export function kilobytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1000).toFixed(bytes < 1e5 ? 1 : 0)} KB`;
}
