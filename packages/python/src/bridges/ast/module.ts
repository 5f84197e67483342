// The module `_ast`: one Python class a node, made anew for each VM, since programs may change them. CPython 3.12: Python/Python-ast.c.
import { nodeInfo, operatorNames, type FieldInfo, type NodeInfo } from '@py/ast';
import {
  callType, defineModule, defineType, dictAttribute, emptyTuple, instanceDict, isStr, jsText, lookupAttr, native, newInstance, newTuple, newType, None, objectType, PyDict, PyTuple,
  setAttr, setClassAttribute, type PyType, typeError, typeType, type NativeModule, type PyObject, type PyValue, type VM,
} from '@py/vm/native';
import { CompileFlag } from '../../pipeline.ts';

const positions = ['lineno', 'col_offset', 'end_lineno', 'end_col_offset'];
const infos: Readonly<Record<string, NodeInfo>> = nodeInfo;
const operators: Readonly<Record<string, readonly string[]>> = operatorNames;

/** The classes and shared instances of one VM. */
export interface AstClasses {
  /** `ast.AST` */
  readonly base: PyType;
  /** By name: groups (`stmt`), nodes (`Return`), contexts and operators (`Load`). */
  readonly byName: ReadonlyMap<string, PyType>;
  /** `Load()`, `Add()`, …: every tree of this VM has the same ones. */
  readonly singletons: ReadonlyMap<string, PyValue>;
}

export function astClasses(vm: VM): AstClasses {
  return vm.state('_ast', () => makeClasses(vm));
}

/** Order of groups in the module: that of Python.asdl. */
const groups = [
  'mod', 'stmt', 'expr', 'expr_context', 'boolop', 'operator', 'unaryop', 'cmpop', 'comprehension', 'excepthandler', 'arguments', 'arg', 'keyword', 'alias', 'withitem',
  'match_case', 'pattern', 'type_ignore', 'type_param',
];

function makeClasses(vm: VM): AstClasses {
  const byName = new Map<string, PyType>();
  const singletons = new Map<string, PyValue>();
  const make = (name: string, base: PyType, fields: readonly FieldInfo[], doc: string): PyType => {
    const names = newTuple(fields.map((field) => field.name));
    const type = newType(vm, typeType, name, [base], PyDict.fromStrings([['_fields', names], ['__match_args__', names], ['__module__', 'ast'], ['__doc__', doc]]), []) as PyType;
    byName.set(name, type);
    return type;
  };
  const addNone = (type: PyType, fields: readonly FieldInfo[]): void => {
    for (const field of fields) if (field.quantity === 'optional') setClassAttribute(vm, type, field.name, None);
  };
  for (const group of groups) {
    const names = operators[group];
    const nodes = Object.entries(infos).filter(([, info]) => info.group === group);
    const own = infos[group];
    const base = make(group, astType, own?.fields ?? [], own ? signature(group, own.fields) : sumDoc(group, names ?? nodes.map(([name, info]) => signature(name, info.fields)), names !== undefined));
    const located = (own ?? nodes[0]?.[1])?.located ?? false;
    setClassAttribute(vm, base, '_attributes', located ? newTuple(positions) : emptyTuple);
    if (located && group !== 'type_param' && group !== 'pattern') for (const name of positions.slice(2)) setClassAttribute(vm, base, name, None);
    addNone(base, own?.fields ?? []);
    if (own) continue;
    for (const name of names ?? []) singletons.set(name, callType(vm, make(name, base, [], name), [], null));
    for (const [name, info] of nodes) addNone(make(name, base, info.fields, signature(name, info.fields)), info.fields);
  }
  return { base: astType, byName, singletons };
}

/** `Return(expr? value)` */
function signature(name: string, fields: readonly FieldInfo[]): string {
  if (fields.length === 0) return name;
  const mark = { one: '', optional: '?', many: '*' };
  return `${name}(${fields.map((field) => `${field.kind === 'node' || field.kind === 'operator' ? field.group : field.kind}${mark[field.quantity]} ${field.name}`).join(', ')})`;
}

/** `mod = Module(…)\n    | Interactive(…)`; names without fields stand on one line. */
function sumDoc(group: string, texts: readonly string[], oneLine: boolean): string {
  return `${group} = ${texts.join(oneLine ? ' | ' : `\n${' '.repeat(group.length)} | `)}`;
}

/** Fields given by position and by keyword become attributes. CPython 3.12: Python-ast.c, ast_type_init. */
function ast_init(vm: VM, self: PyValue, args: PyValue[], kwnames: readonly string[] | null): void {
  const type = (self as PyObject).cls;
  const fields = fieldNames(vm, type);
  const given = args.length - (kwnames?.length ?? 0);
  if (given > fields.length) throw typeError(`${type.name} constructor takes at most ${fields.length} positional argument${fields.length === 1 ? '' : 's'}`);
  for (let index = 0; index < given; index++) setAttr(vm, self, fields[index], args[index]);
  for (const [index, name] of (kwnames ?? []).entries()) {
    const at = fields.indexOf(name);
    if (at >= 0 && at < given) throw typeError(`${type.name} got multiple values for argument '${name}'`);
    setAttr(vm, self, name, args[given + index]);
  }
}

function fieldNames(vm: VM, type: PyType): string[] {
  const fields = lookupAttr(vm, type, '_fields');
  if (!(fields instanceof PyTuple)) return [];
  return fields.items.map((name) => (isStr(name) ? jsText(name) : ''));
}

function ast_reduce(vm: VM, self: PyObject): PyValue {
  const dict = instanceDict(vm, self);
  return newTuple(dict === null ? [self.cls, emptyTuple] : [self.cls, emptyTuple, dict]);
}

/** `ast.AST`, of which all others are subclasses. */
const astType: PyType = defineType('AST', {
  module: 'ast',
  basetype: true,
  hasDict: true,
  // Arguments are __init__'s business.
  slots: { tp_new: (_vm, type) => newInstance(type), tp_init: ast_init },
  getset: { __dict__: dictAttribute },
  methods: [native('__reduce__(self, /)', ast_reduce)],
  members: { _fields: emptyTuple, __match_args__: emptyTuple, _attributes: emptyTuple },
  bases: [objectType],
});

export const astModule: NativeModule = defineModule('_ast', {
  AST: astType,
  PyCF_ALLOW_TOP_LEVEL_AWAIT: CompileFlag.ALLOW_TOP_LEVEL_AWAIT,
  PyCF_ONLY_AST: CompileFlag.ONLY_AST,
  PyCF_TYPE_COMMENTS: CompileFlag.TYPE_COMMENTS,
}, {
  exec(vm, module) {
    for (const [name, type] of astClasses(vm).byName) setAttr(vm, module, name, type);
  },
});

/** Is this a node of this VM? */
export function isNode(value: PyValue): value is PyObject {
  return typeof value === 'object' && value.cls.isSubtypeOf(astType);
}
