import { co_lines, exceptionEntries, isCodeObject, jumpTarget, LocalKind, locations, opcodeTables, walkInstructions } from '@py/code';
import type { CodeObject, Constant, ExceptionEntry, OpcodeTable, PythonVersion, RawInstruction } from '@py/code';

/** Something in a code object that no compiler makes and that an interpreter may stumble over. */
export interface CodeProblem {
  /** `co_qualname` of the code object. */
  readonly code: string;
  /** Byte offset of the instruction, or null where the problem is not in one. */
  readonly offset: number | null;
  readonly message: string;
}

/**
 * Looks for everything in a code object (and those among its constants) that could make an interpreter read outside a table,
 * jump into the middle of an instruction or run out of stack. Gives every problem found, none for what CPython 3.12 compiles.
 */
export function verifyCode(code: CodeObject, options: { readonly version?: PythonVersion } = {}): CodeProblem[] {
  const table = opcodeTables[options.version ?? '3.12'];
  const problems: CodeProblem[] = [];
  const seen = new Set<CodeObject>();
  const pending = [code];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    new Verifier(next, table, problems).verify();
    pending.push(...codesIn(next.co_consts).reverse());
  }
  return problems;
}

/** Code objects among the constants, also inside tuples. */
function codesIn(constants: readonly Constant[]): CodeObject[] {
  const codes: CodeObject[] = [];
  const seen = new Set<readonly Constant[]>();
  const pending: (readonly Constant[])[] = [constants];
  for (let tuple = pending.pop(); tuple; tuple = pending.pop()) {
    if (seen.has(tuple)) continue;
    seen.add(tuple);
    for (const constant of tuple) {
      if (isCodeObject(constant)) codes.push(constant);
      else if (Array.isArray(constant)) pending.push(constant);
    }
  }
  return codes;
}

class Verifier {
  private readonly code: CodeObject;
  private readonly table: OpcodeTable;
  private readonly problems: CodeProblem[];
  /** By the offset at which a jump may arrive: the first EXTENDED_ARG. */
  private readonly instructions: Map<number, RawInstruction>;

  constructor(code: CodeObject, table: OpcodeTable, problems: CodeProblem[]) {
    this.code = code;
    this.table = table;
    this.problems = problems;
    this.instructions = new Map();
  }

  verify(): void {
    this.checkFields();
    this.checkInstructions();
    this.checkHandlers();
    this.checkLocations();
    this.checkStack();
  }

  private report(offset: number | null, message: string): void {
    this.problems.push({ code: this.code.co_qualname, offset, message });
  }

  private name(instruction: RawInstruction): string {
    return this.table.allOpname[instruction.opcode] ?? `<${instruction.opcode}>`;
  }

  // Tables and arguments

  private checkFields(): void {
    const { code } = this;
    if (code.co_code.length === 0) this.report(null, 'co_code is empty');
    if (code.co_code.length % 2 !== 0) this.report(null, 'co_code ends in the middle of an instruction');
    if (code.co_localspluskinds.length !== code.co_localsplusnames.length) this.report(null, 'co_localspluskinds does not fit co_localsplusnames');
    const known = LocalKind.HIDDEN | LocalKind.LOCAL | LocalKind.CELL | LocalKind.FREE;
    code.co_localspluskinds.forEach((kind, index) => {
      if ((kind & ~known) !== 0 || (kind & (LocalKind.LOCAL | LocalKind.CELL | LocalKind.FREE)) === 0) this.report(null, `local ${index} is of unknown kind ${kind}`);
    });
    const parameters = code.co_argcount + code.co_kwonlyargcount;
    if (code.co_posonlyargcount > code.co_argcount || code.co_posonlyargcount < 0) this.report(null, 'co_posonlyargcount is out of range');
    if (parameters > code.co_nlocals) this.report(null, `${parameters} parameters, but ${code.co_nlocals} locals`);
  }

  private checkInstructions(): void {
    const { code, table } = this;
    let end = 0;
    let previous: RawInstruction | null = null;
    for (const instruction of walkInstructions(code.co_code, table)) {
      this.instructions.set(instruction.start, instruction);
      this.checkOpcode(instruction);
      this.checkArgument(instruction);
      if (previous !== null && this.name(previous) === 'KW_NAMES') this.checkKeywordNames(previous, instruction);
      previous = instruction;
      end = instruction.next;
    }
    if (end > code.co_code.length) this.report(null, 'the caches of the last instruction are missing');
    else if (end < code.co_code.length - 1) this.report(end, 'EXTENDED_ARG without an instruction after it');
    for (const instruction of this.instructions.values()) {
      const target = jumpTarget(instruction, table);
      if (target !== null && !this.instructions.has(target)) this.report(instruction.offset, `${this.name(instruction)} jumps to ${target}, where no instruction begins`);
    }
  }

  private checkOpcode({ opcode, offset, next, oparg }: RawInstruction): void {
    const { table, code } = this;
    const name = table.opname[opcode];
    if (opcode >= table.minInstrumented || name === undefined || name.startsWith('<') || name === 'CACHE' || name === 'RESERVED') {
      this.report(offset, `opcode ${opcode} does not occur in compiled code`);
    } else if (opcode < table.haveArgument && oparg !== 0) {
      this.report(offset, `${name} has an argument`);
    }
    for (let at = offset + 2; at < Math.min(next, code.co_code.length); at++) {
      if (code.co_code[at] === 0) continue;
      this.report(offset, `the cache of ${name} is not zero`);
      break;
    }
  }

  private checkArgument(instruction: RawInstruction): void {
    const { code, table } = this;
    const { oparg, opcode } = instruction;
    // Four bytes can be more than an int holds.
    if (oparg < 0) this.report(instruction.offset, `${this.name(instruction)} has the argument ${oparg}`);
    const within = (what: string, index: number, size: number): boolean => {
      if (index >= 0 && index < size) return true;
      this.report(instruction.offset, `${this.name(instruction)} uses ${what} ${index} of ${size}`);
      return false;
    };
    switch (table.opargKind[opcode]) {
      case 'const':
        within('constant', oparg, code.co_consts.length);
        return;
      case 'name':
        within('name', oparg, code.co_names.length);
        return;
      case 'name>>1':
        within('name', oparg >>> 1, code.co_names.length);
        return;
      case 'name>>2':
        within('name', oparg >>> 2, code.co_names.length);
        return;
      case 'local':
        within('local', oparg, code.co_localsplusnames.length);
        return;
      case 'free':
        if (within('variable', oparg, code.co_localsplusnames.length) && (code.co_localspluskinds[oparg] & (LocalKind.CELL | LocalKind.FREE)) === 0) {
          this.report(instruction.offset, `${this.name(instruction)} uses ${code.co_localsplusnames[oparg]}, which is not a cell`);
        }
        return;
      case 'compare':
        within('comparison', oparg >>> 4, table.cmpOp.length);
        return;
      case 'nb_op':
        within('operator', oparg, table.nbOps.length);
        return;
      case 'intrinsic1':
        if (within('intrinsic', oparg, table.intrinsic1.length) && oparg === 0) this.report(instruction.offset, `${this.name(instruction)} uses intrinsic 0`);
        return;
      case 'intrinsic2':
        if (within('intrinsic', oparg, table.intrinsic2.length) && oparg === 0) this.report(instruction.offset, `${this.name(instruction)} uses intrinsic 0`);
        return;
    }
    if (this.name(instruction) === 'COPY_FREE_VARS' && oparg !== code.co_freevars.length) {
      this.report(instruction.offset, `COPY_FREE_VARS copies ${oparg} of ${code.co_freevars.length} variables`);
    }
  }

  /** KW_NAMES names the last arguments of the CALL after it. */
  private checkKeywordNames({ offset, oparg }: RawInstruction, call: RawInstruction): void {
    const names = this.code.co_consts[oparg];
    if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) this.report(offset, 'KW_NAMES needs a tuple of names');
    else if (this.name(call) !== 'CALL') this.report(offset, 'KW_NAMES is not followed by CALL');
    else if (names.length > call.oparg) this.report(offset, `KW_NAMES names ${names.length} of ${call.oparg} arguments`);
  }

  private checkHandlers(): void {
    const { code } = this;
    let last = 0;
    for (const { start, end, target, depth } of exceptionEntries(code.co_exceptiontable)) {
      const range = `exception table entry for ${start} to ${end - 2}`;
      if (start >= end || start < last || end > code.co_code.length) this.report(null, `${range} is empty, out of order or too long`);
      if (!this.instructions.has(target)) this.report(null, `${range} leads to ${target}, where no instruction begins`);
      if (depth > code.co_stacksize) this.report(null, `${range} needs ${depth} values of a stack of ${code.co_stacksize}`);
      last = end;
    }
  }

  private checkLocations(): void {
    const { code } = this;
    let end = 0;
    for (const range of locations(code)) end = range.end;
    if (end !== code.co_code.length) this.report(null, `the location table covers ${end} of ${code.co_code.length} bytes`);
    for (const [start, , line] of co_lines(code)) {
      if (line === null || line >= 0) continue;
      this.report(start, `line ${line} is negative`);
      return;
    }
  }

  // The value stack

  /** Follows every path; each instruction must be reached with the same number of values each time. */
  private checkStack(): void {
    const { table } = this;
    const handlers = this.handlersByInstruction();
    const depths = new Map<number, number>();
    const pending: number[] = [];
    const reach = (offset: number, depth: number, from: number): void => {
      const known = depths.get(offset);
      if (known === undefined) {
        depths.set(offset, depth);
        pending.push(offset);
      } else if (known !== depth) {
        this.report(from, `reaches ${offset} with ${depth} values on the stack, others with ${known}`);
      }
    };
    reach(0, 0, 0);
    for (let start = pending.pop(); start !== undefined; start = pending.pop()) {
      const instruction = this.instructions.get(start);
      if (!instruction) {
        // A wrong jump was reported; the end of the code was not.
        if (start >= this.code.co_code.length) this.report(null, 'the code can run past its end');
        continue;
      }
      const depth = depths.get(start) as number;
      const handler = handlers.get(start);
      if (handler) {
        if (depth < handler.depth) this.report(instruction.offset, `is handled with ${handler.depth} values on the stack, but there are ${depth}`);
        reach(handler.target, handler.depth + (handler.lasti ? 2 : 1), instruction.offset);
      }
      if (!this.checkDepth(instruction, depth)) continue;
      const target = jumpTarget(instruction, table);
      if (target !== null && this.instructions.has(target)) reach(target, depth + table.stackEffect(instruction.opcode, instruction.oparg, true), instruction.offset);
      if (!endsPath.has(this.name(instruction))) reach(instruction.next, depth + this.effect(instruction), instruction.offset);
    }
  }

  /** Entries that are out of order were reported and are left out. */
  private handlersByInstruction(): ReadonlyMap<number, ExceptionEntry> {
    const entries = exceptionEntries(this.code.co_exceptiontable);
    const handlers = new Map<number, ExceptionEntry>();
    let index = 0;
    for (const { start, offset } of this.instructions.values()) {
      while (index < entries.length && entries[index].end <= offset) index++;
      if (index < entries.length && entries[index].start <= offset) handlers.set(start, entries[index]);
    }
    return handlers;
  }

  /** A generator is resumed with a value on its stack, which its first instruction after RETURN_GENERATOR drops. */
  private effect(instruction: RawInstruction): number {
    const { opcode, oparg } = instruction;
    return this.name(instruction) === 'RETURN_GENERATOR' ? 1 : this.table.stackEffect(opcode, oparg, false);
  }

  private checkDepth(instruction: RawInstruction, depth: number): boolean {
    const { code, table } = this;
    const { opcode, oparg, offset } = instruction;
    const effect = this.effect(instruction);
    if (Number.isNaN(effect)) return false;
    const needed = table.stackPops(opcode, oparg) + (table.opargKind[opcode] === 'depth' ? oparg : 0);
    if (needed > depth) {
      this.report(offset, `${this.name(instruction)} needs ${needed} values, but there are ${depth}`);
      return false;
    }
    if (depth + effect > code.co_stacksize) {
      this.report(offset, `${this.name(instruction)} makes ${depth + effect} values on a stack of ${code.co_stacksize}`);
      return false;
    }
    return true;
  }
}

/** After these the next instruction is not reached. */
const endsPath: ReadonlySet<string> = new Set([
  'RETURN_VALUE',
  'RETURN_CONST',
  'RAISE_VARARGS',
  'RERAISE',
  'JUMP_FORWARD',
  'JUMP_BACKWARD',
  'JUMP_BACKWARD_NO_INTERRUPT',
  'INTERPRETER_EXIT',
]);
