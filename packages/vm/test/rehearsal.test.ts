import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Blocks of the loop that do nothing for which V8 needs to have seen values (labels, leaving the switch), and END_FOR, which FOR_ITER skips. */
const harmless = /^(case \d+:|(else )?break;|default: break;|case 4: sp -= 2; continue;|continue;|\{? ?break both; ?\}?|vm\.frame = frame;|: 1)$/;

interface Coverage {
  readonly result: readonly { readonly url: string; readonly functions: readonly { readonly functionName: string; readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[] }[] }[];
}

describe('the rehearsal', () => {
  // What it leaves out costs programs 100 ms when they first come to it.
  it('comes to every part of the loop', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'rehearsal-'));
    const session = new Session();
    session.connect();
    try {
      const entry = join(scratch, 'entry.ts');
      const bundle = join(scratch, 'bundle.cjs');
      writeFileSync(entry, `import { createVM } from ${JSON.stringify(fileURLToPath(new URL('../src/create.ts', import.meta.url)))};\ncreateVM({ host: {} });\n`);
      buildSync({ entryPoints: [entry], outfile: bundle, bundle: true, platform: 'node', format: 'cjs', conditions: ['@py/source'], logLevel: 'error', absWorkingDir: fileURLToPath(new URL('..', import.meta.url)) });
      session.post('Profiler.enable');
      session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
      createRequire(import.meta.url)(bundle);
      let coverage: Coverage = { result: [] };
      session.post('Profiler.takePreciseCoverage', (_error, answer) => (coverage = answer as Coverage));
      const text = readFileSync(bundle, 'utf8');
      const functions = coverage.result.filter(({ url }) => url.endsWith('bundle.cjs')).flatMap((file) => file.functions);
      const loop = functions.filter(({ functionName, ranges }) => functionName === 'loop' && ranges[0].endOffset - ranges[0].startOffset > 20_000);
      expect(loop).toHaveLength(1);
      const missed = loop[0].ranges.filter(({ count }) => count === 0).map(({ startOffset, endOffset }) => text.slice(startOffset, endOffset).replace(/\s+/g, ' ').trim());
      expect(missed.filter((block) => !harmless.test(block))).toEqual([]);
    } finally {
      session.disconnect();
      rmSync(scratch, { recursive: true });
    }
  });
});
