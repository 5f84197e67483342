// pnpm conformance <tokens|ast|symtable|code|pyc|dis|errors> PATH… [--lib] [--native] [--harvested] [--optimize N] [--mode MODE] [--damaged N | --generated N | --random N] [--seed N] [--first N]
//   Runs each file through our phase and through CPython 3.12.7, prints the files that differ and where, and last `tokens: X of Y identical`.
// pnpm conformance cpython [MODULE…]: CPython's own test modules; see cpython-suite.ts.
import { parseArgs } from 'node:util';
import { Oracle } from '../oracle/oracle.ts';
import { progress } from '../lib/progress.ts';
import { damagedPrograms, randomBytes } from '../fuzz/damage.ts';
import { generatedPrograms } from '../fuzz/programs.ts';
import { harvestedPrograms, libraryFiles, nativeFiles, pathFiles, type CorpusFile } from './corpus.ts';
import type { ComparePhase } from './compare.ts';

/** One file a phase, loaded only if asked for: a phase can be compared while a later one does not build. */
const phases: Readonly<Record<string, () => Promise<{ compare: ComparePhase }>>> = {
  tokens: () => import('./phases/tokens.ts'),
  ast: () => import('./phases/ast.ts'),
  symtable: () => import('./phases/symtable.ts'),
  code: () => import('./phases/code.ts'),
  pyc: () => import('./phases/pyc.ts'),
  dis: () => import('./phases/dis.ts'),
  errors: () => import('./phases/errors.ts'),
};

if (process.argv[2] === 'cpython') {
  const { cpythonSuite } = await import('./cpython-suite.ts');
  process.exitCode = await cpythonSuite(process.argv.slice(3));
} else {
  await compareCorpus();
}

async function compareCorpus(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      lib: { type: 'boolean' },
      native: { type: 'boolean' },
      harvested: { type: 'boolean' },
      optimize: { type: 'string', default: '0' },
      mode: { type: 'string' },
      damaged: { type: 'string' },
      generated: { type: 'string' },
      random: { type: 'string' },
      seed: { type: 'string', default: '1' },
      first: { type: 'string', default: '1000' },
    },
  });
  const [phase, ...paths] = positionals;
  const load = phases[phase ?? ''];
  if (!load) {
    console.error(`usage: pnpm conformance <${Object.keys(phases).join('|')}> PATH… [--lib] [--native] [--harvested] [--optimize N] [--mode MODE] [--damaged N | --generated N | --random N] [--seed N] [--first N]`);
    process.exitCode = 2;
    return;
  }
  let files: CorpusFile[] = [...(values.lib ? libraryFiles() : []), ...(values.native ? nativeFiles() : []), ...(values.harvested ? harvestedPrograms() : []), ...paths.flatMap(pathFiles)];
  if (values.damaged) files = damagedPrograms(files, Number(values.damaged), Number(values.seed));
  if (values.generated) files = generatedPrograms(Number(values.generated), Number(values.seed));
  if (values.random) files = randomBytes(Number(values.random), Number(values.seed));
  const mode = values.mode as CorpusFile['mode'];
  if (mode !== undefined) files = files.map((file) => ({ ...file, mode }));
  const { compare } = await load();
  const oracle = await Oracle.start();
  const settings = { optimize: Number(values.optimize) as 0 | 1 | 2 };
  const bar = progress(phase, files.length);
  let identical = 0;
  let shown = 0;
  for (const file of files) {
    const difference = compareSafely(() => compare(oracle, file, settings));
    if (difference === null) identical++;
    else if (shown++ < Number(values.first)) bar.line(`${file.name}: ${difference}`);
    bar.step();
  }
  bar.end();
  console.log(`${phase}: ${identical} of ${files.length} identical`);
  if (identical !== files.length) process.exitCode = 1;
}

/** The comparison must not end the run: what it throws is a difference. */
function compareSafely(compare: () => string | null): string | null {
  try {
    return compare();
  } catch (error) {
    return `comparison failed: ${(error as Error).stack}`;
  }
}
