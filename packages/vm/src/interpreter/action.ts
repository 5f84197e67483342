/*
 * What the loop does after an instruction handler or a transfer of control. Handlers are the functions of interpreter/ops.
 */

/** Go on with the frame's next instruction. */
export const OK = 0;
/** An exception (`vm.raised`) was raised by the frame's current instruction. */
export const RAISE = 1;
/** The same, but it passed here before: no new traceback entry. */
export const RERAISE = 2;
/** `vm.frame` changed: load it. */
export const RELOAD = 3;
/** Wait for the host (`vm.suspension`); the result is pushed afterwards. */
export const WAIT = 4;
/** The frame returns `vm.result`. */
export const RETURN = 5;
/** The frame's generator yields `vm.result`. */
export const YIELD = 6;
/** `vm.ticks` ran out, or code must be looked at again by tracing. */
export const BREAK = 7;

export type Action = typeof OK | typeof RAISE | typeof RERAISE | typeof RELOAD | typeof WAIT | typeof RETURN | typeof YIELD | typeof BREAK;
