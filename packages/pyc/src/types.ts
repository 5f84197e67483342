// Type codes of marshal (CPython 3.12: Python/marshal.c), as character codes.
export const NULL = 0x30; // 0
export const NONE = 0x4e; // N
export const FALSE = 0x46; // F
export const TRUE = 0x54; // T
export const STOPITER = 0x53; // S
export const ELLIPSIS = 0x2e; // .
export const INT = 0x69; // i
export const INT64 = 0x49; // I, no longer written
export const FLOAT = 0x66; // f, versions 0 and 1
export const BINARY_FLOAT = 0x67; // g
export const COMPLEX = 0x78; // x, versions 0 and 1
export const BINARY_COMPLEX = 0x79; // y
export const LONG = 0x6c; // l
export const STRING = 0x73; // s: bytes
export const INTERNED = 0x74; // t
export const REF = 0x72; // r
export const TUPLE = 0x28; // (
export const LIST = 0x5b; // [
export const DICT = 0x7b; // {
export const CODE = 0x63; // c
export const UNICODE = 0x75; // u
export const SET = 0x3c; // <
export const FROZENSET = 0x3e; // >
export const ASCII = 0x61; // a
export const ASCII_INTERNED = 0x41; // A
export const SMALL_TUPLE = 0x29; // )
export const SHORT_ASCII = 0x7a; // z
export const SHORT_ASCII_INTERNED = 0x5a; // Z

/** Added to the type code of an object that a REF points to later. */
export const FLAG_REF = 0x80;

/** How deep objects may nest, both ways (CPython 3.12: MAX_MARSHAL_STACK_DEPTH). */
export const maxDepth = 2000;
