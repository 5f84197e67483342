// The module `_tokenize`: the C tokenizer as the library's tokenize.py uses it. CPython 3.12: Python/Python-tokenize.c.
import { TokenizerIter } from '@py/tokenizer';
import {
  call, defineModule, defineType, exceptionTypes, isInstance, isStr, isTrue, jsText, newTuple, None, PyBytes, PyObject, strFromJS, typeError, typeOf,
  callMethod, PyBaseException, type NativeModule, type PyType, type PyValue, type VM,
} from '@py/vm/native';
import { isSyntaxError, syntaxErrorToPython } from './errors.ts';

class PyTokenizerIter extends PyObject {
  readonly tokens: TokenizerIter;

  constructor(tokens: TokenizerIter) {
    super(tokenizerIterType);
    this.tokens = tokens;
  }
}

/** TokenizerIter(readline, /, *, encoding=None, extra_tokens) */
function tokenizeriter_new(vm: VM, _type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const names = kwnames ?? [];
  const positional = args.length - names.length;
  if (positional !== 1) throw typeError(`tokenizeriter() takes exactly 1 positional argument (${positional} given)`);
  const given = new Map(names.map((name, index) => [name, args[positional + index]]));
  for (const name of names) if (name !== 'encoding' && name !== 'extra_tokens') throw typeError(`tokenizeriter() got an unexpected keyword argument '${name}'`);
  const extraTokens = given.get('extra_tokens');
  if (extraTokens === undefined) throw typeError("tokenizeriter() missing required argument 'extra_tokens' (pos 2)");
  const encoding = given.get('encoding') ?? null;
  if (encoding !== null && !isStr(encoding)) throw typeError(`tokenizeriter() argument 'encoding' must be str, not ${encoding === None ? 'None' : typeOf(encoding).name}`);
  return new PyTokenizerIter(new TokenizerIter(() => readLine(vm, args[0], encoding), { extraTokens: isTrue(vm, extraTokens) }));
}

/** The next line, decoded; null at the end, which `readline` may also tell by StopIteration. */
function readLine(vm: VM, readline: PyValue, encoding: PyValue | null): string | null {
  let line: PyValue;
  try {
    line = call(vm, readline);
  } catch (error) {
    if (error instanceof PyBaseException && isInstance(vm, error, exceptionTypes.StopIteration)) return null;
    throw error;
  }
  if (encoding === null) {
    if (!isStr(line)) throw typeError('readline() returned a non-string object');
    return jsText(line);
  }
  if (!(line instanceof PyBytes)) throw typeError('readline() returned a non-bytes object');
  return jsText(callMethod(vm, line, 'decode', [encoding, 'replace']));
}

function tokenizeriter_next(vm: VM, self: PyTokenizerIter): PyValue | undefined {
  try {
    const { done, value } = self.tokens.next();
    if (done) return undefined;
    return newTuple([value.type, strFromJS(value.string), newTuple([...value.start]), newTuple([...value.end]), strFromJS(value.line)]);
  } catch (error) {
    if (isSyntaxError(error)) throw syntaxErrorToPython(vm, error, 'parser');
    throw error;
  }
}

const tokenizerIterType: PyType = defineType('TokenizerIter', {
  module: '_tokenize',
  slots: { tp_new: tokenizeriter_new, tp_iter: (_vm, self) => self, tp_iternext: tokenizeriter_next },
});

export const tokenizeModule: NativeModule = defineModule('_tokenize', { TokenizerIter: tokenizerIterType });
