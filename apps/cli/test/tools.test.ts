import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';
import { runTool } from './tool.ts';

const here = dirname(fileURLToPath(import.meta.url));
const fixtures = join(here, 'fixtures');

beforeAll(() => buildCommands(), 120_000);

describe.each(['tools', 'options'])('prints what CPython prints: %s', (topic) => {
  const folder = join(fixtures, topic);
  it.each(readdirSync(folder).filter((name) => name.endsWith('.in')))('%s', { timeout: 60_000 }, (name) => {
    expect(runTool([join(here, '../bin/py.js')], join(folder, name), folder)).toBe(readFileSync(join(folder, name.replace(/in$/, 'out')), 'utf8'));
  });
});
