import { call, getAttr, importModule, isTrue, lookupAttr, lookupError, None, PyBaseException, PyTuple, strFromJS, typeError, typeOf } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

interface Registry {
  readonly search: PyValue[];
  readonly cache: Map<string, PyTuple>;
  loaded: boolean;
}

const registryOf = (vm: VM): Registry => vm.state('_codecs', () => ({ search: [], cache: new Map<string, PyTuple>(), loaded: false }));

/** `codecs.register(search_function)` */
export function register(vm: VM, search: PyValue): PyValue {
  if (typeOf(search).tp_call === undefined) throw typeError('argument must be callable');
  registryOf(vm).search.push(search);
  return None;
}

/** `codecs.unregister(search_function)` */
export function unregister(vm: VM, search: PyValue): PyValue {
  const registry = registryOf(vm);
  const index = registry.search.indexOf(search);
  if (index >= 0) {
    registry.search.splice(index, 1);
    registry.cache.clear();
  }
  return None;
}

/** The name that codecs are searched by: lower case, one `_` for what is neither ASCII letter, digit nor `.`. CPython 3.12: Python/codecs.c, normalizestring. */
function normalized(encoding: string): string {
  return encoding.replace(/[^A-Za-z0-9.]+/g, '_').replace(/^_|_$/g, '').toLowerCase();
}

/** `codecs.lookup(encoding)`: the four functions of a codec. The `encodings` package registers itself the first time. */
export function lookup(vm: VM, encoding: string): PyTuple {
  const registry = registryOf(vm);
  if (!registry.loaded) {
    registry.loaded = true;
    importModule(vm, 'encodings');
  }
  const name = normalized(encoding);
  const cached = registry.cache.get(name);
  if (cached !== undefined) return cached;
  if (registry.search.length === 0) throw lookupError('no codec search functions registered: can\'t find encoding');
  for (const search of registry.search) {
    const found = call(vm, search, [strFromJS(name)]);
    if (found === None) continue;
    if (!(found instanceof PyTuple) || found.items.length !== 4) throw typeError('codec search functions must return 4-tuples');
    registry.cache.set(name, found);
    return found;
  }
  throw lookupError(`unknown encoding: ${encoding}`);
}

/** What a codec does: which of its four functions that is, and what errors call it. */
const operations = { encode: { index: 0, name: 'encoding', wrong: 'encoder must return a tuple (object, integer)' }, decode: { index: 1, name: 'decoding', wrong: 'decoder must return a tuple (object,integer)' } } as const;

/** Encodes or decodes by the codec of that name; `errors` null leaves them to the codec. With `textOnly` it must be one between str and bytes. */
export function transform(vm: VM, operation: 'encode' | 'decode', value: PyValue, encoding: string, errors: string | null, textOnly: boolean): PyValue {
  const codec = lookup(vm, encoding);
  if (textOnly) checkTextCodec(vm, codec, encoding, operation);
  const { index, name, wrong } = operations[operation];
  let result: PyValue;
  try {
    result = call(vm, codec.items[index], errors === null ? [value] : [value, strFromJS(errors)]);
  } catch (error) {
    if (error instanceof PyBaseException) call(vm, getAttr(vm, error, 'add_note'), [strFromJS(`${name} with '${encoding}' codec failed`)]);
    throw error;
  }
  if (!(result instanceof PyTuple) || result.items.length !== 2) throw typeError(wrong);
  return result.items[0];
}

function checkTextCodec(vm: VM, codec: PyTuple, encoding: string, operation: string): void {
  if (typeOf(codec).name === 'tuple') return;
  const flag = lookupAttr(vm, codec, '_is_text_encoding');
  if (flag !== undefined && !isTrue(vm, flag)) throw lookupError(`'${encoding}' is not a text encoding; use codecs.${operation}() to handle arbitrary codecs`);
}
