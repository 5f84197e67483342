export { _abc } from './_abc.ts';
export { _codecs } from './_codecs.ts';
export { _signal } from './_signal.ts';
export { _thread } from './_thread.ts';
export { _warnings } from './_warnings.ts';
export { _weakref } from './_weakref.ts';
export { errno } from './errno.ts';
export { time } from './time.ts';
