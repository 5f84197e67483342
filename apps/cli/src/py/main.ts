// The command py: as python3.12.
import { readFileSync } from 'node:fs';
import type { Host } from '@py/code';
import { createPython, type Program } from '@py/python';
import { PyBaseException } from '@py/vm/native';
import { isTerminal } from '../host-node/terminal.ts';
import { Attendant } from '../host-node/attendant.ts';
import { createNodeHost } from '../host-node/index.ts';
import { sqliteIn } from '../host-node/sqlite.ts';
import { readLibrary, type Installation } from '../installation.ts';
import { repl } from '../repl/repl.ts';
import { parseArguments, type Arguments } from './arguments.ts';
import { configure, FatalError } from './configure.ts';
import type { KeptStart } from './keep.ts';
import { coerceLocale } from './locale.ts';
import { runOnMachine } from './other-machine.ts';
import { withProgress } from './progress.ts';

/** What messages call the command. */
const name = 'py';

/** What the command needs of the process around it (bin/load.js). */
export interface Surroundings {
  readonly write: (fd: 1 | 2, text: string) => void;
  /** Called when Python has started, before the program runs. */
  readonly started: () => void;
  /** Called when the program has run for a while: it may be a long one. */
  readonly lasting: () => void;
}

/** Gives the exit status; null when the process shall end by SIGINT, as a shell expects of an interrupted program. `kept` is used if it fits. */
export function py(argv: readonly string[], installation: Installation, { write, started, lasting }: Surroundings, kept: KeptStart | null = null): number | null {
  const parsed = parseArguments(argv, name);
  if (parsed.ending) {
    write(1, parsed.ending.out);
    write(2, parsed.ending.err);
    return parsed.ending.status;
  }
  const args = parsed.arguments;
  let config;
  try {
    config = configure(args, process.env, installation.executable, [installation.executable, ...argv]);
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    write(2, `Fatal Python error: ${error.place}: ${error.message}\nPython runtime state: ${error.state}\n\n`);
    return 1;
  }
  const warning = coerceLocale(process.env, config.flags.ignore_environment > 0 ? undefined : process.env['PYTHONCOERCECLOCALE']);
  if (warning !== '') write(2, warning);
  try {
    if (args.vm !== undefined) return runOnMachine(args.vm, args, createNodeHost(installation.executable), write);
    const attendant = new Attendant(installation.attendant);
    const watch = new Stopwatch(lasting);
    const plainHost = watch.within({ ...createNodeHost(installation.executable, attendant), sqlite: sqliteIn(installation.sqlite) });
    const progress = withProgress(plainHost, args, process.env);
    const host = progress?.host ?? plainHost;
    const library = kept?.libraryAt(installation.library) ?? readLibrary(installation.library);
    const options = { config, library, prefix: installation.prefix, nativeDepthLimit: nativeDepth(), rehearse: false };
    const python = kept?.resume(host, options) ?? createPython(host, options);
    const terminal = isTerminal(0);
    const program = programOf(args, terminal);
    const banner = program.kind === 'prompt' && config.flags.quiet === 0 ? bannerText(python.eval('__import__("sys").version + " on " + __import__("sys").platform') as string) : null;
    if (banner !== null) write(2, banner);
    started();
    watch.start();
    attendant.programBegins();
    const variables = config.flags.ignore_environment > 0 ? {} : process.env;
    const { status, interrupted } = python.main(program, {
      name,
      prompt: (begin) => repl(python, { begin, environment: process.env, write }),
      startup: terminal ? variables['PYTHONSTARTUP'] : null,
      inspectAfter: () => (variables['PYTHONINSPECT'] ?? '') !== '',
    });
    progress?.end();
    attendant.release();
    return interrupted ? null : status;
  } catch (error) {
    write(2, `${bugReport(error)}\n`);
    return 70;
  }
}

/** Milliseconds for which a short program may compute: less than what optimising the loop costs. */
const shortProgram = 50;

/** Tells, once, when the program has run for a while. */
class Stopwatch {
  private startedAt = Infinity;
  private usedAtStart = 0;
  private readonly onLasting: () => void;

  constructor(onLasting: () => void) {
    this.onLasting = onLasting;
  }

  /** The host's signals are asked for now and then while Python runs. */
  within(host: Host): Host {
    const { signals } = host;
    return signals === undefined ? host : { ...host, signals: { ...signals, poll: () => (this.look(), signals.poll?.() ?? []) } };
  }

  start(): void {
    this.startedAt = Date.now();
    this.usedAtStart = process.cpuUsage().user;
  }

  private look(): void {
    if (Date.now() - this.startedAt < shortProgram || process.cpuUsage().user - this.usedAtStart < shortProgram * 1000) return;
    this.startedAt = Infinity;
    this.onLasting();
  }
}

/** Nested calls of Python code by built-in functions that JavaScript's stack is sure to hold: 380 were measured on Node's own, of 984 KB. */
function nativeDepth(): number {
  const option = process.execArgv.map((arg) => /^--stack[-_]size=(\d+)$/.exec(arg)).find((match) => match !== null);
  return Math.floor((Number(option?.[1] ?? 984) / 984) * 360);
}

/** What was thrown past everything is our fault, not the program's. */
function bugReport(error: unknown): string {
  const what = error instanceof Error ? error.stack : error instanceof PyBaseException ? `uncaught ${error.cls.name}: ${error.args.map(String).join(', ')}` : String(error);
  return `py: internal error: ${what}\nThis is a bug of py, not of your program. Please report it with the program, and with these lines.`;
}

/** A terminal as standard input, or -i, asks for the prompt. */
function programOf({ program, counts }: Arguments, terminal: boolean): Program {
  if (program.kind !== 'stdin') return program;
  return terminal || counts.has('i') ? { kind: 'prompt' } : { kind: 'stdin', source: readFileSync(0) };
}

function bannerText(version: string): string {
  return `Python ${version}\nType "help", "copyright", "credits" or "license" for more information.\n`;
}
