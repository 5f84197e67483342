// Makes what a start of py is fast with, beside dist/py.cjs: dist/*.cache, the code that V8 has compiled; dist/py.snapshot, the heap of a process in
// which Python has begun to start; and dist/py-importing.snapshot, one in which much imported modules are there besides. Runs when the package is built
// and when it is installed; without them everything works, more slowly.
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { beginning, withLoop } = require('./load.js');

/** What bin/py.js starts Node with: without a snapshot, and with one (strings are then hashed with a secret of the installation, not of the process). */
const stack = /^_py_stack=(.*)$/m.exec(readFileSync(join(__dirname, 'py.js'), 'utf8'))[1];
const flags = [stack, ...beginning, '--no-rehash-snapshot'];

function prepare(dist) {
  const bundle = join(dist, 'py.cjs');
  const snapshot = join(dist, 'py.snapshot');
  if (!existsSync(bundle)) return;
  rmSync(`${snapshot}.for`, { force: true });
  node([stack, join(dist, '../bin/py.js'), '-c', 'pass']);
  node([join(dist, '../bin/pyphase.js'), 'dis', '-']);
  if (!process.getBuiltinModule) return; // Node before 20.16 gives a snapshot no modules.
  const made = [false, true].map((importing) => makeSnapshot(bundle, join(dist, importing ? 'py-importing.snapshot' : 'py.snapshot'), importing));
  if (made.every(Boolean)) describe(`${snapshot}.for`);
}

function makeSnapshot(bundle, file, importing) {
  const source = `${file}.${process.pid}.cjs`;
  const made = `${file}.${process.pid}`;
  writeFileSync(source, program(readFileSync(bundle, 'latin1'), bundle, importing));
  const done = node([...flags, '--snapshot-blob', made, '--build-snapshot', source]) === 0;
  if (done) renameSync(made, file);
  rmSync(source);
  rmSync(made, { force: true });
  return done;
}

/** The bundle, a function expression, called so that it hands over what the snapshot shall do when it is started. */
function program(bundle, filename, importing) {
  return `const { startupSnapshot } = require('v8');
const { realpathSync } = require('fs');
const { resolve, dirname } = require('path');
const builtin = (id) => (startupSnapshot.isBuildingSnapshot() ? require(id.replace(/^node:/, '')) : process.getBuiltinModule(id));
const setFlag = (flag) => builtin('node:v8').setFlagsFromString(flag);
(${bundle.replace(/\/\/# sourceMappingURL=.*\s*$/, '').trim()})(builtin, ${JSON.stringify(filename)}, {
  importing: ${importing},
  started() {},
  lasting: () => setFlag('${withLoop}'),
  keep: (run) => startupSnapshot.setDeserializeMainFunction(() => run(resolve(dirname(realpathSync(process.argv[1])), '../dist/py.cjs'))),
});
`;
}

/** For whom the snapshot is: Node as a file with its time of change, and the abilities of the processor, which V8's code counts on; and the options it was made with. */
function describe(file) {
  writeFileSync(file, `${process.execPath}\n${processor()}\n${flags.join(' ')}\n`);
  spawnSync('touch', ['-r', process.execPath, file]); // To the nanosecond, which Node cannot.
}

function processor() {
  try {
    return /^(?:flags|Features)\s*(:.*)$/m.exec(readFileSync('/proc/cpuinfo', 'latin1'))?.[1].trim() ?? '';
  } catch {
    return '';
  }
}

function node(args) {
  return spawnSync(process.execPath, args, { input: 'pass\n', stdio: ['pipe', 'ignore', 'ignore'] }).status;
}

prepare(resolve(process.argv[2] ?? join(__dirname, '../dist')));
