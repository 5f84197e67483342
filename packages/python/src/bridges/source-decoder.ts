// Source in any encoding that the program's Python knows: by its codecs, those that it registered itself included.
import { decodeSource, type SourceDecoder } from '@py/tokenizer';
import { call, callMethod, decodeBytes, encodeUtf8, exceptionTypes, getAttr, importModule, jsText, PyBaseException, PyBytes, strFromJS, strText, type PyValue, type VM } from '@py/vm/native';

/**
 * What the front end decodes source with that declares something other than UTF-8. `fromFile` as in `SourceOptions`: a file is read
 * line by line, as Python's `open` reads it. CPython 3.12: Parser/tokenizer.c, translate_into_utf8 and fp_setreadl.
 */
export function sourceDecoder(vm: VM, fromFile: boolean): SourceDecoder {
  return (bytes, encoding) => {
    const lines: string[] = [];
    try {
      if (fromFile) readLines(vm, bytes, encoding, lines);
      else lines.push(checkedText(vm, decodeBytes(vm, bytes, encoding, 'strict')));
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      // A Python without its library has no codecs.
      if (error.cls.isSubtypeOf(exceptionTypes.ImportError)) return decodeSource(bytes, encoding);
      if (!fromFile && !becomesSyntaxError(error)) throw error;
      return { error: strText(vm, error), before: lines.join('') };
    }
    return lines.join('');
  };
}

/** Other exceptions of a codec leave `compile`. CPython 3.12: Parser/pegen.c, raise_tokenizer_init_error. */
function becomesSyntaxError({ cls }: PyBaseException): boolean {
  return cls.isSubtypeOf(exceptionTypes.LookupError) || cls.isSubtypeOf(exceptionTypes.SyntaxError) || cls.isSubtypeOf(exceptionTypes.UnicodeError);
}

/** Adds the lines of a file to `lines` until there are no more, or one cannot be decoded. */
function readLines(vm: VM, bytes: Uint8Array, encoding: string, lines: string[]): void {
  const io = importModule(vm, 'io');
  const raw = call(vm, getAttr(vm, io, 'BytesIO'), [new PyBytes(bytes.slice())]);
  const file = call(vm, getAttr(vm, io, 'TextIOWrapper'), [raw, strFromJS(encoding)]);
  for (;;) {
    const line = checkedText(vm, callMethod(vm, file, 'readline'));
    if (line === '') return;
    lines.push(line);
  }
}

/** The text of a str; raises UnicodeEncodeError for a lone surrogate. */
function checkedText(vm: VM, text: PyValue): string {
  encodeUtf8(vm, text);
  return jsText(text);
}
