#!/usr/bin/env -S node --stack-size=3900 --max-optimized-bytecode-size=10000
require('./load.js').load('py');
