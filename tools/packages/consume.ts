// A package in somebody else's project: imported, required, compiled against, its README's example run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { foldersIn, root } from '../lib/files.ts';
import { readmeExample } from '../check/readme-example.ts';
import { run } from './run.ts';
import type { Tarball } from './tarballs.ts';

/** Entries that are JavaScript: `@py/vm`, `@py/vm/native`. */
export function entriesOf({ name, manifest }: Tarball): string[] {
  return Object.entries(manifest.exports ?? {}).filter(([, target]) => typeof target !== 'string').map(([entry]) => name + entry.slice(1));
}

/** Imports and, where this Node can, requires each entry: both must give the same names. */
export async function loadProblems(tarball: Tarball, folder: string, node: string): Promise<string[]> {
  const program = `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    for (const entry of ${JSON.stringify(entriesOf(tarball))}) {
      const names = Object.keys(await import(entry));
      if (names.length === 0) console.log(entry + ' exports nothing');
      if (!process.features.require_module) continue;
      const required = Object.keys(require(entry)).filter((name) => name !== '__esModule');
      if (names.join() !== required.join()) console.log(entry + ': require() gives other names than import');
    }
    ${JSON.stringify(Object.keys(tarball.manifest.exports ?? {}).filter((entry) => entry.endsWith('.bin')))}.forEach((entry) => require.resolve(${JSON.stringify(tarball.name)} + entry.slice(1)));
  `;
  writeFileSync(join(folder, 'load.mjs'), program);
  return lines(await run([node, '--no-warnings', 'load.mjs'], folder));
}

/** Compiles strictly against the declarations, which are checked too. */
export async function compileProblems(tarball: Tarball, folder: string): Promise<string[]> {
  writeFileSync(join(folder, 'use.ts'), entriesOf(tarball).map((entry, index) => `export * as entry${index} from '${entry}';\n`).join(''));
  const options = { strict: true, noEmit: true, skipLibCheck: false, module: 'NodeNext', moduleResolution: 'NodeNext', target: 'ES2022', lib: ['ES2023'], types: [], exactOptionalPropertyTypes: false };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['use.ts'] }));
  try {
    await run([process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder);
    return [];
  } catch (error) {
    return lines((error as Error).message).slice(2, 12);
  }
}

/** Packages that the README's example imports beside its own. */
export function exampleImports({ name, folder }: Tarball): string[] {
  const example = readmeExample(readFileSync(join(root, folder, 'README.md'), 'utf8'));
  const names = [...(example?.code ?? '').matchAll(/from '(@py\/[a-z-]+)/g)].map((match) => match[1]);
  return [...new Set(names)].filter((other) => other !== name);
}

/** The README in the tarball prints what it says. */
export async function exampleProblems({ files }: Tarball, folder: string, node: string): Promise<string[]> {
  const example = readmeExample(new TextDecoder().decode(files.get('README.md')));
  if (!example) return ['README.md has no ```ts block followed by a ```text block'];
  writeFileSync(join(folder, 'example.mjs'), transformSync(example.code, { loader: 'ts', format: 'esm' }).code);
  const printed = await run([node, 'example.mjs'], folder);
  return printed === example.printed ? [] : [`README.md says\n${example.printed}\nbut it prints\n${printed}`];
}

/** Packages that came along, ours and others'. */
export function installedPackages(folder: string): { readonly ours: string[]; readonly others: string[] } {
  const modules = join(folder, 'node_modules');
  const names = foldersIn(modules).filter((name) => !name.startsWith('.')).flatMap((name) => (name.startsWith('@') ? foldersIn(join(modules, name)).map((inner) => `${name}/${inner}`) : [name]));
  return { ours: names.filter((name) => name.startsWith('@py/')), others: names.filter((name) => !name.startsWith('@py/')) };
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
