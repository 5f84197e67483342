import type { cmpop, operator, Span } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';

/** NB_* numbers (CPython 3.12: Include/opcode.h); the in-place form is 13 higher. */
const binaryArguments: Readonly<Record<operator, number>> = {
  Add: 0, BitAnd: 1, FloorDiv: 2, LShift: 3, MatMult: 4, Mult: 5, Mod: 6, BitOr: 7, Pow: 8, RShift: 9, Sub: 10, Div: 11, BitXor: 12,
};
const IN_PLACE = 13;

/** The operator's number in the upper bits; in the lower ones, for the specialised forms, which outcomes make it true. */
const compareArguments: Readonly<Partial<Record<cmpop, number>>> = {
  Lt: (0 << 4) | 2, LtE: (1 << 4) | 10, Eq: (2 << 4) | 8, NotEq: (3 << 4) | 7, Gt: (4 << 4) | 4, GtE: (5 << 4) | 12,
};

export function emitBinary(c: Compiler, loc: Span, operator: operator, inPlace: boolean): void {
  c.emit(Op.BINARY_OP, binaryArguments[operator] + (inPlace ? IN_PLACE : 0), loc);
}

export function emitCompare(c: Compiler, loc: Span, operator: cmpop): void {
  switch (operator) {
    case 'Is':
      return c.emit(Op.IS_OP, 0, loc);
    case 'IsNot':
      return c.emit(Op.IS_OP, 1, loc);
    case 'In':
      return c.emit(Op.CONTAINS_OP, 0, loc);
    case 'NotIn':
      return c.emit(Op.CONTAINS_OP, 1, loc);
    default:
      return c.emit(Op.COMPARE_OP, compareArguments[operator]!, loc);
  }
}
