// What is in a tarball: licence, manifest, nothing that is not meant for strangers.
import { createPackageFromTarballData, checkPackage } from '@arethetypeswrong/core';
import { readFileSync } from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Tarball } from './tarballs.ts';

export function contentProblems({ name, manifest, files }: Tarball): string[] {
  const problems: string[] = [];
  if (!new TextDecoder().decode(files.get('LICENSE')).startsWith('MIT License')) problems.push('LICENSE is missing');
  if (!files.has('README.md')) problems.push('README.md is missing');
  if (name === '@py/stdlib' && !(files.has('NOTICE') && files.has('COPYING.python.txt'))) problems.push("NOTICE or LICENSE.python.txt, the licence of Python's library, is missing");
  if (name === '@py/sqlite' && !files.has('NOTICE')) problems.push('NOTICE, which says what is compiled into it, is missing');
  if (name === '@py/cli' && !files.has('dist/THIRD-PARTY-NOTICES.txt')) problems.push('dist/THIRD-PARTY-NOTICES.txt, the licences of what is bundled, is missing');
  for (const path of files.keys()) if (/(^|\/)(test|node_modules|fixtures)\/|\.(tsbuildinfo|cache|map)$|\.test\./.test(path) && !path.endsWith('.d.ts.map')) problems.push(`${path} is not meant for strangers`);
  if (JSON.stringify(manifest).includes('workspace:')) problems.push('package.json still says workspace:');
  return problems;
}

export async function publintProblems({ path, name }: Tarball): Promise<string[]> {
  const tarball = readFileSync(path);
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) as ArrayBuffer }, level: 'warning', strict: true });
  // The commands' bundles are function expressions that bin/load.js reads and runs; no loader of Node sees them.
  // And bin/py.js is a script for the shell first, which publint does not know as executable (`npx py` below shows that it is).
  const intended = ['FILE_INVALID_EXPLICIT_FORMAT', 'BIN_FILE_NOT_EXECUTABLE'];
  const wanted = messages.filter(({ code }) => !(name === '@py/cli' && intended.includes(code)));
  return wanted.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/** Resolution by Node's rules and by bundlers'. Older TypeScript settings (`node10`) know no `exports`; require() of a module is what Node itself does since 20.19. */
export async function typeProblems({ path }: Tarball): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(path))));
  if (!result.types) return ['no types'];
  return result.problems
    .filter((problem) => problem.kind !== 'CJSResolvesToESM')
    .filter((problem) => !('resolutionKind' in problem && problem.resolutionKind === 'node10') && !('entrypoint' in problem && String(problem.entrypoint).endsWith('.bin')))
    .map((problem) => JSON.stringify(problem));
}
