import { TokenType } from '@py/ast';

/**
 * What the main loop does with a byte. The numbers are the cases of its `switch`, which must be literals there to be fast:
 * 0 other, 1 name, 2 not ASCII, 3 digit, 4 space, 5 line end, 6 `#`, 7 quote, 8 `.`, 9 opening bracket,
 * 10 closing bracket, 11 an operator of one character, 12 an operator that may go on, 13 `:`, 14 `\`, 15 `!` or `=`.
 */
export const byteClass: Uint8Array = makeByteClasses();

/** 1 for the ASCII bytes of an identifier (digits included), 2 for bytes above 127, else 0. */
export const nameByte: Uint8Array = makeNameBytes();

/** Token type of an operator of one character; `OP` for a byte that starts no token, such as `$`. */
export const singleType: Uint8Array = byBytes({
  '(': TokenType.LPAR, ')': TokenType.RPAR, '[': TokenType.LSQB, ']': TokenType.RSQB, '{': TokenType.LBRACE, '}': TokenType.RBRACE,
  ':': TokenType.COLON, ',': TokenType.COMMA, ';': TokenType.SEMI, '+': TokenType.PLUS, '-': TokenType.MINUS, '*': TokenType.STAR,
  '/': TokenType.SLASH, '|': TokenType.VBAR, '&': TokenType.AMPER, '<': TokenType.LESS, '>': TokenType.GREATER, '=': TokenType.EQUAL,
  '.': TokenType.DOT, '%': TokenType.PERCENT, '~': TokenType.TILDE, '^': TokenType.CIRCUMFLEX, '@': TokenType.AT, '!': TokenType.EXCLAMATION,
}, TokenType.OP);

/** Token type of the byte followed by `=`, or 0. */
export const typeWithEqual: Uint8Array = byBytes({
  '=': TokenType.EQEQUAL, '!': TokenType.NOTEQUAL, '<': TokenType.LESSEQUAL, '>': TokenType.GREATEREQUAL, '+': TokenType.PLUSEQUAL,
  '-': TokenType.MINEQUAL, '*': TokenType.STAREQUAL, '/': TokenType.SLASHEQUAL, '%': TokenType.PERCENTEQUAL, '&': TokenType.AMPEREQUAL,
  '|': TokenType.VBAREQUAL, '^': TokenType.CIRCUMFLEXEQUAL, '@': TokenType.ATEQUAL, ':': TokenType.COLONEQUAL,
}, 0);

/** Token type of the byte doubled, or 0. */
export const doubledType: Uint8Array = byBytes({
  '*': TokenType.DOUBLESTAR, '/': TokenType.DOUBLESLASH, '<': TokenType.LEFTSHIFT, '>': TokenType.RIGHTSHIFT,
}, 0);

/** Token type of the byte doubled and followed by `=`, or 0. */
export const doubledTypeWithEqual: Uint8Array = byBytes({
  '*': TokenType.DOUBLESTAREQUAL, '/': TokenType.DOUBLESLASHEQUAL, '<': TokenType.LEFTSHIFTEQUAL, '>': TokenType.RIGHTSHIFTEQUAL,
}, 0);

function byBytes(entries: Readonly<Record<string, number>>, otherwise: number): Uint8Array {
  const table = new Uint8Array(256).fill(otherwise);
  for (const key of Object.keys(entries)) table[key.charCodeAt(0)] = entries[key];
  return table;
}

function makeByteClasses(): Uint8Array {
  const table = new Uint8Array(256).fill(2, 128);
  const classes: Readonly<Record<number, string>> = {
    1: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', 3: '0123456789', 4: ' \t\f', 5: '\n', 6: '#', 7: '"\'', 8: '.', 9: '([{', 10: ')]}',
    11: ',;~', 12: '+-*/%@&|^<>', 13: ':', 14: '\\', 15: '!=',
  };
  for (const key of Object.keys(classes)) {
    for (const character of classes[Number(key)]) table[character.charCodeAt(0)] = Number(key);
  }
  return table;
}

function makeNameBytes(): Uint8Array {
  return makeByteClasses().map((byteClassOfIt) => (byteClassOfIt === 1 || byteClassOfIt === 3 ? 1 : byteClassOfIt === 2 ? 2 : 0));
}
