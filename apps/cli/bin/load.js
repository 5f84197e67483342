// Runs a bundle of dist/ with the code that V8 compiled earlier, so that a start does not compile it again.
// CommonJS (see package.json beside it): Node starts such a file several milliseconds sooner than a module.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const dist = join(__dirname, '../dist');

/**
 * V8 shall not optimise the VM's loop, its one function that is larger than this, while Python starts: it takes 100 ms on another core, and a
 * program that is over sooner would have to wait for it.
 */
const withoutLoop = '--max-optimized-bytecode-size=10000';
const withLoop = '--max-optimized-bytecode-size=1000000'; // V8's own 61440 would leave out SQLite's loop (host-node/sqlite.ts).
exports.withLoop = withLoop;
/** How V8 begins: an import is over before V8 has optimised it, which it shall try later. Newer V8s, since Node 22, have no option for that. */
const beginning = [withoutLoop, ...(process.versions.v8.startsWith('11.') ? ['--interrupt-budget=300000'] : [])];
exports.beginning = beginning;
const setFlag = (flag) => require('node:v8').setFlagsFromString(flag);

exports.load = function load(name) {
  const filename = join(dist, `${name}.cjs`);
  let source;
  try {
    source = readFileSync(filename, 'latin1'); // ASCII; the whole is a function expression.
  } catch {
    process.stderr.write(`${name} is not built yet. In the repository, run: npm start\n`);
    process.exit(70);
  }
  const cacheFile = join(dist, `${name}-${cacheKey()}.cache`);
  for (const flag of beginning) if (!process.execArgv.includes(flag)) setFlag(flag);
  const script = new Script(source, { filename, cachedData: readCache(cacheFile) });
  const onStart = {
    /** The bundle calls this when the program's turn has come: what is compiled when it ends is what the next start needs. */
    started() {
      if (script.cachedDataRejected === false) return;
      process.once('exit', () => {
        setFlag(withoutLoop);
        writeCache(cacheFile, script.createCachedData());
      });
    },
    /** And this when the program turns out to be longer. */
    lasting: () => setFlag(withLoop),
  };
  script.runInThisContext()(require, filename, onStart);
};

/** V8 takes compiled code from the same version under the same options only. */
function cacheKey() {
  return [process.version, process.arch, ...process.execArgv].join('-').replace(/[^\w.=]+/g, '-').slice(0, 200);
}

function readCache(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** A read-only installation starts without. */
function writeCache(file, data) {
  try {
    writeFileSync(`${file}.${process.pid}`, data);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // The next run tries again.
  }
}
