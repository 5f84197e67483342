import type { VM } from '../../core/vm.ts';
import type { Frame } from '../frame.ts';
import type { Action } from '../action.ts';

/**
 * Executes one instruction. The frame's state is written back: `sp`, `lasti` (the instruction), `pc` (the one after it and its
 * caches), and `vm.frame` is the frame. May throw Python exceptions.
 */
export type Handler = (vm: VM, frame: Frame, arg: number) => Action;
