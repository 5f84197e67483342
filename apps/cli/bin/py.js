#!/usr/bin/env -S node --stack-size=3900
require('./load.js').load('py');
