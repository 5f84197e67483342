// The token types that the scanner names, as plain numbers: lookups in TokenType are slower, and its names fill a bundle.
// A test compares them with TokenType.

export const ENDMARKER = 0;
export const NAME = 1;
export const NUMBER = 2;
export const STRING = 3;
export const NEWLINE = 4;
export const INDENT = 5;
export const DEDENT = 6;
export const LPAR = 7;
export const RPAR = 8;
export const LSQB = 9;
export const RSQB = 10;
export const COLON = 11;
export const DOT = 23;
export const LBRACE = 25;
export const RBRACE = 26;
export const NOTEQUAL = 28;
export const RARROW = 51;
export const ELLIPSIS = 52;
export const OP = 55;
export const AWAIT = 56;
export const ASYNC = 57;
export const TYPE_COMMENT = 59;
export const FSTRING_START = 61;
export const FSTRING_MIDDLE = 62;
export const FSTRING_END = 63;
export const COMMENT = 64;
export const NL = 65;
export const ENCODING = 67;
