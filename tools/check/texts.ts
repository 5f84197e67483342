// Things that no file may contain, and how files are called.
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { root } from '../lib/files.ts';

interface TextRule {
  readonly what: string;
  readonly pattern: RegExp;
  readonly applies: (path: string) => boolean;
}

const isCode = (path: string): boolean => ['.ts', '.js', '.mjs'].includes(extname(path)) && !path.includes('/generated/');
const isTest = (path: string): boolean => path.endsWith('.test.ts');
/** Tables of names may hold any word. */
const isGenerated = (path: string): boolean => path.includes('/src/generated/');
/** The files whose business is to name what the others may not contain. */
const exempt = new Set(['tools/check/texts.ts', 'tools/check/lint.test.ts', 'eslint.config.js']);

const rules: readonly TextRule[] = [
  { what: 'a path of somebody’s machine', pattern: /(?<![\w.])\/(root|work|Users)\/[\w.]/, applies: (path) => path !== 'pnpm-lock.yaml' && !/\/fixtures\//.test(path) },
  { what: 'a test left out or alone', pattern: /\b(it|test|describe)\.(skip|only|todo)\b/, applies: isTest },
  { what: 'a silenced type error', pattern: /@ts-(ignore|nocheck|expect-error)/, applies: isCode },
  { what: 'an unfinished thing', pattern: /\b(TODO|FIXME|XXX)\b/, applies: (path) => isCode(path) && !isGenerated(path) },
];

export function textProblems(files: readonly string[]): string[] {
  const problems: string[] = [];
  for (const path of files) {
    if (exempt.has(path)) continue;
    if (isCode(path) && !/^[a-z0-9_.-]+$/i.test(basename(path))) problems.push(`${path}: file names are kebab-case, or CPython's`);
    if (!['.ts', '.js', '.mjs', '.json', '.md', '.py', '.yaml'].includes(extname(path)) && !path.startsWith('.ci/')) continue;
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    for (const rule of rules.filter((candidate) => candidate.applies(path))) {
      const line = lines.findIndex((text) => rule.pattern.test(withoutComment(text, path)));
      if (line >= 0) problems.push(`${path}:${line + 1}: ${rule.what}: ${lines[line].trim().slice(0, 100)}`);
    }
  }
  return problems;
}

/** Comments may talk about eval(); only whole-line ones are taken off. */
function withoutComment(line: string, path: string): string {
  return isCode(path) && /^\s*(\/\/|\*|\/\*)/.test(line) && !line.includes('@ts-') ? '' : line;
}
