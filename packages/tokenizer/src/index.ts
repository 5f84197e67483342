export { tokenize } from './tokenize.ts';
export type { TokenizeOptions } from './tokenize.ts';
