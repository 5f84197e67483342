import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import type { NativeDef } from '../../core/native.ts';
import { native } from '../../core/native.ts';
import { typeOf } from '../../core/type.ts';
import { eofError, runtimeError, typeError } from '../../core/errors.ts';
import { isStr, jsText, strFromJS } from '../../core/text.ts';
import * as exceptions from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { None } from '../../objects/none.ts';
import { decodeBytes } from '../../objects/str-decode.ts';
import { encodeStr } from '../../objects/str-encode.ts';
import { getAttr } from '../../protocol/attribute.ts';
import { audit } from '../../protocol/audit.ts';
import { call, callMethod } from '../../protocol/call.ts';
import { asIndex } from '../../protocol/number.ts';
import { str } from '../../protocol/repr.ts';
import { isTrue } from '../../protocol/truth.ts';
import { isOnTerminal, readTerminalLine } from './read-line.ts';

/* `print` and `input` (CPython 3.12: Python/bltinmodule.c). */

function separator(name: string, value: PyValue | undefined, fallback: string): PyValue {
  if (value === undefined || value === None) return fallback;
  if (!isStr(value)) throw typeError(`${name} must be None or a string, not ${typeOf(value).tpName}`);
  return value;
}

function builtin_print(vm: VM, args: readonly PyValue[], sep: PyValue | undefined, end: PyValue | undefined, file: PyValue | undefined, flush: PyValue | undefined): PyValue {
  let target = file ?? None;
  if (target === None) {
    const stdout = vm.sysDict.getStr('stdout');
    if (stdout === undefined) throw runtimeError('lost sys.stdout');
    if (stdout === None) return None; // No console.
    target = stdout;
  }
  const between = separator('sep', sep, ' ');
  const last = separator('end', end, '\n');
  const write = getAttr(vm, target, 'write');
  for (const [i, arg] of args.entries()) {
    if (i > 0) call(vm, write, [between]);
    call(vm, write, [str(vm, arg)]);
  }
  call(vm, write, [last]);
  if (flush !== undefined && isTrue(vm, flush)) callMethod(vm, target, 'flush');
  return None;
}

/** Asks the stream for `fileno()`: is it descriptor `fd`? Whatever goes wrong means no. */
function hasDescriptor(vm: VM, stream: PyValue, fd: number): boolean {
  return quietly(() => asIndex(vm, callMethod(vm, stream, 'fileno'))) === fd;
}

/** What `run` gives, null if it raises. */
function quietly<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    return null;
  }
}

/** A line from `sys.stdin`; the prompt goes to `sys.stdout`. Where these are the terminal, `readline` may take over. */
function builtin_input(vm: VM, prompt: PyValue | undefined): PyValue {
  const stream = (name: string): PyValue => {
    const value = vm.sysDict.getStr(name);
    if (value === undefined || value === None) throw runtimeError(`input(): lost sys.${name}`);
    return value;
  };
  const stdin = stream('stdin');
  const stdout = stream('stdout');
  const stderr = stream('stderr');
  audit(vm, 'builtins.input', prompt ?? None);
  quietly(() => callMethod(vm, stderr, 'flush'));
  if (isOnTerminal(vm) && hasDescriptor(vm, stdin, 0) && hasDescriptor(vm, stdout, 1)) {
    const codecs = quietly(() => [stdin, stdout].flatMap((each) => ['encoding', 'errors'].map((name) => getAttr(vm, each, name))));
    if (codecs?.every(isStr) === true) return inputFromTerminal(vm, prompt, stdout, codecs.map(jsText));
  }
  if (prompt !== undefined) callMethod(vm, stdout, 'write', [str(vm, prompt)]);
  quietly(() => callMethod(vm, stdout, 'flush'));
  const line = callMethod(vm, stdin, 'readline');
  if (!isStr(line)) throw typeError('object.readline() returned non-string');
  const text = jsText(line);
  if (text === '') throw eofError('EOF when reading a line');
  return strFromJS(text.endsWith('\n') ? text.slice(0, -1) : text);
}

/** `codecs`: encoding and error handler of standard input, and those of standard output. */
function inputFromTerminal(vm: VM, prompt: PyValue | undefined, stdout: PyValue, [encoding, errors, outEncoding, outErrors]: readonly string[]): PyValue {
  quietly(() => callMethod(vm, stdout, 'flush'));
  const shown = prompt === undefined ? '' : str(vm, prompt);
  encodeStr(vm, shown, outEncoding, outErrors);
  const line = readTerminalLine(vm, jsText(shown).split('\0', 1)[0]); // A C string.
  if (line.length === 0) throw new PyBaseException(exceptions.EOFError, []);
  const result = decodeBytes(vm, line.subarray(0, line.at(-1) === 10 ? -1 : line.length), encoding, errors);
  audit(vm, 'builtins.input/result', result);
  return result;
}

export const printing: readonly NativeDef[] = [
  native("print(*args, sep=' ', end='\\n', file=None, flush=False)", builtin_print, 'Prints the values to a stream, or to sys.stdout by default.\n\n  sep\n    string inserted between values, default a space.\n  end\n    string appended after the last value, default a newline.\n  file\n    a file-like object (stream); defaults to the current sys.stdout.\n  flush\n    whether to forcibly flush the stream.'),
  native("input(prompt='', /)", builtin_input, 'Read a string from standard input.  The trailing newline is stripped.\n\nThe prompt string, if given, is printed to standard output without a\ntrailing newline before reading input.\n\nIf the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.\nOn *nix systems, readline is used if available.'),
];
