// Runs one target on inputs number `from`, `from` + 1, … in a thread of its own, so that a hang can be seen and ended.
import { parentPort, workerData } from 'node:worker_threads';
import { libraryFiles } from '../conformance/corpus.ts';
import { seeded } from '../lib/random.ts';
import { loadTarget } from './targets.ts';

export interface FuzzOrder {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  /** Inputs to try. */
  readonly count: number;
  /** Milliseconds since 1970 at which to stop. */
  readonly until: number;
  /** Int32: number of the input being tried. */
  readonly current: SharedArrayBuffer;
}

/** What the thread reports, and at the end null. */
export interface Finding {
  readonly index: number;
  readonly what: string;
}

const order = workerData as FuzzOrder;
const current = new Int32Array(order.current);
const target = await loadTarget(order.target);
const corpus = libraryFiles();
/** An input that takes more than this many milliseconds of CPU is a finding. */
const slow = 2000;

for (let index = order.from; index < order.from + order.count && Date.now() < order.until; index++) {
  Atomics.store(current, 0, index);
  const input = target.input(seeded(Math.imul(order.seed, 0x9e3779b1) ^ index), corpus);
  const started = process.cpuUsage();
  try {
    target.run(input);
  } catch (error) {
    if (!(error instanceof Error) || !target.allowed.includes(error.name)) report(index, error instanceof Error ? `${error.stack?.split('\n').slice(0, 4).join(' | ')}` : String(error));
  }
  const { user, system } = process.cpuUsage(started);
  const taken = (user + system) / 1000;
  if (taken > slow) report(index, `took ${(taken / 1000).toFixed(1)} s for ${input.length} bytes`);
}
parentPort?.postMessage(null);

function report(index: number, what: string): void {
  parentPort?.postMessage({ index, what } satisfies Finding);
}
