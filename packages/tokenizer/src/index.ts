export { tokenize } from './tokenize.ts';
export type { TokenizeOptions } from './tokenize.ts';
export { decodeSource } from './codecs.ts';
export type { DecodingFailure, SourceDecoder, SourceText } from './encoding.ts';
export { readProgramFile } from './program-file.ts';
export { detectEncoding, generateTokens } from './generate-tokens.ts';
export { TokenizerIter } from './tokenizer-iter.ts';
export type { Readline, TokenInfo, TokenizerIterOptions } from './tokenizer-iter.ts';
