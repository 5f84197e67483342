import { constants } from 'node:os';
import type { HostSignals } from '@py/code';
import type { Attendant } from './attendant.ts';
import type { Descriptors } from './descriptors.ts';

const SIGINT = constants.signals.SIGINT;

/**
 * Signals from outside. Node's event loop stands while Python runs, so an attendant takes them, and the VM asks. SIGINT has Python's
 * handler from the start: it alone is not worth an attendant before the program has run for a while; until then it ends the process. When
 * the program has a handler of its own, the attendant starts while the program goes on.
 */
export function createSignals(attendant: Attendant, descriptors: Descriptors): HostSignals {
  const watched: number[] = [];
  let isFirst = true;
  return {
    watch(signal) {
      watched.push(signal);
      attendant.watch(watched, signal !== SIGINT ? 'now' : isFirst ? 'later' : 'soon');
      if (signal === SIGINT) isFirst = false;
      return () => {
        watched.splice(watched.indexOf(signal), 1);
        attendant.watch(watched, 'later');
      };
    },
    poll() {
      descriptors.flushLate();
      return attendant.arrivals();
    },
  };
}
