import type { HostClock } from '@py/code';
import type { Attendant } from './attendant.ts';
import type { Descriptors } from './descriptors.ts';
import { localZone } from './zone.ts';

export function createClock(attendant: Attendant, descriptors: Descriptors): HostClock {
  // The first to ask is the time module, which wants to know the year when it is imported: `performance` takes milliseconds to load.
  let asked = false;
  return {
    time() {
      if (asked) return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
      asked = true;
      return BigInt(Date.now()) * 1_000_000n;
    },
    monotonic: () => process.hrtime.bigint(),
    processTime() {
      const { user, system } = process.cpuUsage();
      return BigInt(user + system) * 1000n;
    },
    sleepSync(ns) {
      descriptors.flushLate();
      attendant.sleep(Number(ns) / 1e6);
    },
    sleep(ns, signal) {
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, Number(ns) / 1e6);
        signal?.addEventListener('abort', end);
      });
    },
    zone: localZone(),
  };
}
