import { setFlagsFromString } from 'node:v8';
import { createContext, runInContext, Script } from 'node:vm';

/**
 * V8's collector on demand. A WeakRef that was looked at holds its object until the job ends; the end of a microtask checkpoint counts
 * as one, and a context with a queue of its own has such a checkpoint after every script, while the program's own queue waits.
 */
export function createCollector(): () => void {
  let collect: (() => void) | null = null;
  return () => (collect ??= prepare())();
}

function prepare(): () => void {
  setFlagsFromString('--expose-gc');
  const context = createContext({}, { microtaskMode: 'afterEvaluate' });
  const gc = runInContext('gc', context) as () => void;
  setFlagsFromString('--no-expose-gc');
  const nothing = new Script('0');
  return () => {
    nothing.runInContext(context);
    gc();
  };
}
