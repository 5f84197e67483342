import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { typeError } from '../core/errors.ts';

/** `hash(value)`: an int in the signed 64-bit range. Throws TypeError for unhashable values. */
export function hash(vm: VM, value: PyValue): number | bigint {
  if (typeof value === 'number' && value > -0x1fffffffffffff && value < 0x1fffffffffffff) return value === -1 ? -2 : value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const slot = typeOf(value).tp_hash;
  if (slot === undefined || slot === null) throw typeError(`unhashable type: '${typeOf(value).tpName}'`);
  return slot(vm, value) as number | bigint;
}

/** Hash of an object by identity: `object.__hash__`. CPython's address rotated right by four bits. */
export function identityHash(vm: VM, value: PyValue): number {
  if (typeof value !== 'object') return 0;
  return Math.floor(vm.idOf(value) / 16);
}
