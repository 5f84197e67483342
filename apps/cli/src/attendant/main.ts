// The attendant: a worker thread whose event loop turns while the program's thread runs Python without a pause. It takes signals,
// and counts what happened in shared memory, where the program looks between instructions and while it sleeps.
import { workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { Cell, type Order, type Report } from './messages.ts';
import { AttendantSockets } from './sockets.ts';

interface SignalHandle {
  onsignal: (number: number) => void;
  start(number: number): number;
  close(): void;
}

/** `process.on` takes signals on the main thread only; this is what it stands on. Absent where Node does not grant it. */
function signalHandles(): (new () => SignalHandle) | null {
  try {
    process.noDeprecation = true; // Of this thread.
    return (process as unknown as { binding(name: string): { Signal: new () => SignalHandle } }).binding('signal_wrap').Signal;
  } catch {
    return null;
  }
}

const { shared, port } = workerData as { shared: SharedArrayBuffer; port: MessagePort };
const cells = new Int32Array(shared);
const Signal = signalHandles();
const watched = new Map<number, SignalHandle>();

function happened(): void {
  Atomics.add(cells, Cell.EVENTS, 1);
  Atomics.notify(cells, Cell.EVENTS);
}

function report(message: Report): void {
  port.postMessage(message);
  happened();
}

function arrived(number: number): void {
  Atomics.or(cells, number < 32 ? Cell.SIGNALS : Cell.MORE_SIGNALS, 1 << (number & 31));
  happened();
}

/** Takes these signals and no others. */
function watch(signals: readonly number[]): void {
  for (const [number, handle] of watched) {
    if (signals.includes(number)) continue;
    handle.close();
    watched.delete(number);
  }
  for (const number of signals) {
    if (Signal === null || watched.has(number)) continue;
    const handle = new Signal();
    handle.onsignal = arrived;
    if (handle.start(number) === 0) watched.set(number, handle);
    else handle.close();
  }
}

const sockets = new AttendantSockets(report);

port.on('message', (order: Order) => {
  if (order.kind !== 'watch') return sockets.take(order);
  watch(order.signals);
  report({ kind: 'answer', id: order.id });
});
watch((workerData as { signals: readonly number[] }).signals);
Atomics.store(cells, Cell.READY, 1);
happened();
