// Each package.json against the table of imports, and the things that every package has.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: boolean | readonly string[];
  readonly description?: string;
  readonly engines?: { readonly node?: string };
  /** Conditions, or the path of a plain file. */
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly files?: readonly string[];
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Entries besides `"."`: the VM's for authors of native modules, the glue's front end without the VM, the packed library. */
const furtherEntries: Readonly<Record<string, readonly string[]>> = { '@py/python': ['./pipeline'], '@py/vm': ['./native'], '@py/parser': ['./unicode-names'], '@py/stdlib': ['./library.bin'] };

export function manifestProblems(folder: string, allowed: Readonly<Record<string, readonly string[] | 'all'>>): string[] {
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;
  const problems: string[] = [];
  const demand = (condition: boolean, what: string): void => {
    if (!condition) problems.push(`${path}: ${what}`);
  };
  const may = allowed[manifest.name];
  demand(may !== undefined, `${manifest.name} has no row in tools/check/imports.json`);
  const ours = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith('@py/'));
  if (Array.isArray(may)) {
    for (const name of ours) demand(may.includes(name), `${name} may not be a dependency (ARCHITECTURE.md)`);
    for (const name of may) demand(ours.includes(name), `${name} is missing among the dependencies (ARCHITECTURE.md)`);
  }
  for (const name of ours) demand(manifest.dependencies?.[name] === 'workspace:*', `${name} must be "workspace:*"`);
  demand(manifest.license === 'MIT', 'license must be MIT');
  demand(manifest.type === 'module', 'type must be "module"');
  demand(manifest.engines?.node === '>=20', 'engines.node must be ">=20"');
  demand((manifest.description ?? '').length > 20, 'needs a description');
  demand(manifest.publishConfig?.access === 'public' && manifest.publishConfig.provenance === true, 'publishConfig must be public, with provenance');
  demand((manifest.files ?? []).some((entry) => entry.startsWith('dist')), 'files must name what is published');
  if (folder.startsWith('packages')) {
    // Modules of built-in types register themselves while they load: @py/vm lists those that must not be dropped.
    demand(manifest.sideEffects === false || (manifest.name === '@py/vm' && Array.isArray(manifest.sideEffects)), 'sideEffects must be false');
    demand(existsSync(join(root, folder, 'src/index.ts')), 'src/index.ts is missing');
    for (const [entry, conditions] of Object.entries(manifest.exports ?? {})) {
      demand(entry === '.' || (furtherEntries[manifest.name] ?? []).includes(entry), `exports ${entry}, which is no entry of this package`);
      const order = Object.keys(conditions).join(' ');
      demand(typeof conditions === 'string' || order === '@py/source types default', `exports ${entry} must have @py/source, types, default, in this order`);
    }
  }
  const readme = join(root, folder, 'README.md');
  if (!existsSync(readme)) problems.push(`${folder}/README.md is missing`);
  else if (!/^# .+\n\n\S/.test(readFileSync(readme, 'utf8'))) problems.push(`${folder}/README.md must begin with its name and one sentence`);
  else if (!readFileSync(readme, 'utf8').includes('\n## Versions\n')) problems.push(`${folder}/README.md must say under "## Versions" what stays as it is`);
  return problems;
}
