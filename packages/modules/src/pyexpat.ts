import { asIndex, defineModule, isStr, jsText, native, newTuple, None, PyDict, PyList, PyModule, strFromJS, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { messages, names } from './pyexpat/errors.ts';
import { errorType, XmlParser, xmlparserType } from './pyexpat/xmlparser.ts';

/* `pyexpat` (CPython 3.12: Modules/pyexpat.c), with a parser of our own that behaves as Expat 2.6.3. */

/** A str or None. */
function optional(value: PyValue | undefined, name: string): string | null {
  if (value === undefined || value === None) return null;
  if (!isStr(value)) throw typeError(`ParserCreate() argument '${name}' must be str or None, not ${typeOf(value).tpName}`);
  return jsText(value);
}

function parserCreate(vm: VM, encoding: PyValue | undefined, separator: PyValue | undefined, intern: PyValue | undefined): PyValue {
  const encodingName = optional(encoding, 'encoding');
  const separatorText = optional(separator, 'namespace_separator');
  if (separatorText !== null && [...separatorText].length > 1) throw valueError('namespace_separator must be at most one character, omitted, or None');
  if (intern !== undefined && intern !== None && !(intern instanceof PyDict)) throw typeError('intern must be a dictionary');
  const names = intern === undefined ? new PyDict() : intern instanceof PyDict ? intern : null;
  return new XmlParser(vm, { encoding: encodingName, separator: separatorText, intern: names });
}

function errorString(vm: VM, code: PyValue): PyValue {
  const index = Number(asIndex(vm, code));
  const message = messages[index - 1];
  return message === undefined ? None : strFromJS(message);
}

/** A module within this one. */
function submodule(vm: VM, name: string, doc: string, fill: (dict: PyDict) => void): PyValue {
  const module = new PyModule(`pyexpat.${name}`);
  module.dict.setStr('__doc__', strFromJS(doc));
  fill(module.dict);
  vm.modules.setStr(`pyexpat.${name}`, module);
  return module;
}

function errorsModule(vm: VM): PyValue {
  return submodule(vm, 'errors', 'Constants used to describe error conditions.', (dict) => {
    const codes = new PyDict();
    const texts = new PyDict();
    for (const [index, name] of names.entries()) {
      const message = strFromJS(messages[index]);
      dict.setStr(name, message);
      codes.set(vm, message, index + 1);
      texts.set(vm, index + 1, message);
    }
    dict.setStr('codes', codes);
    dict.setStr('messages', texts);
  });
}

const modelConstants = {
  XML_CTYPE_EMPTY: 1, XML_CTYPE_ANY: 2, XML_CTYPE_MIXED: 3, XML_CTYPE_NAME: 4, XML_CTYPE_CHOICE: 5, XML_CTYPE_SEQ: 6,
  XML_CQUANT_NONE: 0, XML_CQUANT_OPT: 1, XML_CQUANT_REP: 2, XML_CQUANT_PLUS: 3,
} as const;

const features: readonly (readonly [string, number])[] = [
  ['sizeof(XML_Char)', 1], ['sizeof(XML_LChar)', 1], ['XML_DTD', 0], ['XML_CONTEXT_BYTES', 1024], ['XML_NS', 0], ['XML_BLAP_MAX_AMP', 100], ['XML_BLAP_ACT_THRES', 8388608], ['XML_GE', 0],
];

/** Python's module `pyexpat`. CPython 3.12: Modules/pyexpat.c. */
export const pyexpat: NativeModule = defineModule(
  'pyexpat',
  {
    ParserCreate: native('ParserCreate(encoding=None, namespace_separator=None,\n             intern=<unrepresentable>)', parserCreate, 'Return a new XML parser object.'),
    ErrorString: native('ErrorString(code, /)', errorString, 'Returns string error for given number.'),
    ExpatError: errorType,
    error: errorType,
    XMLParserType: xmlparserType,
    EXPAT_VERSION: 'expat_2.6.3',
    version_info: newTuple([2, 6, 3]),
    native_encoding: 'UTF-8',
    features: () => new PyList(features.map(([name, value]) => newTuple([name, value]))),
    errors: errorsModule,
    model: (vm) => submodule(vm, 'model', 'Constants used to interpret content model information.', (dict) => {
      for (const [name, value] of Object.entries(modelConstants)) dict.setStr(name, value);
    }),
    XML_PARAM_ENTITY_PARSING_NEVER: 0,
    XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE: 1,
    XML_PARAM_ENTITY_PARSING_ALWAYS: 2,
  },
  { doc: 'Python wrapper for Expat parser.' },
);
