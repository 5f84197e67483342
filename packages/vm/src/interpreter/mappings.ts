import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { dictType } from '../core/type.ts';
import { PyDict } from '../objects/dict.ts';
import { getAttr } from '../protocol/attribute.ts';
import { call } from '../protocol/call.ts';
import { forEach } from '../protocol/iterate.ts';
import { getItem } from '../protocol/subscript.ts';

/** `dict.update(mapping)`: by its keys. Raises AttributeError when it has no `keys` (CPython: dict_merge). */
export function updateDict(vm: VM, dict: PyDict, mapping: PyValue): void {
  if (mapping instanceof PyDict && (mapping.cls === dictType || mapping.cls.tp_iter === dictType.tp_iter)) {
    dict.merge(vm, mapping);
    return;
  }
  const keys = call(vm, getAttr(vm, mapping, 'keys'), []);
  forEach(vm, keys, (key) => dict.set(vm, key, getItem(vm, mapping, key)));
}
