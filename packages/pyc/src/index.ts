export { loads, loadAt } from './read.ts';
export { dumps } from './write.ts';
export type { DumpOptions } from './write.ts';
export { StopIteration } from './values.ts';
export type { MarshalDict, MarshalList, MarshalSet, MarshalValue, StopIterationType } from './values.ts';
export { PycError } from '@py/code';
