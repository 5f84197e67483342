// A virtual machine of one's own: what @py/code asks for, over closures instead of a loop with a switch.
import type { CodeObject, RunLimits, RunResult, VirtualMachine, VirtualMachineOptions } from '@py/code';
import { makeBuiltins } from './builtins.ts';
import { Machine } from './machine.ts';
import { exceptionClasses, PyException } from './values.ts';

/** The parts of the language that it runs as CPython does: topics of @py/vm-tests. */
export const claimedTopics = ['expressions', 'control', 'functions', 'closures', 'exceptions'] as const;

export function createVirtualMachine({ host, importer }: VirtualMachineOptions): VirtualMachine {
  const write = (text: string): void => void host.files?.write(1, new TextEncoder().encode(text));
  const run = (code: CodeObject, { limits = {} }: { readonly limits?: RunLimits } = {}): RunResult => {
    const machine = new Machine(makeBuiltins(write), importer, meter(limits));
    try {
      machine.runModule('__main__', code);
      return { kind: 'done' };
    } catch (error) {
      if (error instanceof Stop) return { kind: 'stopped', reason: error.reason };
      if (error instanceof PyException) return ended(error);
      throw error;
    }
  };
  return { run, runAsync: async (code, options) => run(code, options) };
}

/** Ends the run, whatever the program catches. */
class Stop extends Error {
  readonly reason: 'fuel' | 'time';
  constructor(reason: 'fuel' | 'time') {
    super(reason);
    this.reason = reason;
  }
}

/** Fuel here: jumps back and calls. Every limit ends the run; memory is not counted. */
function meter({ fuel = Infinity, time = Infinity }: RunLimits): () => void {
  const end = Date.now() + time;
  let used = 0;
  return () => {
    if (++used > fuel) throw new Stop('fuel');
    if (used % 1024 === 0 && Date.now() > end) throw new Stop('time');
  };
}

function ended(exception: PyException): RunResult {
  const type = exception.cls.name;
  if (exception.cls.isSubclassOf(exceptionClasses['SystemExit'])) {
    const [code = null] = exception.args;
    return { kind: 'raised', type, traceback: '', exitCode: code === null ? 0 : typeof code === 'bigint' ? Number(code) : 1 };
  }
  return { kind: 'raised', type, traceback: tracebackText(exception) };
}

function tracebackText(exception: PyException): string {
  const { cause, context, frames, cls, text } = exception;
  const before = cause ?? context;
  const earlier = before === null ? '' : `${tracebackText(before)}\n${cause ? 'The above exception was the direct cause of the following exception' : 'During handling of the above exception, another exception occurred'}:\n\n`;
  return `${earlier}Traceback (most recent call last):\n${frames.join('')}${cls.name}${text === '' ? '' : `: ${text}`}\n`;
}
