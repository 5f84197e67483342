// npx tsx --conditions=@py/source packages/pyc/bench/marshal.ts PYTHON: loads and dumps on the .pyc files of that CPython 3.12's library,
// against its own marshal module, file by file, in CPU time. Ratio = CPython / ours.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dumps, loads } from '../src/index.ts';

const rounds = 7;
const script = `
import glob, json, marshal, os, sys, time
paths = sorted(glob.glob(os.path.join(os.path.dirname(os.__file__), "**", "__pycache__", "*.cpython-312.pyc"), recursive=True))
data = [open(path, "rb").read()[16:] for path in paths]
def best(run):
    times = []
    for _ in range(${rounds}):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times) * 1000
codes = [marshal.loads(item) for item in data]
def load():
    for item in data: marshal.loads(item)
def dump():
    for code in codes: marshal.dumps(code)
print(json.dumps({"paths": paths, "loads": best(load), "dumps": best(dump)}))
`;

const python = process.argv[2] ?? process.env['PYTHON312'] ?? 'python3.12';
const answer = spawnSync(python, ['-c', script], { encoding: 'utf8', maxBuffer: 1 << 28 });
if (answer.status !== 0) throw new Error(answer.stderr || `cannot run ${python}`);
const theirs = JSON.parse(answer.stdout) as { paths: string[]; loads: number; dumps: number };
const data = theirs.paths.map((path) => Uint8Array.from(readFileSync(path).subarray(16)));
const codes = data.map((bytes) => loads(bytes));

function best(run: () => void): number {
  let fastest = Infinity;
  for (let round = 0; round < rounds + 3; round++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    fastest = Math.min(fastest, (user + system) / 1000);
  }
  return fastest;
}

const ours = {
  loads: best(() => data.forEach((bytes) => loads(bytes))),
  dumps: best(() => codes.forEach((code) => dumps(code))),
};
const megabytes = data.reduce((sum, bytes) => sum + bytes.length, 0) / 1e6;
console.log(`${data.length} files, ${megabytes.toFixed(1)} MB`);
for (const name of ['loads', 'dumps'] as const) {
  console.log(`${name}: CPython ${theirs[name].toFixed(0)} ms, ours ${ours[name].toFixed(0)} ms, ${(theirs[name] / ours[name]).toFixed(2)}x`);
}
