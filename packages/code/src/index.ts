export * from './constants.ts';
export * from './code-object.ts';
export * from './late-code.ts';
export * from './opcode-table.ts';
/** Opcode numbers of Python 3.12 as literal constants: `Op.LOAD_CONST`. */
export * as Op from './generated/op.ts';
export * from './instructions.ts';
export * from './location-table.ts';
export * from './exception-table.ts';
export * from './repr.ts';
export * from './dis.ts';
export * from './pyc-error.ts';
export * from './runtime.ts';
export * from './json.ts';
