import { isCodeObject } from './code-object.ts';
import type { CodeObject } from './code-object.ts';
import type { Constant } from './constants.ts';
import { exceptionEntries } from './exception-table.ts';
import type { ExceptionEntry } from './exception-table.ts';
import { co_positions, lineStarts } from './location-table.ts';
import type { Location } from './location-table.ts';
import { opcodeTables } from './opcode-table.ts';
import type { OpcodeTable, PythonVersion } from './opcode-table.ts';
import { reprCode, reprConstant } from './repr.ts';
import type { ReprOptions } from './repr.ts';

/** One line of a disassembly: `dis.Instruction`. EXTENDED_ARG and, on request, CACHE entries are instructions of their own. */
export interface Instruction {
  readonly opname: string;
  readonly opcode: number;
  /** Joined with the EXTENDED_ARGs before it; null where the opcode takes none. */
  readonly arg: number | null;
  /** What the argument stands for, or the argument; FORMAT_VALUE: the conversion's name or null, and whether there is a format. */
  readonly argval: Constant;
  readonly argrepr: string;
  /** In bytes. */
  readonly offset: number;
  /** The source line, if this instruction is the first of one. */
  readonly starts_line: number | null;
  readonly is_jump_target: boolean;
  /** Null where the location table has already ended. */
  readonly positions: Location | null;
}

/** What `getInstructions` gives. */
export interface InstructionOptions extends ReprOptions {
  readonly version?: PythonVersion;
  readonly showCaches?: boolean;
  /** Line to give to the first line of the source instead of `co_firstlineno`. */
  readonly firstLine?: number;
  /** Running code to show instead of `co_code`, with specialised opcodes and filled caches (`adaptive=True`). */
  readonly adaptiveCode?: (code: CodeObject) => Uint8Array;
}

/** What `dis` shows. */
export interface DisOptions extends InstructionOptions {
  /** Byte offset of the instruction to mark with `-->`. */
  readonly lasti?: number;
  /** How many levels of inner code objects to show; default all. */
  readonly depth?: number;
}

/**
 * The text that `dis.dis(code)` prints, inner code objects included. Throws RangeError where CPython raises IndexError: an
 * argument points outside its table.
 */
export function dis(code: CodeObject, options: DisOptions = {}): string {
  let text = disassemble(code, options);
  const depth = options.depth ?? Infinity;
  if (depth <= 0) return text;
  for (const constant of code.co_consts) {
    if (!isCodeObject(constant)) continue;
    text += `\nDisassembly of ${reprCode(constant, options)}:\n`;
    text += dis(constant, { ...options, depth: depth - 1, lasti: undefined });
  }
  return text;
}

/** The text that `dis.disassemble(code, lasti)` prints: this code object only. */
export function disassemble(code: CodeObject, options: DisOptions = {}): string {
  const table = opcodeTables[options.version ?? '3.12'];
  const lasti = options.lasti ?? -1;
  const bytes = options.adaptiveCode?.(code) ?? code.co_code;
  const handlers = exceptionEntries(code.co_exceptiontable);
  let lastLine = -Infinity;
  for (const [, line] of lineStarts(code)) lastLine = Math.max(lastLine, line + lineShift(code, options));
  const lineWidth = lastLine === -Infinity ? 0 : lastLine >= 1000 ? String(lastLine).length : 3;
  const lastOffset = bytes.length - 2;
  const offsetWidth = lastOffset >= 10000 ? String(lastOffset).length : 4;

  let text = '';
  for (const instruction of getInstructions(code, options)) {
    const { offset } = instruction;
    if (lineWidth > 0 && instruction.starts_line !== null && offset > 0) text += '\n';
    const cacheBytes = options.showCaches ? 0 : 2 * table.inlineCacheEntries[plainOpcode(instruction.opcode, table)];
    text += instructionLine(instruction, lineWidth, offset <= lasti && lasti <= offset + cacheBytes, offsetWidth);
  }
  return text + handlerLines(handlers);
}

function instructionLine(instruction: Instruction, lineWidth: number, current: boolean, offsetWidth: number): string {
  const { opname, arg, argrepr, offset, starts_line, is_jump_target } = instruction;
  const fields = [
    ...(lineWidth > 0 ? [String(starts_line ?? '').padStart(lineWidth)] : []),
    current ? '-->' : '   ',
    is_jump_target ? '>>' : '  ',
    String(offset).padStart(offsetWidth),
    opname.padEnd(20),
    ...(arg === null ? [] : [String(arg).padStart(5), ...(argrepr === '' ? [] : [`(${argrepr})`])]),
  ];
  return `${fields.join(' ').replace(pythonTrailingSpace, '')}\n`;
}

/** What `str.rstrip` takes away. An identifier cannot end in any of it, but a damaged name can. */
const pythonTrailingSpace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;

function handlerLines(handlers: readonly ExceptionEntry[]): string {
  if (handlers.length === 0) return '';
  const lines = handlers.map(({ start, end, target, depth, lasti }) => `  ${start} to ${end - 2} -> ${target} [${depth}]${lasti ? ' lasti' : ''}\n`);
  return `ExceptionTable:\n${lines.join('')}`;
}

/** The instructions of a code object as `dis.Bytecode` gives them. CPython 3.12: Lib/dis.py, _get_instructions_bytes. */
export function* getInstructions(code: CodeObject, options: InstructionOptions = {}): Generator<Instruction, void, undefined> {
  const table = opcodeTables[options.version ?? '3.12'];
  const bytes = options.adaptiveCode?.(code) ?? code.co_code;
  const shift = lineShift(code, options);
  const starts = new Map(lineStarts(code));
  const targets = new Set(findLabels(bytes, table));
  for (const { start, end, target } of exceptionEntries(code.co_exceptiontable)) if (start < end) targets.add(target);
  const positions = co_positions(code);
  const nextPosition = (): Location | null => positions.next().value ?? null;

  for (const { offset, opcode, arg } of unpackOpargs(bytes, table)) {
    const plain = plainOpcode(opcode, table);
    const line = starts.get(offset);
    const [argval, argrepr] = arg === null ? [null, ''] : describeArgument(code, plain, arg, offset, table, options);
    yield {
      opname: table.allOpname[opcode],
      opcode,
      arg,
      argval,
      argrepr,
      offset,
      starts_line: line === undefined ? null : line + shift,
      is_jump_target: targets.has(offset),
      positions: nextPosition(),
    };
    if (options.showCaches) yield* cacheInstructions(bytes, offset + 2, table.cacheFormat[table.opname[plain]] ?? {}, nextPosition);
    else for (let words = table.inlineCacheEntries[plain]; words > 0; words--) nextPosition();
  }
}

function* cacheInstructions(bytes: Uint8Array, first: number, fields: Readonly<Record<string, number>>, nextPosition: () => Location | null): Generator<Instruction, void, undefined> {
  let offset = first;
  for (const [name, words] of Object.entries(fields)) {
    let value = 0n;
    for (let index = words * 2 - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[offset + index] ?? 0);
    for (let word = 0; word < words; word++, offset += 2) {
      const argrepr = word === 0 ? `${name}: ${value}` : '';
      yield { opname: 'CACHE', opcode: 0, arg: 0, argval: null, argrepr, offset, starts_line: null, is_jump_target: false, positions: nextPosition() };
    }
  }
}

/** Value and text of an argument. */
function describeArgument(code: CodeObject, opcode: number, arg: number, offset: number, table: OpcodeTable, options: ReprOptions): readonly [Constant, string] {
  const number = BigInt(arg);
  switch (opcode >= table.minInstrumented ? '' : table.opargKind[opcode]) {
    case 'const': {
      const value = item(code.co_consts, arg);
      return [value, reprConstant(value, options)];
    }
    case 'name':
      return same(item(code.co_names, arg));
    case 'name>>1': {
      const name = item(code.co_names, arg >> 1);
      const before = table.opname[opcode] === 'LOAD_GLOBAL' ? 'NULL + ' : 'NULL|self + ';
      return [name, (arg & 1) === 1 && name !== '' ? before + name : name];
    }
    case 'name>>2': {
      const name = item(code.co_names, arg >> 2);
      return [name, (arg & 1) === 1 && name !== '' ? `NULL|self + ${name}` : name];
    }
    case 'local':
    case 'free':
      return same(item(code.co_localsplusnames, arg));
    case 'forward':
    case 'backward': {
      const target = labelOf(opcode, arg, offset, table);
      return [BigInt(target), `to ${target}`];
    }
    case 'compare':
      return same(item(table.cmpOp, arg >> 4));
    case 'nb_op':
      return [number, item(table.nbOps, arg)[1]];
    case 'intrinsic1':
      return [number, item(table.intrinsic1, arg)];
    case 'intrinsic2':
      return [number, item(table.intrinsic2, arg)];
  }
  switch (table.opname[opcode]) {
    case 'FORMAT_VALUE': {
      const conversion = [null, 'str', 'repr', 'ascii'][arg & 3];
      const withFormat = (arg & 4) !== 0;
      return [[conversion, withFormat], [conversion, withFormat ? 'with format' : null].filter((part) => part !== null).join(', ')];
    }
    case 'MAKE_FUNCTION':
      return [number, ['defaults', 'kwdefaults', 'annotations', 'closure'].filter((_, bit) => (arg & (1 << bit)) !== 0).join(', ')];
  }
  return [number, ''];
}

function same(name: string): readonly [string, string] {
  return [name, name];
}

function item<T>(table: readonly T[], index: number): T {
  // A negative index counts from the end: an argument of 2^31 and more wraps around.
  const at = index < 0 ? index + table.length : index;
  if (at < 0 || at >= table.length) throw new RangeError('tuple index out of range');
  return table[at];
}

/** `dis.findlabels`: byte offsets that some instruction jumps to, in order of the jumps. */
export function findLabels(co_code: Uint8Array, table: OpcodeTable = opcodeTables['3.12']): number[] {
  const labels = new Set<number>();
  for (const { offset, opcode, arg } of unpackOpargs(co_code, table)) {
    const plain = plainOpcode(opcode, table);
    const kind = plain >= table.minInstrumented ? '' : table.opargKind[plain];
    if (arg !== null && (kind === 'forward' || kind === 'backward')) labels.add(labelOf(plain, arg, offset, table));
  }
  return [...labels];
}

function labelOf(opcode: number, arg: number, offset: number, table: OpcodeTable): number {
  const distance = table.opargKind[opcode] === 'backward' ? -arg : arg;
  return offset + 2 + 2 * table.inlineCacheEntries[opcode] + 2 * distance;
}

/** CPython 3.12: Lib/dis.py, _unpack_opargs; an EXTENDED_ARG is given with what it has gathered so far. */
function* unpackOpargs(bytes: Uint8Array, table: OpcodeTable): Generator<{ offset: number; opcode: number; arg: number | null }, void, undefined> {
  const extendedArg = table.opmap['EXTENDED_ARG'];
  let extended = 0;
  for (let offset = 0; offset < bytes.length; ) {
    const opcode = bytes[offset];
    const plain = plainOpcode(opcode, table);
    let arg: number | null = null;
    if (takesArgument(plain, table)) {
      arg = extended | (bytes[offset + 1] ?? 0);
      extended = plain === extendedArg ? arg << 8 : 0;
    } else {
      extended = 0;
    }
    yield { offset, opcode, arg };
    offset += 2 + 2 * table.inlineCacheEntries[plain];
  }
}

/** An opcode without a name has no argument either. */
function takesArgument(opcode: number, table: OpcodeTable): boolean {
  return opcode >= table.haveArgument && opcode in table.opname && !table.opname[opcode].startsWith('<');
}

/** A specialised form's plain one. (Instrumented ones stay: `dis` knows them as opcodes of their own.) */
function plainOpcode(opcode: number, table: OpcodeTable): number {
  return opcode < table.minInstrumented ? table.baseOpcode[opcode] : opcode;
}

function lineShift(code: CodeObject, options: InstructionOptions): number {
  return options.firstLine === undefined ? 0 : options.firstLine - code.co_firstlineno;
}

/** The text of `dis.code_info(code)`, without a line end. */
export function codeInfo(code: CodeObject, options: ReprOptions = {}): string {
  const lines = [
    `Name:              ${code.co_name}`,
    `Filename:          ${code.co_filename}`,
    `Argument count:    ${code.co_argcount}`,
    `Positional-only arguments: ${code.co_posonlyargcount}`,
    `Kw-only arguments: ${code.co_kwonlyargcount}`,
    `Number of locals:  ${code.co_nlocals}`,
    `Stack size:        ${code.co_stacksize}`,
    `Flags:             ${prettyFlags(code.co_flags)}`,
  ];
  const list = (title: string, items: readonly string[]): void => {
    if (items.length === 0) return;
    lines.push(`${title}:`, ...items.map((text, index) => `${String(index).padStart(4)}: ${text}`));
  };
  list('Constants', code.co_consts.map((value) => reprConstant(value, options)));
  list('Names', code.co_names);
  list('Variable names', code.co_varnames);
  list('Free variables', code.co_freevars);
  list('Cell variables', code.co_cellvars);
  return lines.join('\n');
}

/** The flags that `dis` has names for. */
const flagNames: ReadonlyMap<number, string> = new Map([
  [1, 'OPTIMIZED'],
  [2, 'NEWLOCALS'],
  [4, 'VARARGS'],
  [8, 'VARKEYWORDS'],
  [16, 'NESTED'],
  [32, 'GENERATOR'],
  [64, 'NOFREE'],
  [128, 'COROUTINE'],
  [256, 'ITERABLE_COROUTINE'],
  [512, 'ASYNC_GENERATOR'],
]);

/** `dis.pretty_flags`: `OPTIMIZED, NEWLOCALS`; a flag without a name in hexadecimal. */
export function prettyFlags(co_flags: number): string {
  const names: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    const flag = 2 ** bit;
    if (Math.floor(co_flags / flag) % 2 === 1) names.push(flagNames.get(flag) ?? `0x${flag.toString(16)}`);
  }
  return names.length === 0 ? '0x0' : names.join(', ');
}
