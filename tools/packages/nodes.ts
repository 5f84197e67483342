// Which Nodes to try packages with: the one that runs this, and a newer one from the registry.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.ts';
import { run } from './run.ts';

export interface NodeBinary {
  readonly version: string;
  readonly path: string;
}

const newer = '24';

/** The newer Node comes as an npm package that holds the binary; null where there is none for this machine. */
export async function newerNode(): Promise<NodeBinary | null> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, 'node_modules/.cache/py/node', newer);
  const path = join(folder, 'node_modules', name, 'bin/node');
  try {
    if (!existsSync(path)) {
      mkdirSync(folder, { recursive: true });
      await run(['npm', 'install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@${newer}`], folder);
    }
    return { version: (await run([path, '--version'], folder)).trim(), path };
  } catch {
    return null;
  }
}

export const thisNode: NodeBinary = { version: process.version, path: process.execPath };
