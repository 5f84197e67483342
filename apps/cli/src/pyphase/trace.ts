// pyphase trace FILE: runs a program instruction by instruction and writes one JSON object a line (docs/cli.md has the format).
import type { CodeObject } from '@py/code';
import { createPython } from '@py/python';
import type { Library } from '@py/stdlib';
import {
  exceptionText, jsText, None, PyBaseException, PyCode, PyDict, PyFloat, PyList, PyModule, PySet, PyTuple, PyType, pushCode, reprText, Stepper, typeOf, type FrameView, type PyValue, type VM,
} from '@py/vm/native';
import { createNodeHost } from '../host-node/index.ts';

export interface TraceOptions {
  readonly code: CodeObject;
  readonly filename: string;
  /** `sys.argv`. */
  readonly argv: readonly string[];
  readonly library: Library;
  /** Instructions of the library's modules too. */
  readonly everything: boolean;
  /** Receives lines, each with its line end. */
  readonly write: (line: string) => void;
}

/** Gives the exit status: 1 if an exception ended the program. */
export function trace(options: TraceOptions): number {
  const { code, filename, write } = options;
  /** Output since the last instruction: a print writes in several pieces. */
  let said: { readonly stream: string; readonly text: string } | null = null;
  const line = (data: object): void => write(`${JSON.stringify(data)}\n`);
  const event = (data: object): void => {
    if (said !== null) line({ event: 'output', ...said });
    said = null;
    line(data);
  };
  const output = (stream: string) => (text: string): void => {
    if (said !== null && said.stream !== stream) line({ event: 'output', ...said });
    said = { stream, text: said?.stream === stream ? said.text + text : text };
  };
  const { vm } = createPython(createNodeHost(process.execPath), {
    library: options.library, config: { argv: options.argv }, stdout: output('stdout'), stderr: output('stderr'),
  });
  const main = vm.modules.getStr('__main__') as PyModule;
  main.dict.setStr('__file__', filename);
  const stepper = new Stepper(vm, () => pushCode(vm, new PyCode(code), main.dict, main.dict, null));
  let number = 0;
  try {
    for (let result = stepper.step(0); result.kind === 'paused'; result = stepper.step()) {
      number++;
      const [top] = result.frames;
      if (options.everything || top.filename === filename) event(instruction(vm, number, result.frames));
    }
    event({ event: 'end', instructions: number });
    return 0;
  } catch (error) {
    if (!(error instanceof PyBaseException)) throw error;
    event({ event: 'end', instructions: number, exception: error.cls.name, traceback: exceptionText(vm, error, error.traceback ?? None) });
    return 1;
  }
}

function instruction(vm: VM, step: number, frames: readonly FrameView[]): object {
  const [top] = frames;
  return {
    event: 'instruction', step, depth: frames.length, function: top.name, file: top.filename, line: top.lineno, offset: top.offset, opname: top.opname, arg: top.arg,
    stack: top.stack.map((value) => show(vm, value, 2)),
    locals: Object.fromEntries(variables(top).map(([name, value]) => [name, show(vm, value, 2)])),
  };
}

/** Local variables; at module level the globals that are not Python's own. */
function variables({ frame, locals }: FrameView): (readonly [string, PyValue | undefined])[] {
  if (locals.length > 0 || !(frame.locals instanceof PyDict)) return [...locals];
  return entries(frame.locals).map(([key, value]) => [typeof key === 'string' ? jsText(key) : '?', value] as const).filter(([name]) => !/^__\w+__$/.test(name));
}

function entries(dict: PyDict): [PyValue, PyValue][] {
  return dict.keys.flatMap((key, index) => (key === undefined ? [] : [[key, dict.values[index] as PyValue] as [PyValue, PyValue]]));
}

const most = 8;

/** A value as text. Nothing of the program's own runs for it: objects of its classes are shown by class. Null for no value. */
function show(vm: VM, value: PyValue | undefined, depth: number): string | null {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === None || value instanceof PyFloat) return shortened(reprText(vm, value));
  if (value instanceof PyType) return `<class '${value.name}'>`;
  if (value instanceof PyModule) return `<module>`;
  const type = typeOf(value);
  if (type.isHeapType) return `<${type.name} object>`;
  const list = (items: readonly PyValue[]): string => {
    if (depth === 0 && items.length > 0) return '…';
    return `${items.slice(0, most).map((item) => show(vm, item, depth - 1)).join(', ')}${items.length > most ? ', …' : ''}`;
  };
  if (value instanceof PyList) return `[${list(value.items)}]`;
  if (value instanceof PyTuple) return value.items.length === 1 ? `(${list(value.items)},)` : `(${list(value.items)})`;
  if (value instanceof PySet) return `${type.name}({${list(value.table.toArray())}})`;
  if (value instanceof PyDict) {
    const all = entries(value);
    if (depth === 0 && all.length > 0) return '{…}';
    return `{${all.slice(0, most).map(([key, item]) => `${show(vm, key, depth - 1)}: ${show(vm, item, depth - 1)}`).join(', ')}${all.length > most ? ', …' : ''}}`;
  }
  const safe = ['bytes', 'str', 'int', 'complex', 'range', 'slice', 'function', 'builtin_function_or_method', 'code', 'ellipsis'];
  return safe.includes(type.name) ? shortened(reprText(vm, value)) : `<${type.name} object>`;
}

function shortened(text: string): string {
  const plain = text.replace(/ at 0x[0-9a-f]+/g, '');
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}
