// Runs a command of fixtures/tools or fixtures/options: the first line of NAME.in is its arguments (words, or a JSON array that may begin with
// VARIABLE=value), the rest its standard input.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What it printed and how it ended, without what differs between two installations of the same Python. */
export function runTool(command: readonly string[], script: string, cwd: string): string {
  const text = readFileSync(script, 'utf8');
  const end = text.indexOf('\n');
  const line = text.slice(0, end);
  const words = line.startsWith('[') ? (JSON.parse(line) as string[]) : line.split(' ');
  const variables = words.filter((word, index) => /^[A-Z0-9_]+=/.test(word) && words.slice(0, index).every((before) => /^[A-Z0-9_]+=/.test(before)));
  const args = words.slice(variables.length);
  const { stdout, stderr, status } = spawnSync(command[0], [...command.slice(1), ...args], {
    cwd, input: text.slice(end + 1), encoding: 'utf8', env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', COLUMNS: '80', ...Object.fromEntries(variables.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)])) },
  });
  return `${normalized(stdout, cwd)}--- standard error\n${normalized(stderr, cwd)}--- status ${status}\n`;
}

function normalized(text: string, cwd: string): string {
  return text
    .replaceAll(cwd, '<folder>')
    .replace(/(^|[\s"'(])[^\s"'(]*\/lib\/python3\.12\//gm, '$1<library>/')
    .replace(/ at 0x[0-9a-f]+/g, ' at 0x0')
    .replace(/in \d+\.\d+s$/gm, 'in 0.000s')
    .replace(/^[^\s]*\/(python3[.\d]*|py\.js): /gm, '<python>: ')
    .replace(/^(usage: )([^\s]*(python3[.\d]*|py\.js)|py) /gm, '$1<python> ')
    .replace(/^([^\s]*\/python3|py): /gm, '<python>: ');
}
