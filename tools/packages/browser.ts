// The packages on a page: built by Vite from tarballs, opened in a headless Chromium.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { root } from '../lib/files.ts';

/** A Chromium that is installed here (`CHROMIUM` names another), or null. */
export function findChromium(): string | null {
  const candidates = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}

/** Every entry imported on a page. `project` has all packages installed. */
export async function entryPageProblems(entries: readonly string[], project: string, executablePath: string): Promise<string[]> {
  const source = join(project, 'entries');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'index.html'), '<!doctype html><title>entries</title><script type="module" src="./main.js"></script>\n');
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';\n`).join('');
  writeFileSync(join(source, 'main.js'), `${imports}globalThis.counts = {${entries.map((entry, index) => `'${entry}': Object.keys(entry${index}).length`).join()}};\n`);
  return onPage(await built(source), executablePath, async (page) => {
    await page.waitForFunction('globalThis.counts !== undefined', undefined, { timeout: 60_000 });
    const counts = await page.evaluate<Record<string, number>>('globalThis.counts');
    return entries.filter((entry) => !(counts[entry] > 0)).map((entry) => `${entry} exports nothing on a page`);
  });
}

/** `examples/embed-browser`, clicked through: two programs at once, a function of the host, a file, a stop. */
export async function embeddingProblems(project: string, executablePath: string): Promise<string[]> {
  for (const name of ['embed-browser', 'embed-node']) cpSync(join(root, 'examples', name), join(project, 'examples', name), { recursive: true, filter: (path) => !/\.test\.ts$|vite\.config\.ts$|tsconfig\.json$|dist$/.test(path) });
  return onPage(await built(join(project, 'examples/embed-browser')), executablePath, async (page) => {
    const problems: string[] = [];
    const text = (section: number, selector: string): Promise<string> => page.locator('section').nth(section).locator(selector).innerText();
    const expectText = async (what: string, actual: Promise<string>, expected: string): Promise<void> => {
      const found = await actual;
      if (found !== expected) problems.push(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`);
    };
    await page.locator('button[name=run]:enabled').nth(1).waitFor({ timeout: 60_000 });
    await page.evaluate("document.querySelector('section').setAttribute('data-answer', 'Ann')");
    await page.locator('section').nth(1).locator('[name=run]').click();
    await page.locator('section').nth(0).locator('[name=run]').click();
    await page.locator('section:nth-of-type(1) output', { hasText: 'done' }).waitFor({ timeout: 60_000 });
    await expectText('the first program', text(0, 'pre'), '0 Hello, Ann\n1 Hello, Ann\n2 Hello, Ann\n');
    await expectText('the second, meanwhile', text(1, 'output'), 'running');
    await expectText("the second's output", text(1, 'pre'), '["a", "file", "in", "memory"]\n');
    await page.locator('section').nth(1).locator('[name=stop]').click();
    await page.locator('section:nth-of-type(2) output', { hasText: 'KeyboardInterrupt' }).waitFor({ timeout: 60_000 });
    return problems;
  });
}

async function built(source: string): Promise<string> {
  const outDir = join(source, 'dist');
  await build({ root: source, configFile: false, logLevel: 'error', build: { outDir, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 10_000 } });
  return outDir;
}

/** Serves a folder on this machine and opens it; errors on the page are problems. */
async function onPage(folder: string, executablePath: string, visit: (page: Page) => Promise<string[]>): Promise<string[]> {
  const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
  const server = createServer((request, response) => {
    const path = join(folder, new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '/index.html'));
    if (!path.startsWith(folder) || !existsSync(path)) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let browser: Browser | null = null;
  const errors: string[] = [];
  try {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
    const page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(`on the page: ${error.stack ?? error.message}`));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const problems = await visit(page);
    return [...errors, ...problems];
  } catch (error) {
    return [...errors, error instanceof Error ? error.message : String(error)];
  } finally {
    await browser?.close();
    server.close();
  }
}
