/* Characters of XML. */

// The fourth edition's letters, as far as ranges tell them; nothing above U+FFFF.
const startClass = 'A-Za-z_\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd';
const moreClass = '\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040';
const start: RegExp = new RegExp(`[:${startClass}]`), character: RegExp = new RegExp(`[:${startClass}${moreClass}]`);

function isNameCode(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 45 && code <= 46) || (code >= 48 && code <= 58) || code === 95;
  return character.test(String.fromCharCode(code));
}

/** Where the name that begins at a position ends; the position itself where none does. */
export function nameEnd(text: string, from: number): number {
  if (from >= text.length || !start.test(text[from])) return from;
  return nmtokenEnd(text, from);
}

export function nmtokenEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isNameCode(text.charCodeAt(at))) at++;
  return at;
}

export const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 9 || code === 13;

export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

 
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Position of the first character between two positions that no document may hold, or -1. */
export function badCharacter(text: string, from: number, to: number): number {
  forbidden.lastIndex = from;
  const found = forbidden.exec(text);
  return found !== null && found.index < to ? found.index : -1;
}

/** The code point of a character reference (what stands between `&#` and `;`), or -1 for one that may not be. */
export function referencedCharacter(digits: string): number {
  const code = digits.startsWith('x') ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
  const allowed = code === 9 || code === 10 || code === 13 || (code >= 32 && code < 0xd800) || (code >= 0xe000 && code < 0xfffe) || (code >= 0x10000 && code <= 0x10ffff);
  return allowed ? code : -1;
}

export const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Line ends as the program sees them. */
export const normalizeLines = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
