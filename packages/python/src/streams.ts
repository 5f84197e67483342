// Standard output and error that go to functions instead of the host's descriptors.
import { HostError, type HostFiles, type HostStat } from '@py/code';

declare const TextDecoder: new (label: string) => { decode(bytes: Uint8Array, options: { stream: boolean }): string };

/** The host's files with descriptors 1 and 2 taken over by those functions that are given. */
export function withStreams(files: HostFiles | undefined, stdout: ((text: string) => void) | undefined, stderr: ((text: string) => void) | undefined): HostFiles | undefined {
  if (!stdout && !stderr) return files;
  const base = files ?? withoutFiles;
  const writers = new Map<number, (bytes: Uint8Array) => void>();
  for (const [fd, write] of [[1, stdout], [2, stderr]] as const) if (write) writers.set(fd, decoding(write));
  const own = (fd: number): boolean => writers.has(fd);
  return {
    ...boundMethods(base),
    write(fd, bytes, position) {
      const writer = writers.get(fd);
      if (!writer) return base.write(fd, bytes, position);
      writer(bytes);
      return bytes.length;
    },
    writeNow: base.writeNow && ((fd, bytes) => {
      const writer = writers.get(fd);
      if (!writer) return base.writeNow!(fd, bytes);
      writer(bytes);
      return bytes.length;
    }),
    readNow: base.readNow && ((fd, into) => {
      if (own(fd)) throw new HostError('EBADF');
      return base.readNow!(fd, into);
    }),
    readable: base.readable && ((fd) => !own(fd) && base.readable!(fd)),
    writable: base.writable && ((fd) => own(fd) || base.writable!(fd)),
    fstat: (fd) => (own(fd) ? streamStat : base.fstat(fd)),
    lseek: (fd, offset, whence) => {
      if (own(fd)) throw new HostError('ESPIPE');
      return base.lseek(fd, offset, whence);
    },
    read: (fd, into, position) => {
      if (own(fd)) throw new HostError('EBADF');
      return base.read(fd, into, position);
    },
    close: (fd) => {
      if (!own(fd)) base.close(fd);
    },
    isatty: (fd) => !own(fd) && (base.isatty?.(fd) ?? false),
  };
}

/** A character may be split between two writes. */
function decoding(write: (text: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder('utf-8');
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: true });
    if (text !== '') write(text);
  };
}

const streamStat: HostStat = { mode: 0o020620, ino: 0n, dev: 0n, nlink: 1, uid: 0, gid: 0, size: 0, atimeNs: 0n, mtimeNs: 0n, ctimeNs: 0n };

const missing = (): never => {
  throw new HostError('ENOENT');
};
const closed = (): never => {
  throw new HostError('EBADF');
};

/** Files of a host that grants none. */
export const withoutFiles: HostFiles = { getcwd: () => '/', open: missing, stat: missing, lstat: missing, readdir: missing, close: closed, read: closed, write: closed, lseek: closed, fstat: closed };

/** The same for a host that grants some later: what modules ask for when they are imported (`os.supports_dir_fd`) they find. */
export function withoutFilesYet(files: HostFiles | undefined): HostFiles {
  return files?.descriptorPath ? { ...withoutFiles, descriptorPath: closed } : withoutFiles;
}

/** A host may be an instance of a class: its methods, inherited ones too, bound to it. */
export function boundMethods(files: HostFiles): HostFiles {
  const methods: Record<string, unknown> = {};
  for (let source: object | null = files; source && source !== Object.prototype; source = Object.getPrototypeOf(source) as object | null) {
    for (const name of Object.getOwnPropertyNames(source)) {
      const method = (files as unknown as Record<string, unknown>)[name];
      if (typeof method === 'function' && name !== 'constructor' && !(name in methods)) methods[name] = method.bind(files);
    }
  }
  return methods as unknown as HostFiles;
}
