import {
  ANY, ANY_ALL, ASSERT, ASSERT_NOT, AT, ATOMIC_GROUP, BRANCH, CATEGORY, CHARSET, FAILURE, IN, IN_IGNORE, IN_LOC_IGNORE, IN_UNI_IGNORE, INFO, JUMP, LITERAL, LITERAL_IGNORE, LITERAL_LOC_IGNORE, LITERAL_UNI_IGNORE, MARK, MAX_UNTIL,
  MIN_REPEAT_ONE, MIN_UNTIL, NOT_LITERAL, NOT_LITERAL_IGNORE, NOT_LITERAL_LOC_IGNORE, NOT_LITERAL_UNI_IGNORE, POSSESSIVE_REPEAT_ONE, RANGE, REPEAT, REPEAT_ONE, matchesItem,
} from './items.ts';

/* Where a match can begin, found out from the code of a pattern: so that the matcher need not try everywhere. */

/** Which characters something can begin with; there may be fewer. */
export class FirstSet {
  /** 1 for those of the characters below 256. */
  readonly latin: Uint8Array = new Uint8Array(256);
  /** Characters from 256 on may be among them. */
  wide = false;
  /** It may match nothing at all, or who knows: then the characters mean nothing. */
  open = false;
  private readonly seen = new Set<number>();
  /** Where the bodies end of the repeats seen. */
  private readonly untils = new Set<number>();
  private readonly code: Uint32Array;

  /** Of all code from `pc` on, or of the item there alone. */
  constructor(code: Uint32Array, pc: number, itemOnly = false) {
    this.code = code;
    if (itemOnly) this.addItem(pc);
    else this.add(pc);
  }

  isDisjoint(other: FirstSet): boolean {
    return !this.open && !other.open && this.latin.every((one, c) => one === 0 || other.latin[c] === 0);
  }

  /** Adds what the code from `pc` to its end begins with. */
  private add(start: number): void {
    const { code } = this;
    for (let pc = start; !this.open; ) {
      if (this.seen.has(pc)) return;
      this.seen.add(pc);
      switch (code[pc]) {
        case FAILURE:
          return;
        case ASSERT: {
          // What follows begins as it says, if it looks ahead.
          const ahead = code[pc + 2] === 0 ? new FirstSet(code, pc + 3) : null;
          if (ahead !== null && !ahead.open) return this.addSet(ahead);
          pc += code[pc + 1] + 1;
          break;
        }
        case INFO:
        case JUMP:
        case ASSERT_NOT:
          pc += code[pc + 1] + 1;
          break;
        case MARK:
        case AT:
          pc += 2;
          break;
        case MAX_UNTIL:
        case MIN_UNTIL:
          // Of a repeat that began before: its body may come again.
          if (!this.untils.has(pc)) this.open = true;
          pc++;
          break;
        case BRANCH:
          for (pc++; code[pc] !== 0; pc += code[pc]) this.add(pc + 1);
          return;
        case REPEAT_ONE:
        case MIN_REPEAT_ONE:
        case POSSESSIVE_REPEAT_ONE:
          this.addItem(pc + 4);
          if (code[pc + 2] > 0) return;
          pc += code[pc + 1] + 1;
          break;
        case REPEAT:
          this.untils.add(pc + code[pc + 1] + 1);
          this.add(pc + 4);
          if (code[pc + 2] > 0) return;
          pc += code[pc + 1] + 1;
          break;
        case ATOMIC_GROUP:
          pc += 2;
          break;
        case ANY:
        case ANY_ALL:
        case LITERAL:
        case NOT_LITERAL:
        case LITERAL_IGNORE:
        case NOT_LITERAL_IGNORE:
        case LITERAL_LOC_IGNORE:
        case NOT_LITERAL_LOC_IGNORE:
        case LITERAL_UNI_IGNORE:
        case NOT_LITERAL_UNI_IGNORE:
        case IN:
        case IN_IGNORE:
        case IN_LOC_IGNORE:
        case IN_UNI_IGNORE:
          this.addItem(pc);
          return;
        default:
          // SUCCESS, references to groups, what ends with a SUCCESS of its own.
          this.open = true;
      }
    }
  }

  private addSet(other: FirstSet): void {
    for (let c = 0; c < 256; c++) if (other.latin[c] === 1) this.latin[c] = 1;
    this.wide ||= other.wide;
  }

  /** Adds the characters of the one-character item at `pc`. */
  private addItem(pc: number): void {
    for (let c = 0; c < 256; c++) if (matchesItem(this.code, pc, c)) this.latin[c] = 1;
    this.wide ||= !isNarrow(this.code, pc);
  }
}

/** Is it certain that the item matches no character from 256 on? */
function isNarrow(code: Uint32Array, start: number): boolean {
  if (code[start] === LITERAL) return code[start + 1] < 256;
  if (code[start] !== IN) return false;
  for (let pc = start + 2; code[pc] !== FAILURE; ) {
    switch (code[pc]) {
      case LITERAL:
        if (code[pc + 1] > 255) return false;
        pc += 2;
        break;
      case RANGE:
        if (code[pc + 2] > 255) return false;
        pc += 3;
        break;
      case CHARSET:
        pc += 9;
        break;
      case CATEGORY:
        // Digits, blanks and word characters of ASCII; a line end.
        if (![0, 2, 4, 6].includes(code[pc + 1])) return false;
        pc += 2;
        break;
      default:
        return false;
    }
  }
  return true;
}
