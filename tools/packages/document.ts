// The size table of docs/packages.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.ts';
import { kilobytes, type Size } from './sizes.ts';

const file = join(root, 'docs/packages.md');
const [begin, end] = ['<!-- sizes: written by `pnpm check:packages --write` -->\n', '<!-- end of sizes -->'];

/** How far the document may be from what is measured before it must be written anew. */
const tolerance = 0.1;

/** Rewrites the table between the marks. */
export function writeSizes(sizes: readonly Size[]): void {
  const text = readFileSync(file, 'utf8');
  const rows = sizes.map(({ entry, own, total }) => `| \`${entry}\` | ${kilobytes(own)} | ${kilobytes(total)} |\n`);
  const table = `| | its own | with what it imports |\n|---|---|---|\n${rows.join('')}`;
  writeFileSync(file, `${text.slice(0, text.indexOf(begin) + begin.length)}${table}${text.slice(text.indexOf(end))}`);
}

/** Where the document is wrong by more than the tolerance. */
export function documentProblems(sizes: readonly Size[]): string[] {
  const text = readFileSync(file, 'utf8');
  return sizes.flatMap(({ entry, own, total }) => {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${entry}\` |`));
    if (!row) return [`docs/packages.md has no row for ${entry} (pnpm check:packages --write)`];
    const [, , ownText, totalText] = row.split('|').map((cell) => cell.trim());
    const wrong = [[ownText, own], [totalText, total]].some(([shown, bytes]) => Math.abs(bytesOf(shown as string) - (bytes as number)) > tolerance * (bytes as number));
    return wrong ? [`docs/packages.md: ${entry} is ${kilobytes(own)} and ${kilobytes(total)} by now (pnpm check:packages --write)`] : [];
  });
}

function bytesOf(text: string): number {
  return parseFloat(text) * (text.endsWith('MB') ? 1e6 : 1e3);
}
