import { clockNow } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

/** Looks until `look` finds something or the time (seconds; null for ever) is over, then gives what it last found. */
export function waitUntil(vm: VM, seconds: number | null, look: () => { readonly found: boolean; readonly value: PyValue }): PyValue {
  const first = look();
  if (first.found || seconds === 0) return first.value;
  return vm.suspend({
    what: 'select',
    external: true,
    ...(seconds === null ? {} : { deadline: clockNow(vm) + seconds * 1000 }),
    poll(late) {
      const { found, value } = look();
      return found || late ? value : undefined;
    },
  });
}
