export { parse } from './parse.ts';
export type { ParseMode, ParseOptions } from './state.ts';
