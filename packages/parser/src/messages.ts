/** Every text that the parser can say, worded as CPython 3.12 words it. */
export const messages = {
  /** `escape` is what follows the backslash: a character, or three octal digits. */
  invalidEscape: (escape: string): string => `invalid ${escape.length === 3 ? 'octal ' : ''}escape sequence '\\${escape}'`,
  invalidSyntax: (): string => 'invalid syntax',
};
