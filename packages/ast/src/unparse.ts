import type * as ast from './generated/nodes.ts';
import {
  argumentsText, binaryOperators, comprehensionText, expressionText, keywordText, parametersText, parameterText, patternText, TUPLE, YIELD,
} from './unparse-expressions.ts';
import { docstring } from './unparse-strings.ts';
import { nodeInfo } from './generated/fields.ts';

/**
 * Source text for a tree, letter for letter that of Python 3.12's `ast.unparse`: the same tree when parsed again, but not the same text as
 * the tree was made from. Any node can be given. CPython 3.12: Lib/ast.py, _Unparser.
 *
 * Throws RangeError for a tree that is nested too deeply, and TypeError for one that is not Python's.
 */
export function unparse(node: ast.AnyNode): string {
  return new Unparser().root(node);
}

class Unparser {
  private parts: string[] = [];
  private indent = 0;
  private inTryStar = false;
  private ignores: ReadonlyMap<number, string> = new Map();

  root(node: ast.AnyNode): string {
    switch (node.nodeType) {
      case 'Module':
        this.ignores = new Map(node.type_ignores.map(({ lineno, tag }) => [lineno, `ignore${tag}`]));
        this.bodyWithDocstring(node.body);
        return this.parts.join('');
      case 'Interactive':
        // Only the last statement, since CPython's visitor begins anew with each.
        return node.body.length === 0 ? '' : new Unparser().root(node.body[node.body.length - 1]!);
      case 'Expression':
        return expressionText(node.body);
      case 'FunctionType':
        return `(${node.argtypes.map((type) => expressionText(type)).join(', ')}) -> ${expressionText(node.returns)}`;
      case 'TypeIgnore':
        return '';
      case 'comprehension':
        return comprehensionText(node);
      case 'arguments':
        return parametersText(node);
      case 'arg':
        return parameterText(node);
      case 'keyword':
        return keywordText(node);
      case 'alias':
        return aliasText(node);
      case 'withitem':
        return withItemText(node);
      case 'TypeVar':
      case 'ParamSpec':
      case 'TypeVarTuple':
        return typeParameterText(node);
      case 'match_case':
        this.matchCase(node);
        return this.parts.join('');
      case 'ExceptHandler':
        this.handler(node);
        return this.parts.join('');
      default:
        if (isPattern(node)) return patternText(node);
        if (isExpression(node)) return expressionText(node);
        this.statement(node);
        return this.parts.join('');
    }
  }

  /** Begins a line. */
  private fill(text: string): void {
    this.newline();
    this.parts.push('    '.repeat(this.indent) + text);
  }

  private newline(): void {
    if (this.parts.length > 0) this.parts.push('\n');
  }

  private write(text: string): void {
    this.parts.push(text);
  }

  private block(body: readonly ast.stmt[], comment = ''): void {
    this.write(`:${comment}`);
    this.indent++;
    for (const node of body) this.statement(node);
    this.indent--;
  }

  /** The body of a function or class. */
  private definitionBlock(body: readonly ast.stmt[], comment = ''): void {
    this.write(`:${comment}`);
    this.indent++;
    this.bodyWithDocstring(body);
    this.indent--;
  }

  private bodyWithDocstring(body: readonly ast.stmt[]): void {
    const [first, ...rest] = body;
    if (first?.nodeType === 'Expr' && first.value.nodeType === 'Constant' && typeof first.value.value === 'string') {
      this.fill((first.value.kind === 'u' ? 'u' : '') + docstring(first.value.value));
      for (const node of rest) this.statement(node);
    } else {
      for (const node of body) this.statement(node);
    }
  }

  private elseBlock(body: readonly ast.stmt[], keyword = 'else'): void {
    if (body.length === 0) return;
    this.fill(keyword);
    this.block(body);
  }

  private typeComment(node: { readonly lineno: number; readonly type_comment: string | null }): string {
    const comment = this.ignores.get(node.lineno) ?? node.type_comment;
    return comment === null ? '' : ` # type: ${comment}`;
  }

  private statement(node: ast.stmt): void {
    switch (node.nodeType) {
      case 'FunctionDef':
      case 'AsyncFunctionDef':
        this.functionDefinition(node);
        break;
      case 'ClassDef':
        this.classDefinition(node);
        break;
      case 'Return':
        this.fill(node.value ? `return ${expressionText(node.value)}` : 'return');
        break;
      case 'Delete':
        this.fill(`del ${node.targets.map((target) => expressionText(target)).join(', ')}`);
        break;
      case 'Assign': {
        const targets = node.targets.map((target) => `${expressionText(target, TUPLE)} = `).join('');
        this.fill(targets + expressionText(node.value) + this.typeComment(node));
        break;
      }
      case 'TypeAlias':
        this.fill(`type ${expressionText(node.name)}${typeParametersText(node.type_params)} = ${expressionText(node.value)}`);
        break;
      case 'AugAssign':
        this.fill(`${expressionText(node.target)} ${binaryOperators[node.op][0]}= ${expressionText(node.value)}`);
        break;
      case 'AnnAssign': {
        const target = expressionText(node.target);
        const shown = !node.simple && node.target.nodeType === 'Name' ? `(${target})` : target;
        this.fill(`${shown}: ${expressionText(node.annotation)}${node.value ? ` = ${expressionText(node.value)}` : ''}`);
        break;
      }
      case 'For':
      case 'AsyncFor':
        this.fill(`${node.nodeType === 'For' ? '' : 'async '}for ${expressionText(node.target, TUPLE)} in ${expressionText(node.iter)}`);
        this.block(node.body, this.typeComment(node));
        this.elseBlock(node.orelse);
        break;
      case 'While':
        this.fill(`while ${expressionText(node.test)}`);
        this.block(node.body);
        this.elseBlock(node.orelse);
        break;
      case 'If':
        this.ifStatement(node);
        break;
      case 'With':
      case 'AsyncWith':
        this.fill(`${node.nodeType === 'With' ? '' : 'async '}with ${node.items.map(withItemText).join(', ')}`);
        this.block(node.body, this.typeComment(node));
        break;
      case 'Match':
        this.fill(`match ${expressionText(node.subject)}:`);
        this.indent++;
        for (const one of node.cases) this.matchCase(one);
        this.indent--;
        break;
      case 'Raise':
        this.fill(`raise${node.exc ? ` ${expressionText(node.exc)}` : ''}${node.cause ? ` from ${expressionText(node.cause)}` : ''}`);
        break;
      case 'Try':
      case 'TryStar':
        this.tryStatement(node);
        break;
      case 'Assert':
        this.fill(`assert ${expressionText(node.test)}${node.msg ? `, ${expressionText(node.msg)}` : ''}`);
        break;
      case 'Import':
        this.fill(`import ${node.names.map(aliasText).join(', ')}`);
        break;
      case 'ImportFrom':
        this.fill(`from ${'.'.repeat(node.level ?? 0)}${node.module ?? ''} import ${node.names.map(aliasText).join(', ')}`);
        break;
      case 'Global':
      case 'Nonlocal':
        this.fill(`${node.nodeType.toLowerCase()} ${node.names.join(', ')}`);
        break;
      case 'Expr':
        this.fill(expressionText(node.value, YIELD));
        break;
      case 'Pass':
      case 'Break':
      case 'Continue':
        this.fill(node.nodeType.toLowerCase());
        break;
    }
  }

  private decorators(list: readonly ast.expr[]): void {
    this.newline();
    for (const decorator of list) this.fill(`@${expressionText(decorator)}`);
  }

  private functionDefinition(node: ast.FunctionDef | ast.AsyncFunctionDef): void {
    this.decorators(node.decorator_list);
    const head = `${node.nodeType === 'FunctionDef' ? '' : 'async '}def ${node.name}${typeParametersText(node.type_params)}`;
    this.fill(`${head}(${parametersText(node.args)})${node.returns ? ` -> ${expressionText(node.returns)}` : ''}`);
    this.definitionBlock(node.body, this.typeComment(node));
  }

  private classDefinition(node: ast.ClassDef): void {
    this.decorators(node.decorator_list);
    const bases = node.bases.length + node.keywords.length > 0 ? `(${argumentsText(node.bases, node.keywords)})` : '';
    this.fill(`class ${node.name}${typeParametersText(node.type_params)}${bases}`);
    this.definitionBlock(node.body);
  }

  private ifStatement(node: ast.If): void {
    let keyword = 'if';
    for (let one = node; ; keyword = 'elif') {
      this.fill(`${keyword} ${expressionText(one.test)}`);
      this.block(one.body);
      const [only, ...others] = one.orelse;
      if (only?.nodeType !== 'If' || others.length > 0) {
        this.elseBlock(one.orelse);
        return;
      }
      one = only;
    }
  }

  private tryStatement(node: ast.Try | ast.TryStar): void {
    const before = this.inTryStar;
    this.inTryStar = node.nodeType === 'TryStar';
    this.fill('try');
    this.block(node.body);
    for (const handler of node.handlers) this.handler(handler);
    this.elseBlock(node.orelse);
    this.elseBlock(node.finalbody, 'finally');
    this.inTryStar = before;
  }

  private handler(node: ast.ExceptHandler): void {
    const type = node.type ? ` ${expressionText(node.type)}` : '';
    this.fill(`${this.inTryStar ? 'except*' : 'except'}${type}${node.name ? ` as ${node.name}` : ''}`);
    this.block(node.body);
  }

  private matchCase(node: ast.match_case): void {
    this.fill(`case ${patternText(node.pattern)}${node.guard ? ` if ${expressionText(node.guard)}` : ''}`);
    this.block(node.body);
  }
}

function aliasText(node: ast.alias): string {
  return node.asname === null ? node.name : `${node.name} as ${node.asname}`;
}

function withItemText(node: ast.withitem): string {
  return expressionText(node.context_expr) + (node.optional_vars ? ` as ${expressionText(node.optional_vars)}` : '');
}

function typeParametersText(list: readonly ast.type_param[]): string {
  return list.length === 0 ? '' : `[${list.map(typeParameterText).join(', ')}]`;
}

function typeParameterText(node: ast.type_param): string {
  switch (node.nodeType) {
    case 'TypeVar':
      return node.bound ? `${node.name}: ${expressionText(node.bound)}` : node.name;
    case 'TypeVarTuple':
      return `*${node.name}`;
    case 'ParamSpec':
      return `**${node.name}`;
  }
}

function isPattern(node: ast.stmt | ast.expr | ast.pattern): node is ast.pattern {
  return /^Match(?!$)/.test(node.nodeType);
}

function isExpression(node: ast.stmt | ast.expr): node is ast.expr {
  return nodeInfo[node.nodeType].group === 'expr';
}
