import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { waitFor } from '../../interpreter/schedule.ts';

/* A line from a terminal, for `input` and the prompt (CPython 3.12: Parser/myreadline.c). */

/** Reads a line with its line end after showing `prompt`; empty at the end of the input. Throws KeyboardInterrupt. */
export type LineReader = (vm: VM, prompt: string) => Uint8Array;

interface ReaderState {
  /** What `readline` has installed; null: the terminal edits its lines itself. */
  reader: LineReader | null;
  /** Bytes that came together with an earlier line. */
  ahead: Uint8Array;
}

const state = (vm: VM): ReaderState => vm.state('terminal lines', () => ({ reader: null, ahead: new Uint8Array(0) }));

/** Lets all lines from the terminal be read so: CPython's PyOS_ReadlineFunctionPointer. */
export function installLineReader(vm: VM, reader: LineReader): void {
  state(vm).reader = reader;
}

/** Can lines be edited: has `readline` been imported? */
export function hasLineReader(vm: VM): boolean {
  return state(vm).reader !== null;
}

/** Are descriptors 0 and 1 a terminal? */
export function isOnTerminal(vm: VM): boolean {
  const { files } = vm.host;
  return files?.isatty?.(0) === true && files.isatty(1);
}

/** A line, by the installed reader if there is a terminal to edit it on. CPython: PyOS_Readline. */
export function readTerminalLine(vm: VM, prompt: string): Uint8Array {
  const { reader } = state(vm);
  return reader !== null && isOnTerminal(vm) ? reader(vm, prompt) : readPlainLine(vm, prompt);
}

/** A line of a pipe, of a file, or as the terminal edits it; the prompt shows on standard error. CPython: PyOS_StdioReadline. */
function readPlainLine(vm: VM, prompt: string): Uint8Array {
  const lines = state(vm);
  writeHost(vm, 2, prompt);
  const pieces: Uint8Array[] = [];
  for (;;) {
    const { ahead } = lines;
    const end = ahead.indexOf(10);
    if (end >= 0) {
      pieces.push(ahead.subarray(0, end + 1));
      lines.ahead = ahead.slice(end + 1);
      break;
    }
    if (ahead.length > 0) pieces.push(ahead);
    lines.ahead = readDescriptor(vm, 0);
    if (lines.ahead.length === 0) break;
  }
  const line = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((at, piece) => (line.set(piece, at), at + piece.length), 0);
  return line;
}

/** What descriptor `fd` has; waits for the first byte, while other threads run and signals arrive. Empty at the end. */
export function readDescriptor(vm: VM, fd: number): Uint8Array {
  const { files } = vm.host;
  if (files === undefined) return new Uint8Array(0);
  const room = new Uint8Array(4096);
  const read = (): number | null => {
    try {
      const count = files.readNow === undefined ? files.read(fd, room) : files.readNow(fd, room);
      return typeof count === 'object' && count !== null ? 0 : count;
    } catch (error) {
      if ((error as Error | null)?.name === 'HostError') return 0;
      throw error;
    }
  };
  const count = read() ?? (waitFor(vm, { what: 'input', external: true, poll: (): PyValue | undefined => read() ?? undefined }) as number);
  return room.subarray(0, count);
}

/** Writes text to a descriptor of the host, whatever the program's streams are. */
export function writeHost(vm: VM, fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; ) {
    const count = vm.host.files?.write(fd, bytes.subarray(at));
    if (typeof count !== 'number' || count === 0) return;
    at += count;
  }
}

/** Universal JavaScript that the compiler's library does not declare. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
