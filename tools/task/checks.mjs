// The checks that are not tests: each a command that must end with 0.
import { bin, pnpm, run } from './lib.mjs';

const tsx = [bin('tsx'), '--conditions=@py/source'];

const checks = [
  { name: 'build', command: [...pnpm, 'run', 'build', '--output-logs=errors-only'] },
  { name: 'generated files', command: [...tsx, 'tools/generate/main.ts', '--check'] },
  { name: 'types', command: [bin('tsc'), '-p', 'tsconfig.json'] },
  { name: 'lint', command: [bin('eslint'), '.', '--cache', '--cache-location', 'node_modules/.cache/eslint/'] },
  { name: 'documentation', command: [process.execPath, 'tools/task/api.mjs', '--check'] },
  { name: 'house rules', command: [...tsx, 'tools/check/main.ts'] },
];

/** Runs all, one after the other, saying how each went; gives the numbers. */
export async function runChecks() {
  const count = { passed: 0, failed: 0 };
  for (const { name, command } of checks) {
    const started = Date.now();
    const { ok, output } = await run(command[0], command.slice(1));
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
    if (!ok) console.log(output.trimEnd());
    count[ok ? 'passed' : 'failed']++;
  }
  return count;
}
