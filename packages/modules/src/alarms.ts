import type { VM } from '@py/vm/native';

/* What is to happen at some time while the program runs or waits. The VM knows one time and one function; several modules share them here. */

interface Alarm {
  /** On the clock of `clockNow`. */
  readonly at: number;
  readonly ring: (vm: VM) => void;
}

const alarmsOf = (vm: VM): Map<string, Alarm> => vm.state('alarms', () => new Map());

/** Sets the alarm of a module, or takes it back (`at` Infinity). `ring` may set the next. */
export function setAlarm(vm: VM, module: string, at: number, ring: (vm: VM) => void): void {
  const alarms = alarmsOf(vm);
  if (at === Infinity) alarms.delete(module);
  else alarms.set(module, { at, ring });
  vm.alarmAt = Math.min(Infinity, ...[...alarms.values()].map((alarm) => alarm.at));
  vm.onAlarm = ringAll;
}

function ringAll(vm: VM): void {
  const due = vm.alarmAt;
  for (const alarm of [...alarmsOf(vm).values()]) if (alarm.at <= due) alarm.ring(vm);
}
