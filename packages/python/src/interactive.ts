// The prompt, without the terminal: statements in, line by line. CPython 3.12: Python/pythonrun.c, PyRun_InteractiveOneObject; Lib/codeop.py.
import type { CodeObject } from '@py/code';
import { callMethod, PyBaseException, PyCode, type PyModule, runCode, strText, type PyValue, type VM } from '@py/vm/native';
import { codeOfSource } from './bridges/compile.ts';
import { isSyntaxError, issueWarning } from './bridges/errors.ts';
import { CompileFlag, compileSource, futureFlagsOf } from './pipeline.ts';
import { reportException, type ProgramEnd } from './program.ts';

/** What a line led to. */
export type LineResult =
  /** The statement is not complete yet: show the second prompt. */
  | { readonly kind: 'more' }
  /** It ran, or was wrong; either way the next one may come. */
  | { readonly kind: 'done' }
  /** It raised SystemExit. */
  | { readonly kind: 'exit'; readonly end: ProgramEnd };

/** One session in `__main__`. Futures that a statement imports stay in force. */
export class InteractiveSession {
  private readonly vm: VM;
  private lines: string[] = [];
  private flags = 0;

  constructor(vm: VM) {
    this.vm = vm;
    for (const [name, text] of [['ps1', '>>> '], ['ps2', '... ']]) if (vm.sysDict.getStr(name) === undefined) vm.sysDict.setStr(name, text);
  }

  /** `sys.ps1`, or `sys.ps2` inside a statement; an object there is asked for its text each time. */
  prompt(): string {
    const prompt = this.vm.sysDict.getStr(this.lines.length > 0 ? 'ps2' : 'ps1');
    try {
      return prompt === undefined ? '' : strText(this.vm, prompt);
    } catch (error) {
      if (error instanceof PyBaseException) return '';
      throw error;
    }
  }

  /** Takes a line, without its line end. */
  push(line: string): LineResult {
    this.lines.push(line);
    const source = this.lines.join('\n');
    if (this.lines.every((text) => /^\s*(#|$)/.test(text))) {
      this.lines = [];
      return { kind: 'done' };
    }
    if (!this.isComplete(source)) return { kind: 'more' };
    this.lines = [];
    return this.run(source);
  }

  /** The end of the input ends an unfinished statement, and where there is none the session. */
  end(): LineResult {
    if (this.lines.length === 0) return { kind: 'exit', end: { status: 0, interrupted: false } };
    const source = this.lines.join('\n');
    this.lines = [];
    return this.run(source);
  }

  /** No line came, but this exception: the user pressed Ctrl-C. An unfinished statement is forgotten. */
  failed(error: PyBaseException): void {
    this.lines = [];
    reportException(this.vm, error, true);
  }

  /** As codeop decides: complete if it compiles as it is, or if it is wrong however it goes on. */
  private isComplete(source: string): boolean {
    const flags = this.flags | CompileFlag.DONT_IMPLY_DEDENT | CompileFlag.ALLOW_INCOMPLETE_INPUT;
    if (this.compiles(source, flags) === 'yes') return true;
    return this.compiles(`${source}\n`, flags) === 'no';
  }

  private compiles(source: string, flags: number): 'yes' | 'no' | 'not yet' {
    try {
      compileSource(source, { filename: '<stdin>', mode: 'single', flags });
      return 'yes';
    } catch (error) {
      if (!isSyntaxError(error)) throw error;
      return error.message.includes('incomplete input') ? 'not yet' : 'no';
    }
  }

  private run(source: string): LineResult {
    const { vm } = this;
    try {
      const code = codeOfSource(vm, `${source}\n`, { filename: '<stdin>', mode: 'single', flags: this.flags, onWarning: (warning) => issueWarning(vm, warning) });
      this.flags |= futureFlagsOf(code);
      this.execute(code);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      if (error.cls.name === 'SystemExit') return { kind: 'exit', end: reportException(vm, error) };
      reportException(vm, error);
    }
    this.flush();
    return { kind: 'done' };
  }

  private execute(code: CodeObject): void {
    runCode(this.vm, new PyCode(code), (this.vm.modules.getStr('__main__') as PyModule).dict);
  }

  private flush(): void {
    for (const name of ['stdout', 'stderr']) {
      const stream = this.vm.sysDict.getStr(name) as PyValue;
      try {
        callMethod(this.vm, stream, 'flush');
      } catch (error) {
        if (!(error instanceof PyBaseException)) throw error;
      }
    }
  }
}
