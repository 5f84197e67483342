// npm start [FILE ARGS…]: installs and builds what is missing, then runs the file with our `py`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildCommands, install, root } from './lib.mjs';

install();
buildCommands();
const result = spawnSync(process.execPath, [join(root, 'apps/cli/bin/py.js'), ...process.argv.slice(2)], { cwd: process.env.INIT_CWD ?? process.cwd(), stdio: 'inherit' });
if (result.signal) process.kill(process.pid, result.signal);
process.exitCode = result.status ?? 1;
