import { exceptionTypes, PyBaseException, strUnicode } from '@py/vm/native';

/* The opcodes of patterns (re/_constants.py), and which characters their items match (CPython 3.12: Modules/_sre/sre_lib.h). */

export const FAILURE = 0, SUCCESS = 1, ANY = 2, ANY_ALL = 3, ASSERT = 4, ASSERT_NOT = 5, AT = 6, BRANCH = 7, CATEGORY = 8, CHARSET = 9, BIGCHARSET = 10;
export const GROUPREF = 11, GROUPREF_EXISTS = 12, IN = 13, INFO = 14, JUMP = 15, LITERAL = 16, MARK = 17, MAX_UNTIL = 18, MIN_UNTIL = 19, NOT_LITERAL = 20;
export const NEGATE = 21, RANGE = 22, REPEAT = 23, REPEAT_ONE = 24, MIN_REPEAT_ONE = 26, ATOMIC_GROUP = 27, POSSESSIVE_REPEAT = 28, POSSESSIVE_REPEAT_ONE = 29;
export const GROUPREF_IGNORE = 30, IN_IGNORE = 31, LITERAL_IGNORE = 32, NOT_LITERAL_IGNORE = 33, GROUPREF_LOC_IGNORE = 34, IN_LOC_IGNORE = 35;
export const LITERAL_LOC_IGNORE = 36, NOT_LITERAL_LOC_IGNORE = 37, GROUPREF_UNI_IGNORE = 38, IN_UNI_IGNORE = 39, LITERAL_UNI_IGNORE = 40;
export const NOT_LITERAL_UNI_IGNORE = 41, RANGE_UNI_IGNORE = 42;

/** "No limit" in repeats. */
export const MAXREPEAT = 4294967295;

export const isAsciiWord = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
const isAsciiSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13);
export const isUniWord = (c: number): boolean => (c < 128 ? isAsciiWord(c) : strUnicode.isAlpha(c) || strUnicode.isDecimal(c) || strUnicode.isDigit(c) || strUnicode.isNumeric(c));
const isUniBreak = (c: number): boolean => (c >= 10 && c <= 13) || (c >= 28 && c <= 30) || c === 0x85 || c === 0x2028 || c === 0x2029;

/** Lower case within ASCII. */
export const asciiLower = (c: number): number => (c >= 65 && c <= 90 ? c + 32 : c);
/** One character's lower case; the first character of a longer mapping. */
export function uniLower(c: number): number {
  if (c < 128) return asciiLower(c);
  const out: number[] = [];
  strUnicode.lowerMap.push(c, out);
  return out[0];
}
/** One character's upper case; the first character of a longer mapping. */
export function uniUpper(c: number): number {
  if (c < 128) return c >= 97 && c <= 122 ? c - 32 : c;
  const out: number[] = [];
  strUnicode.upperMap.push(c, out);
  return out[0];
}
export const locLower = (c: number): number => (c < 128 ? asciiLower(c) : c);

function category(kind: number, c: number): boolean {
  switch (kind) {
    case 0:
      return c >= 48 && c <= 57;
    case 1:
      return !(c >= 48 && c <= 57);
    case 2:
      return isAsciiSpace(c);
    case 3:
      return !isAsciiSpace(c);
    case 4:
    case 8:
      return isAsciiWord(c);
    case 5:
    case 9:
      return !isAsciiWord(c);
    case 6:
      return c === 10;
    case 7:
      return c !== 10;
    case 10:
      return c < 128 ? c >= 48 && c <= 57 : strUnicode.isDecimal(c);
    case 11:
      return !category(10, c);
    case 12:
      return c < 128 ? isAsciiSpace(c) || (c >= 28 && c <= 31) : strUnicode.isSpace(c);
    case 13:
      return !category(12, c);
    case 14:
      return isUniWord(c);
    case 15:
      return !isUniWord(c);
    case 16:
      return isUniBreak(c);
    default:
      return !isUniBreak(c);
  }
}

/** Does the one-character item at `pc` match? */
export function matchesItem(code: Uint32Array, pc: number, c: number): boolean {
  switch (code[pc]) {
    case INFO:
      // The set of first characters that it tells.
      return inCharset(code, pc + 5, c);
    case ANY:
      return c !== 10;
    case ANY_ALL:
      return true;
    case LITERAL:
      return c === code[pc + 1];
    case NOT_LITERAL:
      return c !== code[pc + 1];
    case LITERAL_IGNORE:
      return asciiLower(c) === code[pc + 1];
    case NOT_LITERAL_IGNORE:
      return asciiLower(c) !== code[pc + 1];
    case LITERAL_UNI_IGNORE:
      return uniLower(c) === code[pc + 1];
    case NOT_LITERAL_UNI_IGNORE:
      return uniLower(c) !== code[pc + 1];
    case LITERAL_LOC_IGNORE:
      return locLower(c) === locLower(code[pc + 1]);
    case NOT_LITERAL_LOC_IGNORE:
      return locLower(c) !== locLower(code[pc + 1]);
    case IN:
      return inCharset(code, pc + 2, c);
    case IN_IGNORE:
      return inCharset(code, pc + 2, asciiLower(c));
    case IN_UNI_IGNORE:
      return inCharset(code, pc + 2, uniLower(c));
    case IN_LOC_IGNORE:
      return inCharset(code, pc + 2, c) || inCharset(code, pc + 2, locLower(c));
    case CATEGORY:
      return category(code[pc + 1], c);
    default:
      throw new PyBaseException(exceptionTypes.RuntimeError, ['invalid SRE code']);
  }
}

/** Is the character in the set whose items begin at `pc`? */
function inCharset(code: Uint32Array, start: number, c: number): boolean {
  let pc = start;
  let ok = true;
  for (;;) {
    switch (code[pc]) {
      case FAILURE:
        return !ok;
      case LITERAL:
        if (c === code[pc + 1]) return ok;
        pc += 2;
        break;
      case CATEGORY:
        if (category(code[pc + 1], c)) return ok;
        pc += 2;
        break;
      case CHARSET:
        if (c < 256 && (code[pc + 1 + (c >> 5)] & (1 << (c & 31))) !== 0) return ok;
        pc += 9;
        break;
      case RANGE:
        if (c >= code[pc + 1] && c <= code[pc + 2]) return ok;
        pc += 3;
        break;
      case RANGE_UNI_IGNORE: {
        if (c >= code[pc + 1] && c <= code[pc + 2]) return ok;
        const upper = uniUpper(c);
        if (upper >= code[pc + 1] && upper <= code[pc + 2]) return ok;
        pc += 3;
        break;
      }
      case NEGATE:
        ok = !ok;
        pc++;
        break;
      case BIGCHARSET: {
        const count = code[pc + 1];
        if (c < 65536) {
          const block = (code[pc + 2 + (c >> 10)] >>> (8 * ((c >> 8) & 3))) & 255;
          if ((code[pc + 66 + block * 8 + ((c & 255) >> 5)] & (1 << (c & 31))) !== 0) return ok;
        }
        pc += 66 + count * 8;
        break;
      }
      default:
        return false;
    }
  }
}
