// Python inside a program of yours: what it may do is what you hand to it.
import type { HostClock, RunResult } from '@py/code';
import { createMemoryFiles, createPython, type MemoryFiles } from '@py/python';
import type { Library } from '@py/stdlib';
import { defineModule, jsText, native, strFromJS, type NativeModule, type PyStr, type PyValue, type VM } from '@py/vm/native';

export interface SandboxOptions {
  /** The standard library, opened once; any number of sandboxes can share it. */
  readonly library: Library;
  /** Files that the program finds, by absolute path. Its working folder is /home. */
  readonly files?: Readonly<Record<string, string>>;
  /** What `host.ask(question)` answers; it may take its time. */
  readonly answer: (question: string) => string | Promise<string>;
  /** Receives the output while the program runs. */
  readonly print?: (text: string) => void;
}

export interface Sandbox {
  /** Everything printed so far, standard error included. */
  readonly output: string;
  /** The program's files as they are now. */
  readonly files: MemoryFiles;
  /** Runs a program, for `seconds` at most and with at most `instructions` instructions. JavaScript goes on meanwhile. */
  run(source: string, limits?: { readonly seconds?: number; readonly instructions?: number }): Promise<RunResult>;
  /** Stops the running program: it gets a KeyboardInterrupt. */
  stop(): void;
}

/** A Python that can compute, write to its own files and ask questions, and nothing else. */
export function createSandbox({ library, files: contents = {}, answer, print = () => {} }: SandboxOptions): Sandbox {
  let output = '';
  const write = (text: string): void => {
    output += text;
    print(text);
  };
  const files = createMemoryFiles(contents, { cwd: '/home' });
  const python = createPython({ files, clock, env: { HOME: '/home' } }, { library, modules: [hostModule(answer)], stdout: write, stderr: write });
  return {
    get output() {
      return output;
    },
    files,
    async run(source, { seconds, instructions } = {}) {
      const result = await python.runAsync(source, { filename: 'main.py', limits: { time: seconds === undefined ? undefined : seconds * 1000, fuel: instructions, onLimit: 'stop' } });
      if (result.kind === 'raised') write(result.traceback);
      return result;
    },
    stop: () => python.interrupt(),
  };
}

/** `import host`: functions written here, called from Python. This one waits for a promise; Python sees an ordinary call. */
function hostModule(answer: (question: string) => string | Promise<string>): NativeModule {
  const ask = (vm: VM, question: PyValue): PyValue =>
    vm.suspend({ what: 'host.ask()', start: async () => strFromJS(await answer(jsText(question as PyStr | string))) });
  return defineModule('host', { ask: native('ask(question, /)', ask, 'Asks the program around this one.') });
}

/** Works in Node and in browsers. Without a clock there is no time, and no limit of it. */
const clock: HostClock = {
  time: () => BigInt(Date.now()) * 1_000_000n,
  monotonic: () => BigInt(Math.round(performance.now() * 1e6)),
  sleep: (ns, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Number(ns / 1_000_000n));
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};
