// npm test: installs, builds, checks and runs all tests. The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './checks.mjs';
import { bin, buildCommands, environment, install, root } from './lib.mjs';

install();
buildCommands();
const checks = await runChecks();
const tests = runTests(process.argv.slice(2));
const failed = checks.failed + tests.failed;
console.log(`${checks.passed + tests.passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** All vitest tests, or those whose path contains an argument. A file that cannot be loaded counts as one failure. */
function runTests(filters) {
  const folder = mkdtempSync(join(tmpdir(), 'py-test-'));
  const report = join(folder, 'report.json');
  const result = spawnSync(bin('vitest'), ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, ...filters], { cwd: root, env: environment, stdio: ['ignore', 1, 2] });
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    const failures = numFailedTests + unloaded;
    return { passed: numPassedTests, failed: result.status !== 0 && failures === 0 ? 1 : failures };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
