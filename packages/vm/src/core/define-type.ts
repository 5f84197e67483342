import type { GetSetDef, NativeDef } from './native.ts';
import type { TypeSlots } from './slots.ts';
import type { PyValue } from './value.ts';
import { PyType, TypeFlag, objectType, typeType } from './type.ts';

/*
 * Declaring a built-in type only notes its table; core/fill-types.ts completes all of them when a VM is made. So the modules of
 * types may import each other in circles: nothing but core/type.ts is needed while they load.
 */

/** What a built-in type is made of. */
export interface TypeSpec {
  /** `__module__`; default `builtins`. */
  readonly module?: string;
  readonly qualname?: string;
  /** May be subclassed by Python classes. */
  readonly basetype?: boolean;
  /** More `TypeFlag` bits (SEQUENCE, MAPPING, DISALLOW_INSTANTIATION…). */
  readonly flags?: number;
  /** Instances hold nothing that could lead back to them: CPython's collector leaves them out. */
  readonly untracked?: boolean;
  readonly doc?: string;
  /** `__text_signature__` of the constructor. */
  readonly textSignature?: string;
  readonly slots?: TypeSlots;
  readonly methods?: readonly NativeDef[];
  readonly classMethods?: readonly NativeDef[];
  readonly staticMethods?: readonly NativeDef[];
  readonly getset?: Readonly<Record<string, GetSetDef>>;
  /** Like getset, but shown as `member_descriptor`. */
  readonly fields?: Readonly<Record<string, GetSetDef>>;
  /** Plain values in the class namespace. */
  readonly members?: Readonly<Record<string, PyValue>>;
  /** Instances have `__dict__` / `__weakref__` themselves (functions, modules, exceptions…). */
  readonly hasDict?: boolean;
  readonly hasWeakref?: boolean;
  /** False when instances look like the base's (most exceptions, bool): two such bases do not conflict. Default true. */
  readonly ownLayout?: boolean;
}

/** Makes a built-in type. */
export function defineType(name: string, spec: TypeSpec & { readonly bases?: readonly PyType[]; readonly metatype?: PyType }): PyType {
  const bases = spec.bases ?? [objectType];
  const type = new PyType(spec.metatype ?? typeType, name, bases, new Map());
  type.flags = TypeFlag.IMMUTABLETYPE | TypeFlag.READY | TypeFlag.HAVE_GC;
  type.mro = mergeSimple(type, bases);
  return fillType(type, spec);
}

/** Gives the table of a type that was declared bare (core/type.ts, objects/exception-types.ts). */
export function fillType(type: PyType, spec: TypeSpec): PyType {
  pending.push({ type, spec });
  return type;
}

/** Declared types whose tables have not been worked in yet; emptied by core/fill-types.ts. */
export const pending: { readonly type: PyType; readonly spec: TypeSpec }[] = [];

/** MRO of a built-in type: built-in hierarchies are simple enough that keeping the last occurrence gives C3's answer. */
function mergeSimple(type: PyType, bases: readonly PyType[]): PyType[] {
  const all = bases.flatMap((base) => base.mro);
  return [type, ...all.filter((item, index) => all.indexOf(item, index + 1) < 0)];
}
