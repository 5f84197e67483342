import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { HostError, type HostProcesses, type HostUsage } from '@py/code';
import type { Descriptors } from './descriptors.ts';
import type { Environment } from './environment.ts';
import { guard } from './errors.ts';
import { bytesOf, hasLoneBytes } from './names.ts';
import { pause } from './pause.ts';

interface Ended {
  readonly pid: number;
  /** As waitpid gives it: exit code × 256, or the signal. */
  readonly status: number;
}

/** Child processes. `args` are the arguments after the program's own name. */
export function createProcesses(executable: string, descriptors: Descriptors, environment: Environment): HostProcesses {
  const running = new Map<number, ChildProcess>();
  return {
    pid: process.pid,
    ppid: process.ppid,
    executable,
    spawn(file, args, { cwd, env, stdio, inherited = [], argv0, newSession, uid, gid, groups, umask }) {
      const descriptorOf = (fd: number): number | 'ignore' => (fd < 0 ? 'ignore' : descriptors.forChild(fd));
      const command = passable(file, args, env ?? environment.variables);
      const all: (number | 'ignore')[] = stdio.map(descriptorOf);
      for (const fd of inherited) {
        while (all.length < fd) all.push('ignore');
        all[fd] = descriptorOf(fd);
      }
      const child = guard(() => lending(groups, umask, () => spawn(command.file, [...command.args], {
        cwd,
        env: command.env,
        stdio: all as ['ignore', 'ignore', 'ignore'],
        argv0: command.file === file ? argv0 : undefined,
        detached: newSession,
        uid,
        gid,
      })));
      child.unref();
      // Reported here already; Node would report it again, later, and end the process.
      child.on('error', () => {});
      if (child.pid === undefined) throw new HostError('ENOENT', file);
      running.set(child.pid, child);
      return child.pid;
    },
    wait(pid, noHang) {
      if (running.size === 0 || (pid > 0 && !running.has(pid))) throw new HostError('ECHILD');
      for (let milliseconds = 1; ; milliseconds = Math.min(milliseconds * 2, 20)) {
        for (const child of pid > 0 ? [running.get(pid)] : running.values()) {
          const ended = child && endOf(child);
          if (!ended) continue;
          running.delete(ended.pid);
          return ended;
        }
        if (noHang) return undefined;
        if (process.platform !== 'linux') return nextEnd(running, pid);
        pause(milliseconds);
      }
    },
    kill: (pid, signal) => guard(() => void process.kill(pid, signal)),
    getuid: () => process.getuid?.() ?? 0,
    getgid: () => process.getgid?.() ?? 0,
    geteuid: () => process.geteuid?.() ?? 0,
    getegid: () => process.getegid?.() ?? 0,
    ...identityChanges(),
    umask: (mask) => process.umask(mask),
    getpriority: (pid) => guardSystem(() => getPriority(pid)),
    setpriority: (pid, priority) => guardSystem(() => setPriority(pid, priority)),
    usage,
  };
}

/** Node's children have this process's groups and mask: for the start of one it takes the child's. */
function lending<T>(groups: readonly number[] | undefined, umask: number | undefined, run: () => T): T {
  const { getgroups, setgroups } = process;
  const oldGroups = groups === undefined ? undefined : getgroups?.call(process);
  if (groups !== undefined) setgroups?.call(process, groups);
  const oldMask = umask === undefined ? undefined : process.umask(umask);
  try {
    return run();
  } finally {
    if (oldMask !== undefined) process.umask(oldMask);
    if (oldGroups !== undefined) setgroups?.call(process, oldGroups);
  }
}

/** What Node can change about who it is; nothing on Windows. */
function identityChanges(): Partial<HostProcesses> {
  // The types of Node leave out initgroups.
  const { getgroups, setuid, setgid, seteuid, setegid, setgroups, initgroups } = process as typeof process & { initgroups?(user: string, group: number): void };
  if (!getgroups || !setuid || !setgid || !seteuid || !setegid || !setgroups || !initgroups) return {};
  return {
    getgroups: () => guard(() => getgroups.call(process)),
    setuid: (uid) => guard(() => setuid.call(process, uid)),
    setgid: (gid) => guard(() => setgid.call(process, gid)),
    seteuid: (uid) => guard(() => seteuid.call(process, uid)),
    setegid: (gid) => guard(() => setegid.call(process, gid)),
    setgroups: (groups) => guard(() => setgroups.call(process, groups)),
    initgroups: (user, group) => guard(() => initgroups.call(process, user, group)),
  };
}

/** node:os reports the system's errors as SystemError, whose `info` has the errno. */
function guardSystem<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const code = (error as { readonly info?: { readonly code?: string } }).info?.code;
    throw code === undefined ? error : new HostError(code);
  }
}

function usage(): HostUsage {
  const used = process.resourceUsage();
  return {
    userTimeNs: BigInt(used.userCPUTime) * 1000n,
    systemTimeNs: BigInt(used.systemCPUTime) * 1000n,
    maxMemory: used.maxRSS,
    minorFaults: used.minorPageFault,
    majorFaults: used.majorPageFault,
    blocksRead: used.fsRead,
    blocksWritten: used.fsWrite,
    voluntarySwitches: used.voluntaryContextSwitches,
    involuntarySwitches: used.involuntaryContextSwitches,
  };
}

type Variables = Readonly<Record<string, string>>;

/**
 * Node passes text only: bytes that are none, which Python has as lone surrogates from U+DC80, are written by a shell that becomes the program.
 * Variables that a shell does not keep (`a.b`) then go by way of `env`.
 */
function passable(file: string, args: readonly string[], env: Variables): { readonly file: string; readonly args: readonly string[]; readonly env: Variables } {
  const variables = Object.entries(env);
  if (![file, ...args].some(hasLoneBytes) && !variables.some(([name, value]) => hasLoneBytes(name) || hasLoneBytes(value))) return { file, args, env };
  if (file.includes('/') && !existsSync(file)) throw new HostError('ENOENT', file);
  const isPlain = ([name, value]: readonly [string, string]): boolean => /^[A-Za-z_]\w*$/.test(name) && !hasLoneBytes(value);
  const others = variables.filter((variable) => !isPlain(variable)).map(([name, value]) => `${name}=${value}`);
  const words = [...(others.length > 0 ? ['env', ...others] : []), file, ...args];
  const assignments = words.map((word, index) => `w${index}=$(printf '${octal(word)}.')`); // The dot keeps line ends.
  const command = `${assignments.join('\n')}\nexec ${words.map((_word, index) => `"\${w${index}%.}"`).join(' ')}`;
  return { file: '/bin/sh', args: ['-c', command], env: Object.fromEntries(variables.filter(isPlain)) };
}

/** The bytes of a text as printf writes them. */
function octal(text: string): string {
  return [...bytesOf(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** What Node knows of the end; while Node cannot look (its event loop stands), what Linux says of a process that nobody has waited for. */
function endOf(child: ChildProcess): Ended | undefined {
  const pid = child.pid as number;
  if (child.exitCode !== null) return { pid, status: child.exitCode << 8 };
  if (child.signalCode !== null) return { pid, status: constants.signals[child.signalCode] };
  if (process.platform !== 'linux') return undefined;
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').trim().split(' ');
    return fields[0] === 'Z' ? { pid, status: Number(fields[49]) } : undefined;
  } catch {
    return undefined;
  }
}

function nextEnd(running: Map<number, ChildProcess>, pid: number): Promise<Ended> {
  return new Promise((resolve) => {
    for (const child of pid > 0 ? [running.get(pid)] : running.values()) {
      child?.once('exit', () => {
        const ended = endOf(child);
        if (!ended || !running.delete(ended.pid)) return;
        resolve(ended);
      });
    }
  });
}
