// Every limit of a run, reached in Python code and inside natives; afterwards the Python can be used again.
import type { HostClock, RunLimits } from '@py/code';
import { describe, expect, it } from 'vitest';
import { createPython, type Python } from '../src/index.ts';

const clock: HostClock = {
  time: () => BigInt(Date.now()) * 1_000_000n,
  monotonic: () => process.hrtime.bigint(),
  sleepSync: (ns) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ns) / 1e6),
  sleep: (ns) => new Promise((resolve) => setTimeout(resolve, Number(ns) / 1e6)),
};

function python(): Python {
  return createPython({ clock });
}

/** Programs that would use more of something than there is; none ends by itself in reasonable time. */
const endless: Readonly<Record<string, string>> = {
  'a loop': 'while True: pass',
  'calls': 'def f():\n    pass\nwhile True: f()',
  'a generator': 'for _ in iter(int, 1): pass',
  'recursion that is caught': 'def f():\n    while True:\n        try: f()\n        except RecursionError: pass\nf()',
  'an except clause that catches everything': 'while True:\n    try:\n        while True: pass\n    except Exception: pass',
  'a sum': 'sum(iter(int, 1))',
  'a sort key': 'sorted(range(10**6), key=lambda n: -n)',
  'a large power': 'x = 7 ** 10 ** 8',
  'a product of large ints': 'x = 1 << 10**7\nwhile True: x * x',
  'a thread': 'import _thread\ndef f():\n    while True: pass\n_thread.start_new_thread(f, ())\nf()',
};

describe('fuel', () => {
  it.each(Object.entries(endless))('ends %s', (_name, source) => {
    const machine = python();
    expect(machine.run(source, { limits: { fuel: 300_000, onLimit: 'stop' } })).toEqual({ kind: 'stopped', reason: 'fuel' });
    expect(machine.eval('6 * 7')).toBe(42);
  });

  it('is counted the same way every time', () => {
    const used = (fuel: number): string => python().run('n = 0\nfor _ in range(1000): n += 1', { limits: { fuel, onLimit: 'stop' } }).kind;
    const enough = [...Array(40).keys()].map((step) => 1000 * (step + 1)).find((fuel) => used(fuel) === 'done') as number;
    expect(used(enough)).toBe('done');
    expect(used(enough - 1000)).toBe('stopped');
  });

  it('is an exception that the program can catch once, if the host wants that', () => {
    const limits: RunLimits = { fuel: 100_000, onLimit: 'raise' };
    const caught = 'try:\n    while True: pass\nexcept RuntimeError as error:\n    said = str(error)';
    const machine = python();
    expect(machine.run(caught, { limits })).toEqual({ kind: 'done' });
    expect(machine.eval('said')).toBe('instruction limit reached');
    expect(machine.run('while True:\n    try:\n        while True: pass\n    except RuntimeError: pass', { limits })).toEqual({ kind: 'stopped', reason: 'fuel' });
    expect(machine.run('while True: pass', { limits })).toMatchObject({ kind: 'raised', type: 'RuntimeError' });
  });
});

describe('memory', () => {
  const greedy: Readonly<Record<string, string>> = {
    'a str': "x = 'a' * 10**8",
    'bytes': 'x = bytes(10**8)',
    'a bytearray': 'x = bytearray(10**8)',
    'a list': 'x = [0] * 10**8',
    'an int': 'x = 1 << 10**9',
    'a list made of a range': 'x = list(range(10**8))',
    'padding': "x = 'a'.rjust(10**8)",
    'a join': "x = 'a'.join(['b' * 1000] * 10**5)",
    'a str that doubles': "x = 'a' * 1000\nwhile True: x += x",
    'a width in %': "x = '%99999999d' % 1",
    'a list that grows': 'x = [i for i in range(10**8)]',
    'a set that grows': 'x = {i for i in range(10**8)}',
    'a dict that grows': 'x = {i: i for i in range(10**8)}',
  };

  it.each(Object.entries(greedy))('ends %s', (_name, source) => {
    const machine = python();
    expect(machine.run(source, { limits: { memory: 50_000_000, onLimit: 'stop' } })).toEqual({ kind: 'stopped', reason: 'memory' });
    expect(machine.eval('6 * 7')).toBe(42);
  });

  const keys: Readonly<Record<string, string>> = {
    'a comprehension': "x = {f'key {i}': i for i in range(10**8)}",
    items: "x = {}\nfor i in range(10**8): x['key %d' % i] = i",
    defaults: "x = {}\nfor i in range(10**8): x.setdefault(f'key {i}', i)",
  };

  it.each(Object.entries(keys))('ends a dict that grows by str keys: %s', (_name, source) => {
    expect(python().run(source, { limits: { memory: 5_000_000, onLimit: 'stop' } })).toEqual({ kind: 'stopped', reason: 'memory' });
  });

  it('is MemoryError, if the host wants that', () => {
    const machine = python();
    const source = "try:\n    x = bytes(10**8)\n    for _ in range(20_000): pass\nexcept MemoryError: caught = True";
    expect(machine.run(source, { limits: { memory: 50_000_000, onLimit: 'raise' } })).toEqual({ kind: 'done' });
    expect(machine.eval('caught')).toBe(true);
  });
});

describe('time', () => {
  it.each(['a loop', 'a sum', 'a sort key', 'a thread'])('ends %s', (name) => {
    const machine = python();
    const start = Date.now();
    expect(machine.run(endless[name], { limits: { time: 50, onLimit: 'stop' } })).toEqual({ kind: 'stopped', reason: 'time' });
    expect(Date.now() - start).toBeLessThan(5000);
    expect(machine.eval('6 * 7')).toBe(42);
  });

  it('ends a sleep and a wait for a lock', async () => {
    for (const source of ['import time\ntime.sleep(60)', 'import _thread\nlock = _thread.allocate_lock()\nlock.acquire()\nlock.acquire()']) {
      const machine = python();
      expect(machine.run(source, { limits: { time: 30, onLimit: 'stop' } })).toEqual({ kind: 'stopped', reason: 'time' });
      expect(await machine.runAsync(source, { limits: { time: 30, onLimit: 'stop' } })).toEqual({ kind: 'stopped', reason: 'time' });
    }
  });

  it('is TimeoutError, if the host wants that', () => {
    expect(python().run('while True: pass', { limits: { time: 20, onLimit: 'raise' } })).toMatchObject({ kind: 'raised', type: 'TimeoutError' });
  });
});

describe('interrupt', () => {
  const raised = { kind: 'raised', type: 'KeyboardInterrupt' };

  it.each(['while True: pass', 'import time\ntime.sleep(60)', 'import _thread\nlock = _thread.allocate_lock()\nlock.acquire()\nlock.acquire()'])('reaches %j', async (source) => {
    const machine = python();
    setTimeout(() => machine.interrupt(), 20);
    expect(await machine.runAsync(source)).toMatchObject(raised);
    expect(machine.eval('6 * 7')).toBe(42);
  });

  it('runs the program\'s own handler, and a wait goes on after it', async () => {
    const machine = python();
    setTimeout(() => machine.interrupt(), 20);
    const source = 'import _signal, time\nseen = []\n_signal.signal(2, lambda number, frame: seen.append(number))\nstart = time.monotonic()\ntime.sleep(0.06)\nslept = time.monotonic() - start >= 0.06';
    expect(await machine.runAsync(source)).toEqual({ kind: 'done' });
    expect(machine.eval('seen, slept')).toEqual([[2], true]);
  });
});

describe('giving way', () => {
  it('lets JavaScript go on while Python computes, sleeps and has threads', async () => {
    const machine = python();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const source = `
import _thread, time
ended = []
def work():
    for _ in range(300_000): pass
    time.sleep(0.02)
    ended.append(1)
_thread.start_new_thread(work, ())
work()
while len(ended) < 2: time.sleep(0.001)
`;
    expect(await machine.runAsync(source)).toEqual({ kind: 'done' });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it('says so when a host can neither wait nor block', () => {
    const machine = createPython({ clock: { time: () => 0n, monotonic: () => process.hrtime.bigint() } });
    expect(machine.run('import time\ntime.sleep(1)')).toMatchObject({ kind: 'raised', type: 'RuntimeError' });
  });
});
