import type { RunLimits } from '@py/code';
import type { VM } from '../core/vm.ts';
import { memoryError, newException } from '../core/errors.ts';
import { strFromJS } from '../core/text.ts';
import { threadsOf } from './threads.ts';
import { RuntimeError, TimeoutError } from '../objects/exception-types.ts';
import type { PyBaseException } from '../objects/exceptions.ts';

/** Instructions between two looks at limits, signals and the host. */
export const interval = 10_000;

/** After a limit raised in the program, this part of it more is granted for handling the exception; then the run ends. */
const grace = 0.1;

/** Thrown through everything, Python's `finally` included, when a limit ends the run. Not a Python exception. */
export class StopRun extends Error {
  override readonly name = 'StopRun';
  readonly reason: 'fuel' | 'memory' | 'time' | 'interrupt';
  constructor(reason: 'fuel' | 'memory' | 'time' | 'interrupt') {
    super(`the run was stopped: ${reason}`);
    this.reason = reason;
  }
}

/** What one run may still use. */
export class Budget {
  /** Instructions; Infinity for no limit. */
  fuel: number;
  /** Estimated bytes. */
  memory: number;
  /** Nanoseconds of `host.clock.monotonic`; null for no limit. */
  deadline: bigint | null;
  private readonly limits: RunLimits;
  private readonly raised: Set<string>;

  constructor(vm: VM, limits: RunLimits) {
    this.limits = limits;
    this.fuel = limits.fuel ?? Infinity;
    this.memory = limits.memory ?? Infinity;
    const clock = vm.host.clock;
    this.deadline = limits.time === undefined || clock === undefined ? null : clock.monotonic() + BigInt(Math.round(limits.time * 1e6));
    this.raised = new Set();
  }

  /** Takes what was used. Gives the exception to raise in the program if a limit was passed, throws StopRun if that ends the run. */
  spend(vm: VM, instructions: number, bytes: number): PyBaseException | null {
    this.fuel -= instructions;
    this.memory -= bytes;
    if (this.fuel < 0) return this.passed('fuel', () => newException(RuntimeError, strFromJS('instruction limit reached')), () => (this.fuel = (this.limits.fuel ?? 0) * grace));
    if (this.memory < 0) return this.passed('memory', () => memoryError(), () => (this.memory = (this.limits.memory ?? 0) * grace));
    if (this.deadline !== null && vm.host.clock !== undefined && vm.host.clock.monotonic() > this.deadline) {
      const extra = BigInt(Math.round((this.limits.time ?? 0) * grace * 1e6));
      return this.passed('time', () => newException(TimeoutError, strFromJS('time limit reached')), () => (this.deadline = (this.deadline as bigint) + extra));
    }
    return null;
  }

  /** More memory was asked for than is left: throws what that leads to. */
  overdrawn(vm: VM): void {
    const bytes = vm.allocated;
    vm.allocated = 0;
    const exception = this.spend(vm, 0, bytes);
    if (exception !== null) throw exception;
  }

  /** More work is to be done at once than is left: throws what that leads to. */
  exhausted(vm: VM, units: number): void {
    const exception = this.spend(vm, units, 0);
    if (exception !== null) throw exception;
  }

  /** When the time is over (`clockNow`); Infinity without a limit. */
  until(vm: VM): number {
    return this.deadline === null ? Infinity : Number(this.deadline) / 1e6 + threadsOf(vm).skipped;
  }

  private passed(what: 'fuel' | 'memory' | 'time', error: () => PyBaseException, extend: () => void): PyBaseException {
    if (this.limits.onLimit !== 'raise' || this.raised.has(what)) throw new StopRun(what);
    this.raised.add(what);
    extend();
    return error();
  }
}
