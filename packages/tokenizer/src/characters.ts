import { LPAR, OP } from './kinds.ts';

/**
 * What the main loop does with a byte. The numbers are the cases of its `switch`, which must be literals there to be fast:
 * 0 other, 1 name, 2 not ASCII, 3 digit, 4 white space, 5 line end, 6 `#`, 7 quote, 8 `.`, 9 opening bracket,
 * 10 closing bracket, 11 an operator that stands alone, 12 `:`, 13 another operator that may go on, 14 `\`.
 */
export const byteClass: Uint8Array = makeByteClasses();

/** 1 for the ASCII bytes of an identifier (digits included), 2 for bytes above 127, else 0. */
export const nameByte: Uint8Array = byteClass.map((kind) => (kind === 3 ? 1 : kind < 3 ? kind : 0));

/** 1 for the bytes that can end a string or a comment or need a second look in it, else 0. */
export const stringByte: Uint8Array = byteClass.map((kind, byte) => (kind === 7 || kind === 14 || byte === 0 || byte === 10 || byte === 13 ? 1 : 0));

/**
 * Token type of an operator of one byte, `OP` for one that starts no token, such as `$`; from 256 on of the byte followed by `=`, from 512 on of the byte
 * doubled, from 768 on of the byte doubled and followed by `=`: 0 for what is no operator.
 */
export const operatorType: Uint8Array = new Uint8Array(1024).fill(OP, 0, 256);

// The operators in the order of their types, LPAR to EXCLAMATION.
'( ) [ ] : , ; + - * / | & < > = . % { } == != <= >= ~ ^ << >> ** += -= *= /= %= &= |= ^= <<= >>= **= // //= @ @= -> ... := !'
  .split(' ')
  .forEach((operator, index) => {
    const [, second, third] = operator;
    const form = third ? 768 : !second ? 0 : second === '=' ? 256 : 512;
    // `->` and `...` are not of these forms: the main loop knows them.
    if (operator !== '->' && operator !== '...') operatorType[form + operator.charCodeAt(0)] = LPAR + index;
  });

function makeByteClasses(): Uint8Array {
  const table = new Uint8Array(256).fill(2);
  // A letter for each ASCII byte, `a` for class 0; a line for 32 of them.
  const letters =
    'aaaaaaaaaefaeaaaaaaaaaaaaaaaaaaa' + // \t \n \f
    'enhgannhjknnlninddddddddddmlnnna' + //  !"#$%&'()*+,-./0123456789:;<=>?
    'nbbbbbbbbbbbbbbbbbbbbbbbbbbjoknb' + // @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_
    'abbbbbbbbbbbbbbbbbbbbbbbbbbjnkla'; // `abcdefghijklmnopqrstuvwxyz{|}~
  for (let byte = 0; byte < 128; byte++) table[byte] = letters.charCodeAt(byte) - 97;
  return table;
}
