// Runs a bundle of dist/ with the code that V8 compiled earlier, so that a start does not compile it again.
// CommonJS (see package.json beside it): Node starts such a file several milliseconds sooner than a module.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const dist = join(__dirname, '../dist');

exports.load = function load(name) {
  const filename = join(dist, `${name}.cjs`);
  let source;
  try {
    source = readFileSync(filename, 'latin1'); // The bundle is ASCII.
  } catch {
    process.stderr.write(`${name} is not built yet. In the repository, run: npm start\n`);
    process.exit(70);
  }
  const cacheFile = join(dist, `${name}-${cacheKey()}.cache`);
  const script = new Script(`(function (require, __filename, started) {${source}\n})`, { filename, cachedData: readCache(cacheFile) });
  /** The bundle calls this when it has started and the program's turn has come. What is compiled when that ends is what the next start needs. */
  const started = () => {
    if (script.cachedDataRejected !== false) process.once('exit', () => writeCache(cacheFile, script.createCachedData()));
  };
  script.runInThisContext()(require, filename, started);
};

/** V8 takes compiled code from the same version under the same options only. */
function cacheKey() {
  return [process.version, process.arch, ...process.execArgv].join('-').replace(/[^\w.=]+/g, '-').slice(0, 100);
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
