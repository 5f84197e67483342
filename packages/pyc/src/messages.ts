import { PycError } from '@py/code';

/** Every error, worded as CPython words it. */
export const messages = {
  endOfObject: (): PycError => new PycError('EOFError', 'EOF read where object expected'),
  endOfByte: (): PycError => new PycError('EOFError', 'EOF read where not expected'),
  tooShort: (): PycError => new PycError('EOFError', 'marshal data too short'),
  badData: (what: string): PycError => new PycError('ValueError', `bad marshal data (${what})`),
  outOfRange: (what: string): PycError => new PycError('ValueError', `bad marshal data (${what} size out of range)`),
  nullObject: (container: string): PycError => new PycError('TypeError', `NULL object in marshal data for ${container}`),
  tooDeepToRead: (): PycError => new PycError('ValueError', 'recursion limit exceeded'),
  unhashable: (type: string): PycError => new PycError('TypeError', `unhashable type: '${type}'`),
  notAFloat: (text: string): PycError => new PycError('ValueError', `could not convert string to float: '${text}'`),
  /** `position` and `count` of the bytes that make no character. */
  undecodable: (byte: number, position: number, count: number, reason: string): PycError => {
    const where = count > 1 ? `bytes in position ${position}-${position + count - 1}` : `byte 0x${byte.toString(16).padStart(2, '0')} in position ${position}`;
    return new PycError('UnicodeDecodeError', `'utf-8' codec can't decode ${where}: ${reason}`);
  },
  badCodeFields: (): PycError => new PycError('SystemError', 'bad argument to internal function'),
  nonString: (): PycError => new PycError('SystemError', 'non-string found in code slot'),
  oddCode: (): PycError => new PycError('ValueError', 'code: co_code is malformed'),
  fewVarnames: (): PycError => new PycError('ValueError', 'code: co_varnames is too small'),
  outOfMemory: (): PycError => new PycError('MemoryError', ''),

  unmarshallable: (): PycError => new PycError('ValueError', 'unmarshallable object'),
  tooDeepToWrite: (): PycError => new PycError('ValueError', 'object too deeply nested to marshal'),

  // `name` and `path` come with their quotes, as Python's repr gives them.
  badMagic: (name: string, magic: string): PycError => new PycError('ImportError', `bad magic number in ${name}: ${magic}`),
  headerEnd: (name: string): PycError => new PycError('EOFError', `reached EOF while reading pyc header of ${name}`),
  badFlags: (name: string, flags: string): PycError => new PycError('ImportError', `invalid flags ${flags} in ${name}`),
  stale: (name: string): PycError => new PycError('ImportError', `bytecode is stale for ${name}`),
  staleHash: (name: string): PycError => new PycError('ImportError', `hash in bytecode doesn't match hash of source ${name}`),
  notCode: (path: string): PycError => new PycError('ImportError', `Non-code object in ${path}`),

  notAlphanumeric: (optimization: string): PycError => new PycError('ValueError', `${optimization} is not alphanumeric`),
  notInPycache: (path: string): PycError => new PycError('ValueError', `__pycache__ not bottom-level directory in ${path}`),
  wrongDots: (file: string): PycError => new PycError('ValueError', `expected only 2 or 3 dots in ${file}`),
  noOptPrefix: (): PycError => new PycError('ValueError', "optimization portion of filename does not start with 'opt-'"),
  badOptLevel: (optimization: string): PycError => new PycError('ValueError', `optimization level ${optimization} is not an alphanumeric value`),
} as const;
