#!/usr/bin/env node
// The command py without a shell: for Windows, where npm's shim for bin/py.js would look for /bin/sh.
require('./load.js').load('py');
