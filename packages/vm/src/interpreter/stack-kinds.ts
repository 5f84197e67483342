import { Op, opcodeTables } from '@py/code';
import type { PyCode } from '../objects/code.ts';

const table = opcodeTables['3.12'];

/** What an entry of the value stack is, as far as jumps care. */
export const Kind = { ITERATOR: 1, EXCEPT: 2, OBJECT: 3, NULL: 4, LASTI: 5 } as const;

/** Kinds of the entries of the value stack, bottom first; undefined for unreachable instructions. */
export type Kinds = readonly number[] | undefined;

/**
 * The contents of the value stack before every instruction, by kinds (CPython 3.12: Objects/frameobject.c, mark_stacks): which
 * lines a debugger may jump to follows from it.
 */
export function stackKinds(code: PyCode): Kinds[] {
  const { plain } = code;
  const kinds: Kinds[] = new Array<Kinds>(plain.length + 1).fill(undefined);
  const generator = (code.flags & (0x20 | 0x80 | 0x200)) !== 0;
  kinds[0] = generator ? [Kind.OBJECT] : [];
  for (let again = true; again; ) {
    again = scanInstructions(code, kinds);
    if (scanHandlers(code, kinds)) again = true;
  }
  return kinds;
}

/** One pass over the instructions. True when another is needed. */
function scanInstructions(code: PyCode, kinds: Kinds[]): boolean {
  const { plain } = code;
  let again = false;
  for (let unit = 0; unit < plain.length; ) {
    const opcode = table.baseOpcode[plain[unit] & 0xff] === 0 && (plain[unit] & 0xff) === 177 ? Op.CALL : plain[unit] & 0xff;
    const arg = plain[unit] >>> 8;
    const next = unit + 1 + table.cacheWords[opcode];
    const before = kinds[unit];
    if (before !== undefined) {
      switch (opcode) {
        case Op.POP_JUMP_IF_FALSE:
        case Op.POP_JUMP_IF_TRUE:
        case Op.POP_JUMP_IF_NONE:
        case Op.POP_JUMP_IF_NOT_NONE:
          kinds[arg] = before.slice(0, -1);
          kinds[next] = before.slice(0, -1);
          break;
        case Op.SEND:
          kinds[arg] = before;
          kinds[next] = before;
          break;
        case Op.JUMP_FORWARD:
          kinds[arg] = before;
          break;
        case Op.JUMP_BACKWARD:
        case Op.JUMP_BACKWARD_NO_INTERRUPT:
          if (kinds[arg] === undefined && arg < unit) again = true;
          kinds[arg] = before;
          break;
        case Op.FOR_ITER:
          kinds[next] = [...before, Kind.OBJECT];
          kinds[arg - 1] = [...before, Kind.OBJECT];
          break;
        case Op.RETURN_VALUE:
        case Op.RETURN_CONST:
        case Op.RAISE_VARARGS:
        case Op.RERAISE:
          break;
        default:
          kinds[next] = after(opcode, arg, before);
      }
    }
    unit = next;
  }
  return again;
}

function after(opcode: number, arg: number, before: readonly number[]): number[] {
  const stack = [...before];
  switch (opcode) {
    case Op.GET_ITER:
    case Op.GET_AITER:
      stack.pop();
      stack.push(Kind.ITERATOR);
      return stack;
    case Op.END_ASYNC_FOR:
      stack.length -= 2;
      return stack;
    case Op.PUSH_EXC_INFO:
      stack.push(Kind.EXCEPT);
      return stack;
    case Op.POP_EXCEPT:
      stack.pop();
      return stack;
    case Op.PUSH_NULL:
      stack.push(Kind.NULL);
      return stack;
    case Op.LOAD_GLOBAL:
      if (arg & 1) stack.push(Kind.NULL);
      stack.push(Kind.OBJECT);
      return stack;
    case Op.LOAD_ATTR:
      stack.pop();
      if (arg & 1) stack.push(Kind.NULL);
      stack.push(Kind.OBJECT);
      return stack;
    case Op.CALL:
      stack.length = Math.max(0, stack.length - arg - 2);
      stack.push(Kind.OBJECT);
      return stack;
    case Op.SWAP: {
      const top = stack.length - 1;
      const other = stack.length - arg;
      [stack[top], stack[other]] = [stack[other], stack[top]];
      return stack;
    }
    case Op.COPY:
      stack.push(stack[stack.length - arg]);
      return stack;
    default: {
      let delta = table.stackEffect(opcode, isJump(opcode) ? 0 : arg, false);
      for (; delta < 0; delta++) stack.pop();
      for (; delta > 0; delta--) stack.push(Kind.OBJECT);
      return stack;
    }
  }
}

function isJump(opcode: number): boolean {
  const kind = table.opargKind[opcode];
  return kind === 'forward' || kind === 'backward';
}

/** Handlers get the stack of the code they cover, cut, with what unwinding pushes. True when one was new. */
function scanHandlers(code: PyCode, kinds: Kinds[]): boolean {
  const entries = code.exceptionTable;
  let found = false;
  for (let entry = 0; entry < entries.length; entry += 5) {
    const target = entries[entry + 2];
    const covered = kinds[entries[entry]];
    if (covered === undefined || kinds[target] !== undefined) continue;
    const stack = covered.slice(0, entries[entry + 3]);
    if (entries[entry + 4] === 1) stack.push(Kind.LASTI);
    kinds[target] = [...stack, Kind.EXCEPT];
    found = true;
  }
  return found;
}
