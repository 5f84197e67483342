import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary } from '../../tools/task/lib.mjs';

const outDir = mkdtempSync(join(tmpdir(), 'py-page-'));
const assets = (): string[] => readdirSync(join(outDir, 'assets'));

/** Clicking through the page in a browser is part of `pnpm check:packages`. */
describe('the page', () => {
  beforeAll(async () => {
    buildLibrary();
    await build({ root: fileURLToPath(new URL('.', import.meta.url)), logLevel: 'error', build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 5000 } });
  }, 180_000);
  afterAll(() => rmSync(outDir, { recursive: true }));

  it('is built with the library beside it', () => {
    expect(existsSync(join(outDir, 'index.html'))).toBe(true);
    expect(assets().filter((name) => /^library-.*\.bin$/.test(name))).toHaveLength(1);
  });

  it('needs nothing of Node', () => {
    const script = readFileSync(join(outDir, 'assets', assets().find((name) => name.endsWith('.js'))!), 'utf8');
    expect(script).toContain('not a packed library');
    expect(script).not.toMatch(/["'`]node:|__vite-browser-external/);
  });
});
