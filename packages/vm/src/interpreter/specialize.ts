import { Op } from '@py/code';
import type { PyCode } from '../objects/code.ts';
import type { Frame } from './frame.ts';
import * as ops from './private-ops.ts';
import { Site } from './site.ts';

/*
 * The adaptive part of instructions with inline caches (CPython 3.12: Python/specialize.c). A handler runs only when the site has
 * no specialised form yet, or when that form met something else; it counts, and looks for a (better) form now and then. The fast
 * forms are cases of the loop.
 */

/** Marks a unit that was executed once: most code of a program runs once and needs no record. Never changes. */
const seen = new Site();

/** The site of the frame's current instruction if it should now try to specialise, else null. */
export function adapt(frame: Frame): Site | null {
  const { code } = frame;
  if (code.words !== code.fast) return null; // Traced code stays plain.
  const site = code.sites[frame.lasti];
  if (site === null) {
    code.sites[frame.lasti] = seen;
    return null;
  }
  if (site === seen) return (code.sites[frame.lasti] = new Site());
  if (site.counter > 0) {
    site.counter--;
    return null;
  }
  return site;
}

/** Puts a specialised instruction in place of the frame's current one. The caller has filled the site. */
export function specialize(frame: Frame, site: Site, opcode: number): void {
  const { fast } = frame.code;
  fast[frame.lasti] = (fast[frame.lasti] & ~0xff) | opcode;
  site.succeeded();
  fuse(frame.code, frame.lasti, opcode);
}

/** Shapes or classes that one site may serve. */
const mostServed = 4;

/**
 * The same where the site may serve several shapes or classes: the loop looks at one after the other. `filled` is a new site; the
 * current ones stay behind it if they are of the same form and not too many.
 */
export function specializeBeside(frame: Frame, filled: Site, opcode: number): void {
  const { fast, sites } = frame.code;
  const unit = frame.lasti;
  if ((fast[unit] & 0xff) === opcode) {
    let count = 1;
    for (let site = sites[unit]; site !== null; site = site.other) count++;
    if (count <= mostServed) filled.other = sites[unit];
  }
  sites[unit] = filled;
  specialize(frame, filled, opcode);
}

/** Forms of the loads before an instruction that do its work too: after LOAD_FAST LOAD_FAST, LOAD_FAST LOAD_CONST, LOAD_CONST LOAD_FAST, and LOAD_FAST alone. */
interface Joined {
  readonly locals: number;
  readonly const: number;
  readonly afterConst?: number;
  readonly local?: number;
}
const joinedFloat: Joined = { locals: ops.FLOAT_LOCALS, const: ops.FLOAT_CONST, afterConst: ops.CONST_FLOAT, local: ops.FLOAT_LOCAL };
const joined: ReadonlyMap<number, Joined> = new Map([
  [Op.BINARY_OP_ADD_INT, { locals: ops.ADD_LOCALS, const: ops.ADD_CONST }],
  [Op.BINARY_OP_SUBTRACT_INT, { locals: ops.SUBTRACT_LOCALS, const: ops.SUBTRACT_CONST }],
  [Op.BINARY_OP_ADD_FLOAT, joinedFloat],
  [Op.BINARY_OP_SUBTRACT_FLOAT, joinedFloat],
  [Op.BINARY_OP_MULTIPLY_FLOAT, joinedFloat],
  [Op.BINARY_SUBSCR_LIST_INT, { locals: ops.ITEM_LOCALS, const: ops.ITEM_CONST }],
  [ops.COMPARE_NUMBERS_JUMP, { locals: ops.COMPARE_LOCALS_JUMP, const: ops.COMPARE_CONST_JUMP }],
  [ops.COMPARE_INT_JUMP, { locals: ops.COMPARE_LOCALS_JUMP, const: ops.COMPARE_CONST_JUMP }],
]);

/**
 * Joins a freshly specialised instruction with those around it, so that one dispatch does them all. The joined instructions stay
 * in their places: a jump may lead to them, and the joined form goes on with them when it meets something else.
 */
function fuse(code: PyCode, unit: number, opcode: number): void {
  const { fast } = code;
  const forms = joined.get(opcode);
  if (forms !== undefined) {
    const loads = unit < 2 ? 0 : fast[unit - 2] & 0xff;
    if (opcode === Op.BINARY_SUBSCR_LIST_INT && followsPair(fast, unit, Op.COPY | (2 << 8), Op.COPY | (2 << 8))) replace(fast, unit - 2, ops.COPY_ITEM);
    if (loads === Op.LOAD_FAST__LOAD_FAST) replace(fast, unit - 2, forms.locals);
    else if (loads === Op.LOAD_FAST__LOAD_CONST) replace(fast, unit - 2, forms.const);
    else if (loads === Op.LOAD_CONST__LOAD_FAST && forms.afterConst !== undefined) replace(fast, unit - 2, forms.afterConst);
    else if (unit >= 1 && (fast[unit - 1] & 0xff) === Op.LOAD_FAST && forms.local !== undefined) replace(fast, unit - 1, forms.local);
  } else if (opcode === Op.LOAD_ATTR_INSTANCE_VALUE && unit >= 1 && (fast[unit - 1] & 0xff) === Op.LOAD_FAST) replace(fast, unit - 1, ops.LOAD_FAST_ATTR);
  else if (opcode === Op.STORE_SUBSCR_LIST_INT && followsPair(fast, unit, Op.SWAP | (3 << 8), Op.SWAP | (2 << 8))) replace(fast, unit - 2, ops.SWAP_STORE_ITEM);
  else if (opcode === Op.FOR_ITER_RANGE && (fast[unit + 2] & 0xff) === Op.STORE_FAST) replace(fast, unit, ops.FOR_ITER_RANGE_STORE);
}

function followsPair(fast: readonly number[], unit: number, first: number, second: number): boolean {
  return unit >= 2 && fast[unit - 2] === first && fast[unit - 1] === second;
}

function replace(fast: number[], unit: number, opcode: number): void {
  fast[unit] = (fast[unit] & ~0xff) | opcode;
  // A pair before it would take its first instruction away: STORE_FAST__LOAD_FAST, ADD_LOCALS is better as STORE_FAST, ADD_LOCALS.
  const first = unit === 0 ? undefined : firstOfPair.get(fast[unit - 1] & 0xff);
  if (first !== undefined) fast[unit - 1] = (fast[unit - 1] & ~0xff) | first;
}

const firstOfPair: ReadonlyMap<number, number> = new Map([
  [Op.LOAD_CONST__LOAD_FAST, ops.LOAD_CONST_ALONE],
  [Op.LOAD_FAST__LOAD_FAST, ops.LOAD_FAST_ALONE],
  [Op.STORE_FAST__LOAD_FAST, ops.STORE_FAST_ALONE],
]);

/** No form fits: back to the plain instruction, and a longer wait. */
export function generalize(frame: Frame, site: Site): void {
  const { fast, plain } = frame.code;
  fast[frame.lasti] = plain[frame.lasti];
  site.failed();
}
