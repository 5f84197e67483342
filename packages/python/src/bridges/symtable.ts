// The module `_symtable`. CPython 3.12: Modules/symtablemodule.c, Python/symtable.c.
import { BlockType, Scope, SCOPE_MASK, SCOPE_OFFSET, SymbolFlag, type SymbolTableBlock } from '@py/ast';
import { defineModule, defineType, isStr, jsText, native, PyDict, PyList, PyObject, strFromJS, typeError, typeOf, valueError, type NativeModule, type PyType, type PyValue, type VM } from '@py/vm/native';
import { symbolsOf } from '../pipeline.ts';
import { fileName, inPython, sourceOf, treeOfSource } from './compile.ts';
import { issueWarning } from './errors.ts';

/** One scope as Python sees it; made when first asked for, and then always the same. */
class SymbolTableEntry extends PyObject {
  readonly block: SymbolTableBlock;
  symbols: PyDict | null = null;
  children: PyList | null = null;

  constructor(block: SymbolTableBlock) {
    super(entryType);
    this.block = block;
  }
}

function entry_symbols(self: SymbolTableEntry): PyDict {
  return (self.symbols ??= PyDict.fromStrings([...self.block.symbols]));
}

function entry_children(self: SymbolTableEntry): PyList {
  return (self.children ??= new PyList(self.block.children.map((block) => new SymbolTableEntry(block))));
}

const entryType: PyType = defineType('symtable entry', {
  slots: {
    tp_repr: (vm: VM, self: SymbolTableEntry) => strFromJS(`<symtable entry ${self.block.name}(${vm.idOf(self)}), line ${self.block.lineno}>`),
  },
  fields: {
    id: { get: (vm: VM, self: SymbolTableEntry) => vm.idOf(self) },
    name: { get: (_vm: VM, self: SymbolTableEntry) => strFromJS(self.block.name) },
    symbols: { get: (_vm: VM, self: SymbolTableEntry) => entry_symbols(self) },
    varnames: { get: (_vm: VM, self: SymbolTableEntry) => new PyList(self.block.varnames.map(strFromJS)) },
    children: { get: (_vm: VM, self: SymbolTableEntry) => entry_children(self) },
    nested: { get: (_vm: VM, self: SymbolTableEntry) => Number(self.block.nested) },
    type: { get: (_vm: VM, self: SymbolTableEntry) => self.block.type },
    lineno: { get: (_vm: VM, self: SymbolTableEntry) => self.block.lineno },
  },
});

/** symtable(source, filename, startstr, /) */
function symtable(vm: VM, source: PyValue, filename: PyValue, startstr: PyValue): PyValue {
  const text = sourceOf(vm, source, 'symtable');
  if (!isStr(startstr)) throw typeError(`symtable() argument 3 must be str, not ${typeOf(startstr).name}`);
  const mode = jsText(startstr);
  if (mode !== 'exec' && mode !== 'eval' && mode !== 'single') throw valueError("symtable() arg 3 must be 'exec' or 'eval' or 'single'");
  const options = { filename: fileName(vm, filename), mode, onWarning: issueWarning.bind(null, vm) } as const;
  const tree = treeOfSource(vm, text, options);
  return new SymbolTableEntry(inPython(vm, 'symtable', () => symbolsOf(tree, options)).top);
}

export const symtableModule: NativeModule = defineModule('_symtable', {
  symtable: native('symtable(source, filename, startstr, /)', symtable, 'Return symbol and scope dictionaries used internally by compiler.'),
  USE: SymbolFlag.USE,
  DEF_GLOBAL: SymbolFlag.DEF_GLOBAL,
  DEF_NONLOCAL: SymbolFlag.DEF_NONLOCAL,
  DEF_LOCAL: SymbolFlag.DEF_LOCAL,
  DEF_PARAM: SymbolFlag.DEF_PARAM,
  DEF_FREE: SymbolFlag.DEF_FREE,
  DEF_FREE_CLASS: SymbolFlag.DEF_FREE_CLASS,
  DEF_IMPORT: SymbolFlag.DEF_IMPORT,
  DEF_BOUND: SymbolFlag.DEF_LOCAL | SymbolFlag.DEF_PARAM | SymbolFlag.DEF_IMPORT,
  DEF_ANNOT: SymbolFlag.DEF_ANNOT,
  TYPE_FUNCTION: BlockType.FunctionBlock,
  TYPE_CLASS: BlockType.ClassBlock,
  TYPE_MODULE: BlockType.ModuleBlock,
  TYPE_ANNOTATION: BlockType.AnnotationBlock,
  TYPE_TYPE_VAR_BOUND: BlockType.TypeVarBoundBlock,
  TYPE_TYPE_ALIAS: BlockType.TypeAliasBlock,
  TYPE_TYPE_PARAM: BlockType.TypeParamBlock,
  LOCAL: Scope.LOCAL,
  GLOBAL_EXPLICIT: Scope.GLOBAL_EXPLICIT,
  GLOBAL_IMPLICIT: Scope.GLOBAL_IMPLICIT,
  FREE: Scope.FREE,
  CELL: Scope.CELL,
  SCOPE_OFF: SCOPE_OFFSET,
  SCOPE_MASK,
});

