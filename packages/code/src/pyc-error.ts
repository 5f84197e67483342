/** The bytes are not marshal data or not a `.pyc` of this Python. Test `error.name`, not `instanceof`. */
export class PycError extends Error {
  override readonly name: string = 'PycError';
  /** Which exception CPython raises; `message` is CPython's own. */
  readonly pyClass: PycErrorClass;

  constructor(pyClass: PycErrorClass, message: string) {
    super(message);
    this.pyClass = pyClass;
  }
}

/** Which Python class reading would raise. */
export type PycErrorClass = 'EOFError' | 'ValueError' | 'TypeError' | 'ImportError' | 'UnicodeDecodeError' | 'SystemError' | 'MemoryError';
