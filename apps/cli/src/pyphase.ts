// The entry of the bundle dist/pyphase.cjs.
import { writeSync } from 'node:fs';
import { pyphase } from './pyphase/main.ts';
import { writeAll } from './write-all.ts';

/** From bin/load.js. */
declare const onStart: { started(): void; lasting(): void };

onStart.started();
process.exitCode = pyphase(process.argv.slice(2), (text) => writeAll(1, text, writeSync), (text) => writeAll(2, text, writeSync));
