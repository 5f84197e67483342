// The same for fixtures/host: programs that need files, on Node's host.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createNodeHost } from '../../../apps/cli/src/host-node/index.ts';
import { createPython } from '../../python/src/index.ts';

const folder = fileURLToPath(new URL('fixtures/host/', import.meta.url));

describe('modules over a host print what CPython prints', () => {
  const programs = readdirSync(folder).filter((name) => name.endsWith('.py'));
  test.each(programs)('%s', (name) => {
    const scratch = mkdtempSync(join(tmpdir(), 'py-modules-'));
    let written = '';
    const keep = (text: string): void => {
      written += text;
    };
    try {
      const host = { ...createNodeHost('/usr/bin/false'), env: { FIXTURE_FOLDER: scratch } };
      const python = createPython(host, { stdout: keep, stderr: keep });
      python.run(readFileSync(folder + name, 'utf8'), { filename: name });
      expect(written).toBe(readFileSync(folder + name.replace(/py$/, 'out'), 'utf8'));
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});
