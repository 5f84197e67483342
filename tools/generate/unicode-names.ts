// packages/parser/src/generated/unicode-names.ts: the character names that CPython 3.12.7 (Unicode 15.0) takes in '\N{...}'.
import { Oracle } from '../oracle/oracle.ts';

/** All names but those that follow from the code point, as lines of code point and name. */
const namesOfAll = `'\\n'.join(
  f'{i:x} {name}' for i in range(0x110000) if (name := __import__('unicodedata').name(chr(i), ''))
  and not name.startswith(('CJK UNIFIED IDEOGRAPH-', 'HANGUL SYLLABLE ')))`;

/** Aliases cannot be listed from Python, only looked up: these are Unicode's (NameAliases.txt), and VS1 to VS256. */
const aliases =
  'NULL|NUL|START OF HEADING|SOH|START OF TEXT|STX|END OF TEXT|ETX|END OF TRANSMISSION|EOT|ENQUIRY|ENQ|ACKNOWLEDGE|ACK|ALERT|BEL|BACKSPACE|BS|CHARACTER TABULATION|'
  + 'HORIZONTAL TABULATION|HT|TAB|LINE FEED|NEW LINE|END OF LINE|LF|NL|EOL|LINE TABULATION|VERTICAL TABULATION|VT|FORM FEED|FF|CARRIAGE RETURN|CR|SHIFT OUT|LOCKING-SHIFT ONE|SO|'
  + 'SHIFT IN|LOCKING-SHIFT ZERO|SI|DATA LINK ESCAPE|DLE|DEVICE CONTROL ONE|DC1|DEVICE CONTROL TWO|DC2|DEVICE CONTROL THREE|DC3|DEVICE CONTROL FOUR|DC4|NEGATIVE ACKNOWLEDGE|NAK|'
  + 'SYNCHRONOUS IDLE|SYN|END OF TRANSMISSION BLOCK|ETB|CANCEL|CAN|END OF MEDIUM|EOM|EM|SUBSTITUTE|SUB|ESCAPE|ESC|INFORMATION SEPARATOR FOUR|FILE SEPARATOR|FS|'
  + 'INFORMATION SEPARATOR THREE|GROUP SEPARATOR|GS|INFORMATION SEPARATOR TWO|RECORD SEPARATOR|RS|INFORMATION SEPARATOR ONE|UNIT SEPARATOR|US|SP|DELETE|DEL|PADDING CHARACTER|PAD|'
  + 'HIGH OCTET PRESET|HOP|BREAK PERMITTED HERE|BPH|NO BREAK HERE|NBH|INDEX|IND|NEXT LINE|NEL|START OF SELECTED AREA|SSA|END OF SELECTED AREA|ESA|CHARACTER TABULATION SET|'
  + 'HORIZONTAL TABULATION SET|HTS|CHARACTER TABULATION WITH JUSTIFICATION|HORIZONTAL TABULATION WITH JUSTIFICATION|HTJ|LINE TABULATION SET|VERTICAL TABULATION SET|VTS|'
  + 'PARTIAL LINE FORWARD|PARTIAL LINE DOWN|PLD|PARTIAL LINE BACKWARD|PARTIAL LINE UP|PLU|REVERSE LINE FEED|REVERSE INDEX|RI|SINGLE SHIFT TWO|SINGLE-SHIFT-2|SS2|SINGLE SHIFT THREE|'
  + 'SINGLE-SHIFT-3|SS3|DEVICE CONTROL STRING|DCS|PRIVATE USE ONE|PRIVATE USE-1|PU1|PRIVATE USE TWO|PRIVATE USE-2|PU2|SET TRANSMIT STATE|STS|CANCEL CHARACTER|CCH|MESSAGE WAITING|MW|'
  + 'START OF GUARDED AREA|START OF PROTECTED AREA|SPA|END OF GUARDED AREA|END OF PROTECTED AREA|EPA|START OF STRING|SOS|SINGLE GRAPHIC CHARACTER INTRODUCER|SGC|'
  + 'SINGLE CHARACTER INTRODUCER|SCI|CONTROL SEQUENCE INTRODUCER|CSI|STRING TERMINATOR|ST|OPERATING SYSTEM COMMAND|OSC|PRIVACY MESSAGE|PM|APPLICATION PROGRAM COMMAND|APC|NBSP|SHY|'
  + 'LATIN CAPITAL LETTER GHA|LATIN SMALL LETTER GHA|CGJ|ALM|SYRIAC SUBLINEAR COLON SKEWED LEFT|KANNADA LETTER LLLA|LAO LETTER FO FON|LAO LETTER FO FAY|LAO LETTER RO|LAO LETTER LO|'
  + 'TIBETAN MARK BKA- SHOG GI MGO RGYAN|HANGUL JONGSEONG YESIEUNG-KIYEOK|HANGUL JONGSEONG YESIEUNG-SSANGKIYEOK|HANGUL JONGSEONG SSANGYESIEUNG|HANGUL JONGSEONG YESIEUNG-KHIEUKH|'
  + 'FVS1|FVS2|FVS3|FVS4|MVS|ZWSP|ZWNJ|ZWJ|LRM|RLM|LRE|RLE|PDF|LRO|RLO|NNBSP|MMSP|WJ|LRI|RLI|FSI|PDI|WEIERSTRASS ELLIPTIC FUNCTION|MICR ON US SYMBOL|MICR DASH SYMBOL|'
  + 'LEFTWARDS TRIANGLE-HEADED ARROW WITH DOUBLE VERTICAL STROKE|RIGHTWARDS TRIANGLE-HEADED ARROW WITH DOUBLE VERTICAL STROKE|YI SYLLABLE ITERATION MARK|MYANMAR LETTER KHAMTI LLA|'
  + 'PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRACKET|BYTE ORDER MARK|BOM|ZWNBSP|CUNEIFORM SIGN NU11 TENU|CUNEIFORM SIGN NU11 OVER NU11 BUR OVER BUR|'
  + 'MEDEFAIDRIN CAPITAL LETTER H|MEDEFAIDRIN CAPITAL LETTER NG|MEDEFAIDRIN SMALL LETTER H|MEDEFAIDRIN SMALL LETTER NG|HENTAIGANA LETTER E-1|'
  + 'BYZANTINE MUSICAL SYMBOL FTHORA SKLIRON CHROMA VASIS';

/** Digits of the codes of words: all printable ASCII but the blank, the backslash and the quote. */
const digits = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((char) => char !== '\\' && char !== "'").join('');

export async function unicodeNamesSource(): Promise<string> {
  const oracle = await Oracle.start();
  const found = oracle.evaluate(`'\\n'.join(
    f'{ord(c):x} {name}' for name in ${JSON.stringify([...aliases.split('|'), ...Array.from({ length: 256 }, (_, i) => `VS${i + 1}`)])}
    if (c := __import__('_codecs').unicode_escape_decode(('\\\\N{' + name + '}').encode())[0]))`);
  const lines = `${oracle.evaluate(namesOfAll)}\n${found}`.split('\n').map((line) => {
    const [code = '', ...words] = line.split(' ');
    return { code: parseInt(code, 16), words };
  });
  const counts = new Map<string, number>();
  for (const { words } of lines) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const vocabulary = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1));
  const codes = new Map(vocabulary.map((word, index) => [word, wordCode(index)]));
  let previous: { readonly code: number; readonly words: readonly string[] } = { code: -1, words: [] };
  const rows = lines.map((line) => {
    let shared = 0;
    while (shared < line.words.length - 1 && shared < 9 && line.words[shared] === previous.words[shared]) shared++;
    const step = line.code - previous.code;
    const row = `${shared}${step === 1 ? '' : step.toString(36)} ${line.words.slice(shared).map((word) => codes.get(word)!).join('')}`;
    previous = line;
    return row;
  });
  return `// Generated by \`pnpm generate\` (tools/generate/unicode-names.ts) from CPython 3.12.7. See unicode-names.ts for how to read it.

/** Words of the names, the most frequent first. */
export const vocabulary: string =
  '${vocabulary.join(' ')}';

/** Two fields a name: how many words it shares with the name before (one digit) and the distance in base 36 unless 1; and the codes of its other words. */
export const names: string =
  '${rows.join(' ')}';
`;
}

/** Two digits for the 46 * 92 most frequent words, three for the others. */
function wordCode(index: number): string {
  if (index < 46 * 92) return digits.charAt(Math.floor(index / 92)) + digits.charAt(index % 92);
  const rest = index - 46 * 92;
  return digits.charAt(46 + Math.floor(rest / (92 * 92))) + digits.charAt(Math.floor(rest / 92) % 92) + digits.charAt(rest % 92);
}
