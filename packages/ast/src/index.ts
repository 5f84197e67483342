export * from './constants.ts';
export * from './span.ts';
export * from './syntax-error.ts';
export * from './token.ts';
export * from './symbols.ts';
export * from './generated/nodes.ts';
export * from './generated/fields.ts';
