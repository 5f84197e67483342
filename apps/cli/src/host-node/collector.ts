import type { Host } from '@py/code';
import { setFlagsFromString } from 'node:v8';
import { createContext, runInContext, Script } from 'node:vm';

type Collector = Required<Pick<Host, 'collectGarbage' | 'releaseWeakReferences'>>;

/**
 * V8's collector on demand. A WeakRef that was looked at holds its object until the job ends; the end of a microtask checkpoint counts
 * as one, and a context with a queue of its own has such a checkpoint after every script, while the program's own queue waits.
 */
export function createCollector(): Collector {
  let made: Collector | null = null;
  const collector = (): Collector => (made ??= prepare());
  return { collectGarbage: () => collector().collectGarbage(), releaseWeakReferences: () => collector().releaseWeakReferences() };
}

function prepare(): Collector {
  setFlagsFromString('--expose-gc');
  const context = createContext({}, { microtaskMode: 'afterEvaluate' });
  const gc = runInContext('gc', context) as () => void;
  setFlagsFromString('--no-expose-gc');
  const nothing = new Script('0');
  const releaseWeakReferences = (): void => void nothing.runInContext(context);
  return {
    releaseWeakReferences,
    collectGarbage() {
      releaseWeakReferences();
      gc();
    },
  };
}
