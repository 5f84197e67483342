// The entry of the bundle dist/pyphase.cjs.
import { writeSync } from 'node:fs';
import { isTerminal } from './host-node/terminal.ts';
import { pyphase } from './pyphase/main.ts';
import { writeAll } from './write-all.ts';

/** From bin/load.js. */
declare const onStart: { started(): void; lasting(): void };

onStart.started();
const write = (fd: 1 | 2) => (text: string): void => writeAll(fd, text, writeSync);
const colour = isTerminal(1) && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
void Promise.resolve(pyphase(process.argv.slice(2), write(1), write(2), { colour, bundle: __filename })).then((status) => (process.exitCode = status));
