// A bar under what `py -m compileall` prints on a terminal. The library's text stays as it is; nothing of this shows in pipes.
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Host, HostFiles } from '@py/code';
import { isTerminal } from '../host-node/terminal.ts';
import type { Arguments } from './arguments.ts';

const width = 30;
const pause = 100;
const clear = '\r\x1b[K';

/** The same host, which shows how far the compiling of the files named on the command line is; `end` takes the bar away. Null where none is due. */
export function withProgress(host: Host, { program, argv }: Arguments, environment: Readonly<Record<string, string | undefined>>): { readonly host: Host; readonly end: () => void } | null {
  const { files } = host;
  if (program.kind !== 'module' || program.name !== 'compileall' || files === undefined) return null;
  if (!isTerminal(2) || ['dumb', ''].includes(environment['TERM'] ?? '')) return null;
  const sources = new Set(argv.slice(1).flatMap((argument) => (argument.startsWith('-') ? [] : sourcesIn(argument, 10))));
  if (sources.size === 0) return null;
  const bar = new Bar(files, sources);
  return { host: { ...host, files: bar.files }, end: () => bar.hide() };
}

/** Python sources in a folder, or the file itself; so many folders deep, as compileall goes by default. */
function sourcesIn(path: string, depth: number): string[] {
  try {
    if (!statSync(path).isDirectory()) return path.endsWith('.py') ? [path] : [];
    if (depth < 0 || basename(path) === '__pycache__') return [];
    return readdirSync(path).flatMap((name) => sourcesIn(join(path, name), depth - 1));
  } catch {
    return [];
  }
}

class Bar {
  /** The files of the host, watched. */
  readonly files: HostFiles;
  private readonly total: number;
  private readonly left: Set<string>;
  private readonly real: HostFiles;
  private drawn = 0;
  private shown = false;
  /** The source that is compiled. */
  private name = '';
  /** Descriptors on which writing goes to the terminal: there the bar makes room. */
  private readonly terminals: readonly number[];

  constructor(files: HostFiles, sources: ReadonlySet<string>) {
    this.real = files;
    this.total = sources.size;
    this.left = new Set(sources);
    this.terminals = [1, 2].filter(isTerminal);
    this.files = {
      ...files,
      stat: (path) => (this.reached(path), files.stat(path)),
      write: (fd, bytes, position) => this.above(fd, bytes, () => files.write(fd, bytes, position)),
      ...(files.writeNow === undefined ? {} : { writeNow: (fd: number, bytes: Uint8Array) => this.above(fd, bytes, () => files.writeNow?.(fd, bytes) ?? null) }),
    };
  }

  hide(): void {
    if (this.shown) this.real.write(2, Buffer.from(clear));
    this.shown = false;
  }

  /** compileall asks for the time of every source before it looks whether there is something to do. */
  private reached(path: string): void {
    if (!this.left.delete(join(path))) return;
    this.name = basename(path).slice(0, 30);
    if (Date.now() - this.drawn >= pause) this.draw();
  }

  /** Lines of the program's own go where the bar is, which moves down. */
  private above<T>(fd: number, bytes: Uint8Array, write: () => T): T {
    if (!this.shown || !this.terminals.includes(fd)) return write();
    this.hide();
    const result = write();
    if (bytes.at(-1) === 10) this.draw();
    return result;
  }

  private draw(): void {
    this.drawn = Date.now();
    this.shown = true;
    const done = this.total - this.left.size;
    const filled = Math.round((width * done) / this.total);
    this.real.write(2, Buffer.from(`${clear}[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${this.total} ${this.name}`));
  }
}
