import { asIndex, defineModule, native, overflowError, strFromJS } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/* `_stat` (CPython 3.12: Modules/_stat.c). */

const constants = {
  S_IFDIR: 0o040000, S_IFCHR: 0o020000, S_IFBLK: 0o060000, S_IFREG: 0o100000, S_IFIFO: 0o010000, S_IFLNK: 0o120000, S_IFSOCK: 0o140000, S_IFDOOR: 0, S_IFPORT: 0,
  S_IFWHT: 0, S_ISUID: 0o4000, S_ISGID: 0o2000, S_ISVTX: 0o1000, S_ENFMT: 0o2000, S_IREAD: 0o400, S_IWRITE: 0o200, S_IEXEC: 0o100, S_IRWXU: 0o700,
  S_IRUSR: 0o400, S_IWUSR: 0o200, S_IXUSR: 0o100, S_IRWXG: 0o070, S_IRGRP: 0o040, S_IWGRP: 0o020, S_IXGRP: 0o010, S_IRWXO: 0o007, S_IROTH: 0o004,
  S_IWOTH: 0o002, S_IXOTH: 0o001, UF_NODUMP: 0x1, UF_IMMUTABLE: 0x2, UF_APPEND: 0x4, UF_OPAQUE: 0x8, UF_NOUNLINK: 0x10, UF_COMPRESSED: 0x20,
  UF_HIDDEN: 0x8000, SF_ARCHIVED: 0x10000, SF_IMMUTABLE: 0x20000, SF_APPEND: 0x40000, SF_NOUNLINK: 0x100000, SF_SNAPSHOT: 0x200000, ST_MODE: 0, ST_INO: 1,
  ST_DEV: 2, ST_NLINK: 3, ST_UID: 4, ST_GID: 5, ST_SIZE: 6, ST_ATIME: 7, ST_MTIME: 8, ST_CTIME: 9,
} as const;

const S_IFMT = 0o170000;

function modeOf(vm: VM, value: PyValue): number {
  const mode = asIndex(vm, value);
  if (mode < 0) throw overflowError("can't convert negative value to unsigned int");
  if (mode > 0xffff_ffff) throw overflowError('mode out of range');
  return Number(mode);
}

/** Which letter `ls -l` begins with. */
const letters: Readonly<Record<number, string>> = {
  [constants.S_IFREG]: '-', [constants.S_IFDIR]: 'd', [constants.S_IFLNK]: 'l', [constants.S_IFBLK]: 'b', [constants.S_IFCHR]: 'c', [constants.S_IFIFO]: 'p',
  [constants.S_IFSOCK]: 's',
};

function stat_filemode(vm: VM, value: PyValue): PyValue {
  const mode = modeOf(vm, value);
  const bit = (mask: number, letter: string): string => ((mode & mask) === 0 ? '-' : letter);
  const execute = (run: number, special: number, letter: string): string => {
    if ((mode & special) === 0) return bit(run, 'x');
    return (mode & run) === 0 ? letter.toUpperCase() : letter;
  };
  return strFromJS(
    (letters[mode & S_IFMT] ?? '?') +
    bit(0o400, 'r') + bit(0o200, 'w') + execute(0o100, constants.S_ISUID, 's') +
    bit(0o040, 'r') + bit(0o020, 'w') + execute(0o010, constants.S_ISGID, 's') +
    bit(0o004, 'r') + bit(0o002, 'w') + execute(0o001, constants.S_ISVTX, 't'),
  );
}

const kinds = {
  S_ISDIR: ['S_IFDIR', 'is from a directory'], S_ISCHR: ['S_IFCHR', 'is from a character special device file'], S_ISBLK: ['S_IFBLK', 'is from a block special device file'],
  S_ISREG: ['S_IFREG', 'is from a regular file'], S_ISFIFO: ['S_IFIFO', 'is from a FIFO (named pipe)'], S_ISLNK: ['S_IFLNK', 'is from a symbolic link'],
  S_ISSOCK: ['S_IFSOCK', 'is from a socket'], S_ISDOOR: ['S_IFDOOR', 'is from a door'], S_ISPORT: ['S_IFPORT', 'is from an event port'], S_ISWHT: ['S_IFWHT', 'is from a whiteout'],
} as const;

/** Python's module `_stat`. CPython 3.12: Modules/_stat.c. */
export const _stat: NativeModule = defineModule(
  '_stat',
  {
    ...constants,
    ...Object.fromEntries(
      Object.entries(kinds).map(([name, [kind, text]]) => {
        const bits = constants[kind];
        return [name, native(`${name}(mode, /)`, (vm: VM, mode: PyValue) => (modeOf(vm, mode) & S_IFMT) === bits && bits !== 0, `${name}(mode) -> bool\n\nReturn True if mode ${text}.`)];
      }),
    ),
    S_IMODE: native('S_IMODE(mode, /)', (vm: VM, mode: PyValue) => modeOf(vm, mode) & 0o7777, "Return the portion of the file's mode that can be set by os.chmod()."),
    S_IFMT: native('S_IFMT(mode, /)', (vm: VM, mode: PyValue) => modeOf(vm, mode) & S_IFMT, "Return the portion of the file's mode that describes the file type."),
    filemode: native('filemode(mode, /)', stat_filemode, "Convert a file's mode to a string of the form '-rwxrwxrwx'"),
  },
  {
    doc: 'Constants and functions for interpreting the mode of a file, as os.stat() gives it.',
  },
);
