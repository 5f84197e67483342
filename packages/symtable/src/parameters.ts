import { SymbolFlag, type arg, type arguments_ } from '@py/ast';
import type { SymbolTableBuilder } from './builder.ts';

/** Binds the parameters in the order of `co_varnames`: `*args` and `**kwargs` last. Defaults and annotations belong to the scope around. */
export function visitParameters(table: SymbolTableBuilder, node: arguments_): void {
  addParameters(table, node.posonlyargs);
  addParameters(table, node.args);
  addParameters(table, node.kwonlyargs);
  if (node.vararg !== null) {
    table.add(node.vararg.arg, SymbolFlag.DEF_PARAM, node.vararg);
    table.current.varargs = true;
  }
  if (node.kwarg !== null) {
    table.add(node.kwarg.arg, SymbolFlag.DEF_PARAM, node.kwarg);
    table.current.varkeywords = true;
  }
}

function addParameters(table: SymbolTableBuilder, parameters: readonly arg[]): void {
  for (let i = 0; i < parameters.length; i++) table.add(parameters[i].arg, SymbolFlag.DEF_PARAM, parameters[i]);
}
