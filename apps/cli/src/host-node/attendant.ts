import { existsSync } from 'node:fs';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { Cell, type Answer, type Order, type Question, type Report } from '../attendant/messages.ts';

/** How long a program runs, and how long it must want to sleep, before an attendant is worth its start (milliseconds). */
const startAfter = 150;
const startForSleep = 20;

/**
 * A worker thread with an event loop, for a thread that never returns to its own while Python runs. It is started when something
 * needs it: a short program never does.
 */
export class Attendant {
  /** Made with the first need: a snapshot can hold none (py/keep.ts). */
  private shared: Int32Array | null = null;
  private worker: Worker | null = null;
  private port: MessagePort | null = null;
  private signals: number[] = [];
  /** The count of events when the program last looked. */
  private seen = 0;
  /** Gets what the attendant reports, while the program asks. */
  onReport: ((report: Report) => void) | null = null;
  private lastId = 0;
  private begin = Infinity;
  private readonly bundle: string | null;

  /** `bundle`: the file that the worker runs; null where there is none, and then signals do what they do to any process. */
  constructor(bundle: string | null) {
    this.bundle = bundle;
  }

  private get cells(): Int32Array {
    return (this.shared ??= new Int32Array(new SharedArrayBuffer(4 * Cell.COUNT)));
  }

  get running(): boolean {
    return this.worker !== null;
  }

  /** From here it counts how long the program runs: the start of Python is no part of that. Without this call it is not started by the mere passing of time. */
  programBegins(): void {
    this.begin = Date.now();
  }

  /** Starts it unless it runs; `ready`: waits until it listens. */
  start(ready: boolean): void {
    if (this.worker === null) {
      if (this.bundle === null || !existsSync(this.bundle)) return;
      const { port1, port2 } = new MessageChannel();
      const workerData = { shared: this.cells.buffer, port: port2, signals: this.signals };
      this.worker = new Worker(this.bundle, { workerData, transferList: [port2], execArgv: [] });
      this.worker.unref();
      port1.unref();
      this.port = port1;
    }
    if (ready && this.worker !== null) while (Atomics.load(this.cells, Cell.READY) === 0) Atomics.wait(this.cells, Cell.READY, 0, 1);
  }

  /**
   * Takes these signals from now on: not before this returns, or as soon as it has started meanwhile, or later, when the program has run or slept
   * for a while.
   */
  watch(signals: readonly number[], when: 'now' | 'soon' | 'later'): void {
    this.signals = [...signals];
    if (this.worker === null && when === 'later') return;
    const fresh = this.worker === null;
    this.start(when !== 'soon' || !fresh);
    if (!fresh && this.worker !== null) this.ask({ kind: 'watch', id: this.newId(), signals: this.signals });
  }

  /** Signals that arrived since the last call. */
  arrivals(): readonly number[] {
    if (this.worker === null) {
      if (this.signals.length > 0 && Date.now() - this.begin > startAfter) this.start(false);
      return none;
    }
    this.seen = Atomics.load(this.cells, Cell.EVENTS);
    if (this.cells[Cell.SIGNALS] === 0 && this.cells[Cell.MORE_SIGNALS] === 0) return none;
    const numbers: number[] = [];
    for (const [cell, base] of [[Cell.SIGNALS, 0], [Cell.MORE_SIGNALS, 32]] as const) {
      const bits = Atomics.exchange(this.cells, cell, 0);
      for (let bit = 0; bit < 32; bit++) if ((bits & (1 << bit)) !== 0) numbers.push(base + bit);
    }
    return numbers;
  }

  /** Blocks this thread for so long, or until something happens that {@link arrivals} has not seen. */
  sleep(milliseconds: number): void {
    if (this.worker === null && this.signals.length > 0 && milliseconds >= startForSleep) this.start(false);
    Atomics.wait(this.cells, Cell.EVENTS, this.seen, milliseconds);
  }

  /** Gives up all signals, so that they do again what they do to any process. */
  release(): void {
    this.signals = [];
    if (this.worker !== null) this.watch([], 'now');
  }

  /** Sends an order that has no answer. */
  order(order: Order): void {
    this.port?.postMessage(order);
  }

  /** Asks, and waits for the answer. Null without an attendant. */
  ask(question: Question): Answer | null {
    this.start(true);
    const { port } = this;
    if (port === null) return null;
    port.postMessage(question);
    for (;;) {
      const seen = Atomics.load(this.cells, Cell.EVENTS);
      const report = this.next();
      if (report === null) Atomics.wait(this.cells, Cell.EVENTS, seen, 1000);
      else if (report.kind === 'answer' && report.id === question.id) return report;
    }
  }

  /** A number for the next question. */
  newId(): number {
    return ++this.lastId;
  }

  /** Hands out what the attendant reported. */
  receiveReports(): void {
    while (this.next() !== null);
  }

  private next(): Report | null {
    if (this.port === null) return null;
    const received = receiveMessageOnPort(this.port) as { message: Report } | undefined;
    if (received === undefined) return null;
    this.onReport?.(received.message);
    return received.message;
  }
}

const none: readonly number[] = [];
