// Runs a bundle of dist/ with the code that V8 compiled earlier, so that a start does not compile it again.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');

/** The cache stands beside the bundle, one for each version of Node; where it cannot be written there is none. */
export function load(name) {
  const filename = join(dist, `${name}.cjs`);
  let source;
  try {
    source = readFileSync(filename, 'utf8');
  } catch {
    process.stderr.write(`${name} is not built yet. In the repository, run: npm start\n`);
    process.exit(70);
  }
  const cacheFile = join(dist, `${name}-${process.version}-${process.arch}.cache`);
  const script = new Script(`(function (require, __filename) {${source}\n})`, { filename, cachedData: readCache(cacheFile) });
  script.runInThisContext()(createRequire(filename), filename);
  if (script.cachedDataRejected !== false) process.once('exit', () => writeCache(cacheFile, script.createCachedData()));
}

function readCache(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function writeCache(file, data) {
  try {
    writeFileSync(`${file}.${process.pid}`, data);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A read-only installation starts without a cache.
  }
}
