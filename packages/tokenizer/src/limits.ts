// Alone in a file that imports nothing, as in kinds.ts: a bundler puts their values where they are used.

/** Limits of CPython 3.12: Parser/tokenizer.h. */
export const MAX_INDENT = 100;
export const MAX_BRACKETS = 200;
export const MAX_FSTRINGS = 150;
export const MAX_NESTED_FIELDS = 3;

/** Bytes that must follow a name in its buffer, so that it can be read in words. */
export const NAME_PADDING = 8;

/** More than the tokens that come without a step of the main loop: a NEWLINE and the DEDENTs of every open block, twice. */
export const ROOM = 256;
