import { asIndex, codePoints, defineModule, isStr, native, overflowError, PyDict, PyTuple, strLength, toArray, typeError, typeOf } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { asciiLower, MAXREPEAT, uniLower, uniUpper } from './items.ts';
import { newTemplate, PyPattern } from './pattern.ts';

function compile(vm: VM, pattern: PyValue, flags: PyValue, code: PyValue, groups: PyValue, groupindex: PyValue, indexgroup: PyValue): PyValue {
  if (!(groupindex instanceof PyDict)) throw typeError(`compile() argument 'groupindex' must be dict, not ${typeOf(groupindex).tpName}`);
  if (!(indexgroup instanceof PyTuple)) throw typeError(`compile() argument 'indexgroup' must be tuple, not ${typeOf(indexgroup).tpName}`);
  const words = toArray(vm, code).map((word) => codeWord(asIndex(vm, word)));
  // One word more: a place that fails, for the matcher to go to.
  return new PyPattern(pattern, Number(asIndex(vm, flags)), Uint32Array.from([...words, 0]), Number(asIndex(vm, groups)), groupindex, indexgroup);
}

function codeWord(word: number | bigint): number {
  if (word < 0) throw overflowError("can't convert negative value to unsigned int");
  if (word >= 2n ** 64n) throw overflowError('Python int too large to convert to C unsigned long');
  if (word >= 2 ** 32) throw overflowError('regular expression code size limit exceeded');
  return Number(word);
}

const code = (vm: VM, character: PyValue): number => {
  if (isStr(character) && strLength(character) === 1) return codePoints(character)[0];
  return Number(asIndex(vm, character));
};

const isCased = (c: number): boolean => uniLower(c) !== c || uniUpper(c) !== c;

/** `_sre` (CPython 3.12: Modules/_sre/sre.c). */
export const _sre: NativeModule = defineModule('_sre', {
  MAGIC: 20221023,
  CODESIZE: 4,
  MAXREPEAT,
  MAXGROUPS: 1073741823,
  copyright: ' SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ',
  compile: native('compile(pattern, flags, code, groups, groupindex, indexgroup)', compile),
  template: native('template(pattern, template, /)', newTemplate, '\n\n  template\n    A list containing interleaved literal strings (str or bytes) and group\n    indices (int), as returned by re._parser.parse_template():\n        literal1, group1, ..., literalN, groupN'),
  getcodesize: native('getcodesize()', () => 4),
  ascii_iscased: native('ascii_iscased(character, /)', (vm: VM, character: PyValue) => {
    const c = code(vm, character);
    return (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
  }),
  unicode_iscased: native('unicode_iscased(character, /)', (vm: VM, character: PyValue) => isCased(code(vm, character))),
  ascii_tolower: native('ascii_tolower(character, /)', (vm: VM, character: PyValue) => asciiLower(code(vm, character))),
  unicode_tolower: native('unicode_tolower(character, /)', (vm: VM, character: PyValue) => uniLower(code(vm, character))),
});
