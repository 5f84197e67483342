// The interactive prompt: what `py` is without a file on a terminal, and after one with -i.
import { InteractiveSession, type ProgramEnd, type Python } from '@py/python';
import {
  call, callMethod, decodeBytes, getAttr, hasLineReader, importModule, isOnTerminal, isStr, jsText, native, None, PyBaseException, PyBuiltinFunction, PyFunction, PyModule, readTerminalLine, type PyValue, type VM,
} from '@py/vm/native';

export interface ReplOptions {
  /** Runs `sys.__interactivehook__`; to be called before the first line is read. */
  readonly begin: () => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly write: (fd: 1 | 2, text: string) => void;
}

/** Ends with the input, or when a statement exits. CPython 3.12: Python/pythonrun.c, PyRun_InteractiveLoop. */
export function repl({ vm }: Python, { begin, environment, write }: ReplOptions): ProgramEnd {
  const session = new InteractiveSession(vm);
  const colour = isOnTerminal(vm) && isColoured(environment) ? coloured : (prompt: string): string => prompt;
  withoutCompleter(vm, begin);
  for (;;) {
    let line: string | null;
    try {
      const prompt = session.prompt();
      line = nextLine(vm, hasLineReader(vm) ? colour(prompt) : prompt);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      write(2, '\n');
      session.failed(error);
      continue;
    }
    if (line === null) write(2, '\n');
    const result = line === null ? session.end() : session.push(line);
    if (result.kind === 'exit') return result.end;
  }
}

/** A line without its end, null at the end of the input. Throws Python exceptions: KeyboardInterrupt, what cannot be decoded. */
function nextLine(vm: VM, prompt: string): string | null {
  const bytes = readTerminalLine(vm, prompt);
  if (bytes.length === 0) return null;
  const stdin = vm.sysDict.getStr('stdin');
  const encoding = stdin === undefined ? '' : getAttr(vm, stdin, 'encoding');
  return jsText(decodeBytes(vm, bytes, isStr(encoding) ? jsText(encoding) : 'utf-8', 'strict')).replace(/\n$/, '');
}

/**
 * `begin` with site's hook, which imports rlcompleter: with all that it needs half a second or more before the first prompt. It finds an empty
 * module instead, and the real one is imported with the first Tab.
 */
function withoutCompleter(vm: VM, begin: () => void): void {
  const hook = vm.sysDict.getStr('__interactivehook__');
  const isSites = hook instanceof PyFunction && hook.code.code.co_qualname === 'enablerlcompleter.<locals>.register_readline';
  if (!isSites || vm.modules.getStr(completerModule) !== undefined) return begin();
  vm.modules.setStr(completerModule, new PyModule(completerModule));
  begin();
  vm.modules.deleteStr(completerModule);
  const readline = vm.modules.getStr('readline');
  if (readline !== undefined) callMethod(vm, readline, 'set_completer', [new PyBuiltinFunction(completeLater, null)]);
}

const completerModule = 'rlcompleter';

/** The import sets another completer, which does the work from then on. */
const completeLater = native('complete(text, state, /)', (vm: VM, text: PyValue, state: PyValue) => {
  importModule(vm, completerModule);
  const completer = callMethod(vm, vm.modules.getStr('readline') as PyValue, 'get_completer'); // It has called us.
  const isOther = !(completer instanceof PyBuiltinFunction && completer.def === completeLater);
  return isOther ? call(vm, completer, [text, state]) : None;
});

/** https://no-color.org */
function isColoured(environment: Readonly<Record<string, string | undefined>>): boolean {
  return !['dumb', 'cons25', 'emacs', ''].includes(environment['TERM'] ?? '') && !environment['NO_COLOR'] && environment['PYTHON_COLORS'] !== '0';
}

/** What stands between \x01 and \x02 takes no room, as readline has it. */
function coloured(prompt: string): string {
  return `\x01\x1b[1;35m\x02${prompt}\x01\x1b[0m\x02`;
}
