// Every package as it would be published: a tarball each.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root, workspaceFolders } from '../lib/files.ts';
import { pnpm, run } from './run.ts';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly bin?: Readonly<Record<string, string>>;
  /** Of the packed manifest: `workspace:` is gone. */
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Tarball {
  readonly name: string;
  /** Folder in the repository. */
  readonly folder: string;
  readonly path: string;
  /** As it is in the tarball. */
  readonly manifest: Manifest;
  /** Path in the package → content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Folders of what is published, relative to the root (of this repository or of a copy). */
export function publishedFolders(base = root): string[] {
  return workspaceFolders().filter((folder) => !(JSON.parse(readFileSync(join(base, folder, 'package.json'), 'utf8')) as Manifest).private);
}

/** Packs what `pnpm publish` would send. Needs the packages built. */
export async function packAll(into: string, base = root): Promise<Tarball[]> {
  mkdirSync(into, { recursive: true });
  const tarballs: Tarball[] = [];
  for (const folder of publishedFolders(base)) {
    const output = await run([...pnpm, 'pack', '--pack-destination', into, '--json'], join(base, folder));
    const { filename } = JSON.parse(output.slice(output.indexOf('{'))) as { readonly filename: string };
    const files = readTar(gunzipSync(readFileSync(filename)));
    const manifest = JSON.parse(new TextDecoder().decode(files.get('package.json'))) as Manifest;
    tarballs.push({ name: manifest.name, folder, path: filename, manifest, files });
  }
  return tarballs;
}

/** Plain files of an npm tarball: `package/` is taken off. Long names come in pax headers. */
function readTar(tar: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (from: number, length: number): string => new TextDecoder().decode(tar.subarray(from, from + length)).replace(/\0.*$/s, '');
  let longName: string | null = null;
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = parseInt(text(at + 124, 12), 8);
    const type = text(at + 156, 1);
    const content = tar.subarray(at + 512, at + 512 + size);
    if (type === 'x') longName = /\d+ path=(.*)\n/.exec(new TextDecoder().decode(content))?.[1] ?? null;
    else {
      const prefix = text(at + 345, 155);
      const name: string = longName ?? (prefix === '' ? '' : `${prefix}/`) + text(at, 100);
      longName = null;
      if (type === '0' || type === '') files.set(name.replace(/^package\//, ''), content);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
