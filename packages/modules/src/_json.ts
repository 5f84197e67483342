import { defineModule, isTrue, native, newTuple, None, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { sizeArgument } from './arguments.ts';
import { encode_basestring, encode_basestring_ascii, encoderType } from './_json/encoder.ts';
import { scannerType, sourceOf } from './_json/scanner.ts';
import { scanString } from './_json/strings.ts';
import type { Scanned } from './_json/strings.ts';

/* `_json` (CPython 3.12: Modules/_json.c). */

function scanstring(vm: VM, string: PyValue, end: PyValue, strict: PyValue | undefined): PyValue {
  const start = sizeArgument(vm, end);
  const source = sourceOf(string);
  if (start < 0 || start > source.text.length) throw valueError('end is out of bounds');
  const result: Scanned = { value: None, end: 0 };
  scanString(vm, source, start, strict === undefined || isTrue(vm, strict), result);
  return newTuple([result.value, result.end]);
}

/** Python's module `_json`. CPython 3.12: Modules/_json.c. */
export const _json: NativeModule = defineModule(
  '_json',
  {
    encode_basestring,
    encode_basestring_ascii,
    scanstring: native('scanstring(string, end, strict=True, /)', scanstring, 'scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded string and the index of the character in s\nafter the end quote.').parsedTuple(),
    make_encoder: encoderType,
    make_scanner: scannerType,
  },
  { doc: 'json speedups\n' },
);
