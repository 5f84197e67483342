// Runs CPython's programs on a virtual machine and says where it differs.
import { HostError, type CodeObject, type Compile, type CreateVirtualMachine, type Host, type RunResult } from '@py/code';
import { readPyc } from '@py/pyc';
import { fromBase64 } from './base64.ts';
import { recorded } from './generated/programs.ts';
import type { RecordedProgram, Topic } from './program.ts';

/** One program with what CPython 3.12.7 made of it. */
export interface VmProgram {
  readonly topic: Topic;
  /** `closures/counter` */
  readonly name: string;
  /** Python text; its file is called `counter.py`. */
  readonly source: string;
  /** The file that CPython compiled it to. */
  readonly pyc: Uint8Array;
  /** What it prints. */
  readonly stdout: string;
  /** How it ends. */
  readonly result: RunResult;
}

/** What came of one program. */
export interface VmTestResult {
  readonly name: string;
  readonly passed: boolean;
  /** First line that differs, or the JavaScript error that stopped the VM; '' if passed. */
  readonly difference: string;
}

/** What to run, and how. */
export interface VmTestOptions {
  /** Only these parts of the language. Default: all. */
  readonly topics?: readonly Topic[];
  /** A front end to compile the sources with. Default: none, the recorded `.pyc` is run. */
  readonly compile?: Compile;
}

/** The programs of some topics (of all by default), the simplest topics first. */
export function vmPrograms(topics?: readonly Topic[]): VmProgram[] {
  return recorded.filter(({ topic }) => topics === undefined || topics.includes(topic)).map(decoded);
}

/** Runs programs, each on a virtual machine of its own, made over a host whose files can only be written to (descriptors 1 and 2). Throws nothing. */
export function runVmTests(create: CreateVirtualMachine, options: VmTestOptions = {}): VmTestResult[] {
  return vmPrograms(options.topics).map((program) => runVmTest(create, program, options.compile));
}

/** Runs one program: its output and its end must be CPython's. */
export function runVmTest(create: CreateVirtualMachine, program: VmProgram, compile?: Compile): VmTestResult {
  const output = new Output();
  let difference: string;
  try {
    const code = compile ? compile(program.source, { filename: fileName(program), mode: 'exec' }) : codeOf(program);
    const result = create({ host: output.host }).run(code, { argv: [fileName(program)] });
    difference = firstDifference(program.stdout, output.text(1)) || endDifference(program.result, result);
  } catch (error) {
    difference = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return { name: program.name, passed: difference === '', difference };
}

function decoded({ topic, case: name, source, pyc, stdout, stderr, status }: RecordedProgram): VmProgram {
  return { topic, name: `${topic}/${name}`, source, pyc: fromBase64(pyc), stdout, result: resultOf(stderr, status) };
}

/** A process that ends with a status but without a traceback raised SystemExit. */
function resultOf(stderr: string, status: number): RunResult {
  if (status === 0) return { kind: 'done' };
  if (stderr === '') return { kind: 'raised', type: 'SystemExit', traceback: '', exitCode: status };
  return { kind: 'raised', type: stderr.trimEnd().split('\n').at(-1)?.split(':')[0] ?? '', traceback: withoutSource(stderr) };
}

function codeOf({ pyc, name }: VmProgram): CodeObject {
  return readPyc(pyc, { path: name }).code;
}

function fileName({ name }: VmProgram): string {
  return `${name.slice(name.indexOf('/') + 1)}.py`;
}

/** A traceback without the lines of source in it, which a VM that has no files cannot show. */
function withoutSource(traceback: string): string {
  return traceback.split('\n').filter((line) => !line.startsWith('    ')).join('\n');
}

function firstDifference(expected: string, actual: string): string {
  const actualLines = actual.split('\n');
  const expectedLines = expected.split('\n');
  for (let line = 0; line < Math.max(actualLines.length, expectedLines.length); line++) {
    if (actualLines[line] !== expectedLines[line]) return `line ${line + 1}: expected ${shown(expectedLines[line])}, got ${shown(actualLines[line])}`;
  }
  return '';
}

function shown(line: string | undefined): string {
  return line === undefined ? 'nothing' : JSON.stringify(line);
}

function endDifference(expected: RunResult, actual: RunResult): string {
  if (expected.kind !== 'raised' || actual.kind !== 'raised') return expected.kind === actual.kind ? '' : `expected to end as ${endText(expected)}, got ${endText(actual)}`;
  if (expected.type !== actual.type) return `expected ${expected.type}, got ${actual.type}`;
  if (expected.exitCode !== actual.exitCode) return `expected exit code ${expected.exitCode}, got ${actual.exitCode}`;
  return expected.exitCode === undefined ? firstDifference(expected.traceback, withoutSource(actual.traceback)) : '';
}

function endText(result: RunResult): string {
  return result.kind === 'raised' ? `${result.kind} ${result.type}\n${result.traceback}` : result.kind;
}

/** A host that keeps what is written to it and has nothing else. */
class Output {
  private readonly written: { readonly fd: number; readonly bytes: Uint8Array }[] = [];

  get host(): Host {
    const write = (fd: number, bytes: Uint8Array): number => {
      this.written.push({ fd, bytes: bytes.slice() });
      return bytes.length;
    };
    const absent = (): never => {
      throw new HostError('ENOENT');
    };
    const closed = (): never => {
      throw new HostError('EBADF');
    };
    return { files: { getcwd: () => '/', open: absent, stat: absent, lstat: absent, readdir: absent, close: closed, read: closed, lseek: closed, fstat: closed, write } };
  }

  text(fd: number): string {
    return new TextDecoder().decode(joined(this.written.filter((piece) => piece.fd === fd).map((piece) => piece.bytes)));
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Universal JavaScript that the compiler's library does not declare. */
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };
