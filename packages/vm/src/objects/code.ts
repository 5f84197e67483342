import { CodeFlag, isLate, LateCode, locations, withFilename } from '@py/code';
import type { CodeObject, Constant } from '@py/code';
import { mapItems } from '../core/items.ts';
import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import { bareType, objectType, typeType } from '../core/type.ts';
import { strFromJS } from '../core/text.ts';
import { decode, decodeExceptionTable, guardYields, noEntries, undecoded } from '../interpreter/decode.ts';
import type { Site } from '../interpreter/site.ts';
import { Ellipsis, None } from './none.ts';
import { PyBytes } from './bytes.ts';
import { PyComplex } from './complex.ts';
import { PyFloat } from './float.ts';
import { PyStr } from './str-storage.ts';
import { newTuple } from './tuple.ts';
import type { PyTuple } from './tuple.ts';
import { PySet, frozensetType } from './set.ts';
import type { VM } from '../core/vm.ts';

/** Filled in objects/code-methods.ts. */
export const codeType = bareType('code', objectType, typeType);

/**
 * A code object as the VM runs it: the portable one in `code`, and what follows from it, made when first needed. Its
 * inline caches belong to one VM.
 */
export class PyCode extends PyObject {
  code: CodeObject;
  /** Number of fast locals, cells and free variables: where the value stack begins. */
  stackBase: number;
  /** Copied to make a frame's stack; all undefined. */
  template: undefined[];
  /** Number of positional parameters if there are no others (so that arguments are simply copied), else -1; -1 until ready. */
  exactArgs: number;
  /** `co_flags` */
  flags: number;
  /** CO_OPTIMIZED: a function body, whose locals are not in a namespace. */
  optimized: boolean;
  /** Budget units that a call costs. */
  ticks: number;
  names: readonly string[];
  /** `co_name`, `co_qualname` as values. */
  readonly name: PyValue;
  readonly qualname: PyValue;

  /** What the loop executes: `fast`, or a traced form of `plain`; before the first run, one instruction that decodes. */
  words: number[];
  sites: (Site | null)[];
  fast: number[];
  /** Empty until decoded. */
  consts: PyValue[];
  /** Empty until decoded; see decodeExceptionTable. */
  exceptionTable: Int32Array;
  decoded: boolean;
  /** Whether the fields above `name` are set; see {@link ready}. */
  private isReady: boolean;
  /** Value of `vm.traceVersion` that `words` was chosen for. */
  traceVersion: number;
  private plainWords: number[] | null;
  private lines: Int32Array | null;
  private constsReady: boolean;
  private tuple: PyTuple | null;

  constructor(source: CodeObject) {
    super(codeType);
    this.code = source;
    this.stackBase = 0;
    this.template = noneYet;
    this.exactArgs = -1;
    this.flags = 0;
    this.optimized = false;
    this.ticks = 0;
    this.names = noneYet;
    this.name = strFromJS(source.co_name);
    this.qualname = strFromJS(source.co_qualname);
    this.words = undecoded;
    this.sites = noneYet;
    this.fast = undecoded;
    this.consts = noneYet;
    this.exceptionTable = noEntries;
    this.decoded = false;
    this.isReady = false;
    this.traceVersion = 0;
    this.plainWords = null;
    this.lines = null;
    this.constsReady = false;
    this.tuple = null;
    if (!isLate(source)) this.ready();
  }

  /**
   * Sets what a frame and a call need. Every way to a new frame begins here; where `exactArgs` has been compared with a number of
   * arguments, it has been done.
   */
  ready(): this {
    if (this.isReady) return this;
    this.isReady = true;
    const source = (this.code = LateCode.whole(this.code));
    this.stackBase = source.co_localsplusnames.length;
    const template: undefined[] = [];
    for (let i = this.stackBase + source.co_stacksize; i > 0; i--) template.push(undefined);
    this.template = template;
    const special = CodeFlag.VARARGS | CodeFlag.VARKEYWORDS;
    this.exactArgs = (source.co_flags & special) === 0 && source.co_kwonlyargcount === 0 ? source.co_argcount : -1;
    this.flags = source.co_flags;
    this.optimized = (source.co_flags & CodeFlag.OPTIMIZED) !== 0;
    this.ticks = Math.min(16, source.co_code.length >> 2);
    this.names = source.co_names;
    return this;
  }

  /** Decodes the instructions and constants, the first time. */
  prepare(vm: VM): void {
    if (this.decoded) return;
    this.decoded = true;
    const { words, sites } = decode(this.ready().code, true);
    this.fast = words;
    this.words = words;
    this.sites = sites;
    this.exceptionTable = decodeExceptionTable(this.code);
    if (this.flags & (CodeFlag.GENERATOR | CodeFlag.COROUTINE | CodeFlag.ASYNC_GENERATOR)) guardYields(words, this.exceptionTable);
    this.constants(vm);
  }

  /** The instructions as compiled (CALLs after KW_NAMES excepted): what tracing and stepping run. */
  get plain(): readonly number[] {
    return (this.plainWords ??= decode(this.ready().code, false).words);
  }

  /** `co_consts` as values of this VM; nested code objects are the same each time. */
  constants(vm: VM): readonly PyValue[] {
    if (!this.constsReady) {
      this.constsReady = true;
      this.consts = mapItems(this.code.co_consts, (constant) => constantValue(vm, constant));
    }
    return this.consts;
  }

  /** `_imp._fix_co_filename`: the name under which a `.pyc` was found takes the place of the one it was compiled under. */
  setFilename(filename: string): void {
    this.code = withFilename(this.code, filename);
    for (const constant of this.consts) if (constant instanceof PyCode) constant.setFilename(filename);
  }

  /** `co_consts` as a tuple, the same each time. */
  constantsTuple(vm: VM): PyTuple {
    return (this.tuple ??= newTuple(this.constants(vm)));
  }

  /** Takes these values as its constants, instead of making new ones: for copies of a code object. */
  adoptConstants(values: PyValue[]): void {
    this.constsReady = true;
    this.consts = values;
  }

  /** Line of a code unit, or -1 where there is none. */
  lineAt(unit: number): number {
    this.lines ??= decodeLines(this.code);
    if (unit < 0) return this.code.co_firstlineno;
    return unit < this.lines.length ? this.lines[unit] : -1;
  }
}

/** What has not been read yet; never written to. */
const noneYet: never[] = [];

function decodeLines(source: CodeObject): Int32Array {
  const lines = new Int32Array(source.co_code.length >> 1).fill(-1);
  for (const { start, end, lineno } of locations(source)) lines.fill(lineno ?? -1, start >> 1, end >> 1);
  return lines;
}

/** A constant of a portable code object as a value. */
export function constantValue(vm: VM, constant: Constant): PyValue {
  switch (typeof constant) {
    case 'boolean':
      return constant;
    case 'bigint':
      return constant >= -9007199254740991n && constant <= 9007199254740991n ? Number(constant) : constant;
    case 'number':
      return new PyFloat(constant);
    case 'string':
      return strFromJS(constant);
    default:
      break;
  }
  if (constant === null) return None;
  if (constant instanceof Uint8Array) return new PyBytes(constant);
  if (!('kind' in constant)) return newTuple(mapItems(constant, (item) => constantValue(vm, item)));
  switch (constant.kind) {
    case 'complex':
      return new PyComplex(constant.real, constant.imag);
    case 'ellipsis':
      return Ellipsis;
    case 'str':
      return PyStr.fromCodePoints(Uint32Array.from(constant.codePoints));
    case 'frozenset':
      return frozenset(vm, constant.items);
    case 'code':
      return new PyCode(constant);
  }
}

function frozenset(vm: VM, items: readonly Constant[]): PyValue {
  const set = new PySet(frozensetType);
  for (const item of items) set.table.add(vm, constantValue(vm, item));
  return set;
}
