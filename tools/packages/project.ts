// Empty projects in which packages are installed as strangers would install them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import type { Tarball } from './tarballs.ts';

/**
 * Makes a project and installs packages there from their tarballs. What they depend on of ours comes from tarballs too (none is in a registry yet, hence
 * the overrides); the rest comes from the registry.
 */
export async function makeProject(folder: string, wanted: readonly Tarball[], all: readonly Tarball[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = ({ path }: Tarball): string => `file:${path}`;
  const dependencies = Object.fromEntries(wanted.map((tarball) => [tarball.name, file(tarball)]));
  const overrides = Object.fromEntries(all.filter((tarball) => !wanted.includes(tarball)).map((tarball) => [tarball.name, file(tarball)]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'stranger', version: '1.0.0', private: true, type: 'module', dependencies, overrides }, null, 2));
  await run(['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline'], folder);
}
