import { CodeObject, isCodeObject } from './code-object.ts';
import { Ellipsis, type Constant } from './constants.ts';

/** A {@link Constant} as JSON keeps it exactly. */
export type ConstantJson =
  | null
  | boolean
  /** A str without ambiguous surrogates. */
  | string
  | { readonly str: readonly number[] }
  /** Hexadecimal, `0x2a` or `-0x2a`. */
  | { readonly int: string }
  | { readonly float: FloatJson }
  | { readonly complex: readonly [FloatJson, FloatJson] }
  /** Two hexadecimal digits a byte. */
  | { readonly bytes: string }
  /** In the order of their marshal bytes. */
  | { readonly frozenset: readonly ConstantJson[] }
  | { readonly ellipsis: true }
  | { readonly code: CodeJson }
  /** A tuple. */
  | readonly ConstantJson[];

/** A JSON number, or the name of what JSON has no number for: `nan`, `inf`, `-inf`, `-0`. */
export type FloatJson = number | 'nan' | 'inf' | '-inf' | '-0';

/** The fields of a code object as JSON; byte strings in hexadecimal. */
export interface CodeJson {
  readonly co_name: string;
  readonly co_qualname: string;
  readonly co_filename: string;
  readonly co_firstlineno: number;
  readonly co_argcount: number;
  readonly co_posonlyargcount: number;
  readonly co_kwonlyargcount: number;
  readonly co_stacksize: number;
  readonly co_flags: number;
  readonly co_names: readonly string[];
  readonly co_localsplusnames: readonly string[];
  readonly co_localspluskinds: string;
  readonly co_code: string;
  readonly co_linetable: string;
  readonly co_exceptiontable: string;
  readonly co_consts: readonly ConstantJson[];
}

/** Every field of a code object, inner code objects included, as data for `JSON.stringify`. Frozensets keep their order. */
export function codeToJson(code: CodeObject): CodeJson {
  return {
    co_name: code.co_name,
    co_qualname: code.co_qualname,
    co_filename: code.co_filename,
    co_firstlineno: code.co_firstlineno,
    co_argcount: code.co_argcount,
    co_posonlyargcount: code.co_posonlyargcount,
    co_kwonlyargcount: code.co_kwonlyargcount,
    co_stacksize: code.co_stacksize,
    co_flags: code.co_flags,
    co_names: code.co_names,
    co_localsplusnames: code.co_localsplusnames,
    co_localspluskinds: hex(code.co_localspluskinds),
    co_code: hex(code.co_code),
    co_linetable: hex(code.co_linetable),
    co_exceptiontable: hex(code.co_exceptiontable),
    co_consts: code.co_consts.map(constantToJson),
  };
}

/** The code object that {@link codeToJson} described. */
export function codeFromJson(json: CodeJson): CodeObject {
  return new CodeObject({
    ...json,
    co_localspluskinds: unhex(json.co_localspluskinds),
    co_code: unhex(json.co_code),
    co_linetable: unhex(json.co_linetable),
    co_exceptiontable: unhex(json.co_exceptiontable),
    co_consts: json.co_consts.map(constantFromJson),
  });
}

/** One constant as data for `JSON.stringify`. */
export function constantToJson(value: Constant): ConstantJson {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return { int: value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}` };
  if (typeof value === 'number') return { float: floatToJson(value) };
  if (value instanceof Uint8Array) return { bytes: hex(value) };
  if (isCodeObject(value)) return { code: codeToJson(value) };
  if (!('kind' in value)) return value.map(constantToJson);
  switch (value.kind) {
    case 'complex':
      return { complex: [floatToJson(value.real), floatToJson(value.imag)] };
    case 'ellipsis':
      return { ellipsis: true };
    case 'str':
      return { str: value.codePoints };
    case 'frozenset':
      return { frozenset: value.items.map(constantToJson) };
  }
}

/** The constant that {@link constantToJson} described. */
export function constantFromJson(json: ConstantJson): Constant {
  if (json === null || typeof json === 'boolean' || typeof json === 'string') return json;
  if ('int' in json) return json.int.startsWith('-') ? -BigInt(json.int.slice(1)) : BigInt(json.int);
  if ('float' in json) return floatFromJson(json.float);
  if ('complex' in json) return { kind: 'complex', real: floatFromJson(json.complex[0]), imag: floatFromJson(json.complex[1]) };
  if ('bytes' in json) return unhex(json.bytes);
  if ('str' in json) return { kind: 'str', codePoints: json.str };
  if ('frozenset' in json) return { kind: 'frozenset', items: json.frozenset.map(constantFromJson) };
  if ('ellipsis' in json) return Ellipsis;
  if ('code' in json) return codeFromJson(json.code);
  return json.map(constantFromJson);
}

function floatToJson(value: number): FloatJson {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : value;
}

function floatFromJson(value: FloatJson): number {
  if (typeof value === 'number') return value;
  return { nan: NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 }[value];
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}

function unhex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  return bytes;
}
