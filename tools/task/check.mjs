// npm run check: everything that `npm test` checks, except the tests.
import { runChecks } from './checks.mjs';
import { install } from './lib.mjs';

install();
const { passed, failed } = await runChecks();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
