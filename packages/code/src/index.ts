export * from './constants.ts';
export * from './code-object.ts';
export * from './runtime.ts';
