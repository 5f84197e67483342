// Files and folders, in a fixed order.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const skipped = new Set(['node_modules', 'dist', '.git', '__pycache__']);

/** Paths of all files under a folder whose name ends so, sorted; installed, built and cached things left out. */
export function filesUnder(folder: string, ending: string): string[] {
  const result: string[] = [];
  if (!existsSync(folder)) return result;
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) result.push(...filesUnder(path, ending));
    } else if (entry.name.endsWith(ending)) {
      result.push(path);
    }
  }
  return result;
}

/** Names of the folders in a folder, sorted. */
export function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !skipped.has(entry.name)).map((entry) => entry.name).sort();
}

/** Folders of the workspace: `packages/*`, `apps/*`, `tools`. */
export function workspaceFolders(): string[] {
  return [...['packages', 'apps'].flatMap((parent) => foldersIn(join(root, parent)).map((name) => join(parent, name))), 'tools'];
}
