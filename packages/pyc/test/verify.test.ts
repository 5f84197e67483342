import { readFileSync } from 'node:fs';
import { isCodeObject, Op } from '@py/code';
import type { CodeFields, CodeObject } from '@py/code';
import { describe, expect, it } from 'vitest';
import { loads, verifyCode } from '../src/index.ts';

const module = loads(new Uint8Array(readFileSync(new URL('fixtures/code/sharing.marshal', import.meta.url)))) as CodeObject;

/** A function of two locals and one constant, with these instructions. */
function code(instructions: readonly number[], changes: Partial<CodeFields> = {}): CodeObject {
  return module.replace({
    co_code: Uint8Array.from(instructions),
    co_consts: [null],
    co_names: ['name'],
    co_localsplusnames: ['a', 'b'],
    co_localspluskinds: Uint8Array.of(0x20, 0x20),
    co_qualname: 'f',
    co_stacksize: 2,
    co_linetable: Uint8Array.of(...Array<number>(instructions.length / 2).fill(0xf8)),
    co_exceptiontable: new Uint8Array(0),
    ...changes,
  });
}

const returns = [Op.RETURN_CONST, 0];

describe('verifyCode', () => {
  it('finds nothing in what CPython compiled', () => {
    expect(module.co_consts.some(isCodeObject)).toBe(true);
    expect(verifyCode(module)).toEqual([]);
    expect(verifyCode(code(returns))).toEqual([]);
  });

  const wrong: [string, CodeObject, string][] = [
    ['no code', code([]), 'co_code is empty'],
    ['an unknown opcode', code([200, 0, ...returns]), 'opcode 200 does not occur in compiled code'],
    ['a specialised opcode', code([Op.LOAD_FAST__LOAD_FAST, 0, ...returns]), `opcode ${Op.LOAD_FAST__LOAD_FAST} does not occur in compiled code`],
    ['a cache out of place', code([Op.CACHE, 0, ...returns]), 'opcode 0 does not occur in compiled code'],
    ['a filled cache', code([Op.LOAD_FAST, 0, Op.UNPACK_SEQUENCE, 0, 0, 7, ...returns]), 'the cache of UNPACK_SEQUENCE is not zero'],
    ['a missing cache', code([...returns, Op.BINARY_OP, 0]), 'the caches of the last instruction are missing'],
    ['an argument where there is none', code([Op.NOP, 1, ...returns]), 'NOP has an argument'],
    ['EXTENDED_ARG at the end', code([...returns, Op.EXTENDED_ARG, 1]), 'EXTENDED_ARG without an instruction after it'],
    ['a constant out of range', code([Op.RETURN_CONST, 1]), 'RETURN_CONST uses constant 1 of 1'],
    ['a name out of range', code([Op.LOAD_NAME, 1, Op.RETURN_VALUE, 0]), 'LOAD_NAME uses name 1 of 1'],
    ['a global out of range', code([Op.LOAD_GLOBAL, 2, 0, 0, 0, 0, 0, 0, 0, 0, Op.RETURN_VALUE, 0]), 'LOAD_GLOBAL uses name 1 of 1'],
    ['a local out of range', code([Op.LOAD_FAST, 2, Op.RETURN_VALUE, 0]), 'LOAD_FAST uses local 2 of 2'],
    ['a cell that is none', code([Op.LOAD_DEREF, 1, Op.RETURN_VALUE, 0]), 'LOAD_DEREF uses b, which is not a cell'],
    ['an unknown operator', code([Op.LOAD_FAST, 0, Op.COPY, 1, Op.BINARY_OP, 26, 0, 0, Op.RETURN_VALUE, 0]), 'BINARY_OP uses operator 26 of 26'],
    ['an unknown comparison', code([Op.LOAD_FAST, 0, Op.COPY, 1, Op.COMPARE_OP, 96, 0, 0, Op.RETURN_VALUE, 0]), 'COMPARE_OP uses comparison 6 of 6'],
    ['keyword names that are none', code([Op.KW_NAMES, 0, ...returns]), 'KW_NAMES needs a tuple of names'],
    ['keyword names without a call', code([Op.KW_NAMES, 0, ...returns], { co_consts: [['a']] }), 'KW_NAMES is not followed by CALL'],
    ['more keyword names than arguments', code([Op.KW_NAMES, 0, Op.CALL, 0, 0, 0, 0, 0, 0, 0, ...returns], { co_consts: [['a']] }), 'KW_NAMES names 1 of 0 arguments'],
    ['a negative argument', code([Op.EXTENDED_ARG, 255, Op.EXTENDED_ARG, 255, Op.EXTENDED_ARG, 255, Op.BUILD_TUPLE, 255, Op.RETURN_VALUE, 0]), 'BUILD_TUPLE has the argument -1'],
    ['a jump out of the code', code([Op.JUMP_FORWARD, 9, ...returns]), 'JUMP_FORWARD jumps to 20, where no instruction begins'],
    ['a jump before the code', code([Op.JUMP_BACKWARD, 9]), 'JUMP_BACKWARD jumps to -16, where no instruction begins'],
    ['a jump into an argument', code([Op.JUMP_FORWARD, 1, Op.EXTENDED_ARG, 0, ...returns]), 'JUMP_FORWARD jumps to 4, where no instruction begins'],
    ['an empty stack', code([Op.POP_TOP, 0, ...returns]), 'POP_TOP needs 1 values, but there are 0'],
    ['a SWAP too deep', code([Op.LOAD_FAST, 0, Op.SWAP, 2, Op.RETURN_VALUE, 0]), 'SWAP needs 2 values, but there are 1'],
    ['a full stack', code([Op.LOAD_FAST, 0, Op.COPY, 1, Op.COPY, 1, ...returns]), 'COPY makes 3 values on a stack of 2'],
    ['two depths at one place', code([Op.LOAD_FAST, 0, Op.POP_JUMP_IF_TRUE, 1, Op.LOAD_FAST, 1, ...returns]), 'reaches 6 with 1 values on the stack, others with 0'],
    ['no end', code([Op.NOP, 0]), 'the code can run past its end'],
    ['a handler nowhere', code(returns, { co_exceptiontable: Uint8Array.of(0x80, 1, 5, 0) }), 'exception table entry for 0 to 0 leads to 10, where no instruction begins'],
    ['a handler deeper than the stack', code(returns, { co_exceptiontable: Uint8Array.of(0x80, 1, 0, 8) }), 'exception table entry for 0 to 0 needs 4 values of a stack of 2'],
    ['a handler with more than there is', code([...returns, Op.RERAISE, 0], { co_exceptiontable: Uint8Array.of(0x80, 1, 1, 2) }), 'is handled with 1 values on the stack, but there are 0'],
    ['an empty range', code(returns, { co_exceptiontable: Uint8Array.of(0x80, 0, 0, 0) }), 'exception table entry for 0 to -2 is empty, out of order or too long'],
    ['a short location table', code([Op.NOP, 0, ...returns], { co_linetable: Uint8Array.of(0xf8) }), 'the location table covers 2 of 4 bytes'],
    ['a negative line', code(returns, { co_linetable: Uint8Array.of(0xe8, 0x7f, 0x7f, 0x01) }), 'is negative'],
    ['an unknown kind of local', code(returns, { co_localspluskinds: Uint8Array.of(0x20, 1) }), 'local 1 is of unknown kind 1'],
    ['more parameters than locals', code(returns, { co_argcount: 3 }), '3 parameters, but 2 locals'],
    ['free variables that are not copied', code([Op.COPY_FREE_VARS, 2, ...returns]), 'COPY_FREE_VARS copies 2 of 0 variables'],
  ];

  it.each(wrong)('finds %s', (_, damaged, message) => {
    expect(verifyCode(damaged).map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
  });

  it('looks into inner code objects, also in tuples', () => {
    const outer = code(returns, { co_consts: [null, [code([Op.POP_TOP, 0, ...returns], { co_qualname: 'f.inner' })]] });
    expect(verifyCode(outer)).toEqual([{ code: 'f.inner', offset: 0, message: 'POP_TOP needs 1 values, but there are 0' }]);
  });
});
