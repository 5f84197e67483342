import { constants } from 'node:os';
import type { HostSignals } from '@py/code';

/** Signals from outside. Node delivers them from its event loop only, so a VM that watches one must return to it now and then. */
export function createSignals(): HostSignals {
  const names = new Map<number, NodeJS.Signals>(Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]));
  return {
    watch(signal, callback) {
      const name = names.get(signal);
      if (!name) return () => {};
      process.on(name, callback);
      return () => void process.off(name, callback);
    },
  };
}
