// pnpm fuzz [--minutes N] [--seed N] [--from N] [--count N] [phase…]: damaged programs and files; nothing may crash, hang or throw an untyped error.
// Every input follows from the seed and its number: `pnpm fuzz parser --seed 7 --from 1234 --count 1` repeats one.
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { progress } from '../lib/progress.ts';
import { targetNames } from './targets.ts';
import type { Finding, FuzzOrder } from './worker.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000) % 1000000) },
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '1000000000' },
  },
});
/** Seconds without a new input before a thread counts as hanging. */
const patience = 30;

/** A thread does not inherit the loader for TypeScript. */
const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(new URL('./worker.ts', import.meta.url).href)}); });`;

let failures = 0;
for (const target of positionals.length > 0 ? positionals : targetNames) failures += await fuzz(target);
if (failures > 0) process.exitCode = 1;

/** Runs one target for its time; after a hang or a crash a new thread goes on with the next input. Gives the number of findings. */
async function fuzz(target: string): Promise<number> {
  const until = Date.now() + Number(values.minutes) * 60000;
  const last = Number(values.from) + Number(values.count);
  const seen = new Map<string, number>();
  let next = Number(values.from);
  let findings = 0;
  const seconds = Number(values.minutes) * 60;
  const bar = progress(`${target}, seconds`, Math.round(seconds));
  const clock = setInterval(() => bar.at(Math.round(seconds - (until - Date.now()) / 1000)), 500);
  while (next < last && Date.now() < until) {
    const current = new SharedArrayBuffer(4);
    new Int32Array(current)[0] = next;
    const ended = await runThread({ target, seed: Number(values.seed), from: next, count: last - next, until, current }, (finding) => {
      findings++;
      // The same fault many times is one line; the number of times follows at the end.
      const kind = finding.what.replace(/\d+/g, 'N').slice(0, 160);
      if (!seen.has(kind)) bar.line(`${target} --seed ${values.seed} --from ${finding.index} --count 1: ${finding.what}`);
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    });
    next = new Int32Array(current)[0] + 1;
    if (ended) break;
  }
  clearInterval(clock);
  bar.end();
  console.log(`${target}: ${next - Number(values.from)} inputs, ${findings} findings of ${seen.size} kinds (seed ${values.seed})`);
  return findings;
}

/** True when the thread came to its end by itself. */
function runThread(order: FuzzOrder, found: (finding: Finding) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const worker = new Worker(start, { eval: true, workerData: order, resourceLimits: { maxOldGenerationSizeMb: 2048 } });
    const current = new Int32Array(order.current);
    let seenIndex = -1;
    let seenAt = Date.now();
    const watch = setInterval(() => {
      const index = Atomics.load(current, 0);
      if (index !== seenIndex) {
        seenIndex = index;
        seenAt = Date.now();
      } else if (Date.now() - seenAt > patience * 1000) {
        found({ index, what: `hangs (no end in ${patience} s)` });
        finish(false);
      }
    }, 500);
    const finish = (ended: boolean): void => {
      clearInterval(watch);
      worker.removeAllListeners();
      void worker.terminate().then(() => resolve(ended));
    };
    worker.on('message', (message: Finding | null) => (message ? found(message) : finish(true)));
    worker.on('error', (error) => {
      found({ index: Atomics.load(current, 0), what: `ends the thread: ${error.message}` });
      finish(false);
    });
  });
}
