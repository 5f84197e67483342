import { defineModule, native, newTuple, PyBytes } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/* `_uuid` (CPython 3.12: Modules/_uuidmodule.c). */

/** What makes identifiers of one VM differ: a node of random bits and a clock sequence. */
interface Generator {
  readonly node: Uint8Array;
  sequence: number;
  last: bigint;
}

function generator(vm: VM): Generator {
  return vm.state('_uuid', () => {
    const bytes = new Uint8Array(8);
    vm.host.random?.(bytes);
    const node = bytes.slice(0, 6);
    node[0] |= 1; // No card has a group address: RFC 4122, 4.5.
    return { node, sequence: ((bytes[6] << 8) | bytes[7]) & 0x3fff, last: 0n };
  });
}

/** 100 ns from the Gregorian reform, 1582-10-15, to 1970. */
const gregorian = 0x01b21dd213814000n;

/** An identifier of version 1. That no other process makes the same at this moment nobody promises, which -1 says. */
function generate_time_safe(vm: VM): PyValue {
  const state = generator(vm);
  let ticks = (vm.host.clock?.time() ?? 0n) / 100n + gregorian;
  if (ticks <= state.last) ticks = state.last + 1n;
  state.last = ticks;
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Number(ticks & 0xffff_ffffn));
  view.setUint16(4, Number((ticks >> 32n) & 0xffffn));
  view.setUint16(6, Number((ticks >> 48n) & 0x0fffn) | 0x1000);
  view.setUint16(8, state.sequence | 0x8000);
  bytes.set(state.node, 10);
  return newTuple([new PyBytes(bytes), -1]);
}

/** Python's module `_uuid`. */
export const _uuid: NativeModule = defineModule('_uuid', { generate_time_safe: native('generate_time_safe()', generate_time_safe).unsigned(), has_uuid_generate_time_safe: 1 });
