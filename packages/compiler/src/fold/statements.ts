import {
  AnnAssign, arg, arguments_, Assert, Assign, AsyncFor, AsyncFunctionDef, AsyncWith, AugAssign, ClassDef, Delete, ExceptHandler, Expr,
  Expression, For, FunctionDef, If, Interactive, JoinedStr, match_case, MatchAs, MatchClass, MatchMapping, MatchOr, MatchSequence,
  MatchValue, Match, Module, Raise, Return, Try, TryStar, TypeAlias, TypeVar, While, With, withitem,
  type excepthandler, type expr, type mod, type pattern, type Span, type stmt, type type_param,
} from '@py/ast';
import { at, ExpressionFolder, foldIterable, mapped } from './expressions.ts';
import { isStr } from './text.ts';

export interface FoldOptions {
  /** As for `compile`; 0 makes `__debug__` true. */
  readonly optimize: 0 | 1 | 2;
  /** `from __future__ import annotations`: annotations become text as they were written. */
  readonly postponedAnnotations: boolean;
  /** Told of every `~True` and `~False`. If it throws, that one is not folded. */
  readonly onInvertedBool?: (node: Span) => void;
}

/** Folds statements. Every method gives the node itself if nothing in it changed. */
export class Folder extends ExpressionFolder {
  private readonly postponedAnnotations: boolean;

  constructor({ optimize, postponedAnnotations, onInvertedBool }: FoldOptions) {
    super(optimize === 0, onInvertedBool);
    this.postponedAnnotations = postponedAnnotations;
  }

  module(node: mod): mod {
    switch (node.nodeType) {
      case 'Module': {
        const body = this.docBody(node.body);
        return body === node.body ? node : this.standsFor(new Module(body, node.type_ignores), node);
      }
      case 'Interactive': {
        const body = this.body(node.body);
        return body === node.body ? node : this.standsFor(new Interactive(body), node);
      }
      case 'Expression': {
        const body = this.expr(node.body);
        return body === node.body ? node : this.standsFor(new Expression(body), node);
      }
      case 'FunctionType':
        return node;
    }
  }

  private readonly stmt = (node: stmt): stmt => {
    switch (node.nodeType) {
      case 'Expr': {
        const value = this.expr(node.value);
        return value === node.value ? node : new Expr(value, ...at(node));
      }
      case 'Assign': {
        const targets = this.exprs(node.targets);
        const value = this.expr(node.value);
        return targets === node.targets && value === node.value ? node : new Assign(targets, value, node.type_comment, ...at(node));
      }
      case 'Return': {
        const value = this.optional(node.value);
        return value === node.value ? node : new Return(value, ...at(node));
      }
      case 'If':
        return this.if(node);
      case 'FunctionDef':
      case 'AsyncFunctionDef':
        return this.function(node);
      case 'ClassDef':
        return this.class(node);
      case 'For':
      case 'AsyncFor':
        return this.for(node);
      case 'While': {
        const test = this.expr(node.test);
        const body = this.body(node.body);
        const orelse = this.body(node.orelse);
        return test === node.test && body === node.body && orelse === node.orelse ? node : new While(test, body, orelse, ...at(node));
      }
      case 'Try':
      case 'TryStar':
        return this.try(node);
      case 'With':
      case 'AsyncWith': {
        const items = mapped(node.items, this.withitem);
        const body = this.body(node.body);
        if (items === node.items && body === node.body) return node;
        return new (node.nodeType === 'With' ? With : AsyncWith)(items, body, node.type_comment, ...at(node));
      }
      case 'Raise': {
        const exc = this.optional(node.exc);
        const cause = this.optional(node.cause);
        return exc === node.exc && cause === node.cause ? node : new Raise(exc, cause, ...at(node));
      }
      case 'AugAssign': {
        const target = this.expr(node.target);
        const value = this.expr(node.value);
        return target === node.target && value === node.value ? node : new AugAssign(target, node.op, value, ...at(node));
      }
      case 'AnnAssign': {
        const target = this.expr(node.target);
        const annotation = this.annotation(node.annotation);
        const value = this.optional(node.value);
        if (target === node.target && annotation === node.annotation && value === node.value) return node;
        return new AnnAssign(target, annotation, value, node.simple, ...at(node));
      }
      case 'Assert': {
        const test = this.expr(node.test);
        const msg = this.optional(node.msg);
        return test === node.test && msg === node.msg ? node : new Assert(test, msg, ...at(node));
      }
      case 'Delete': {
        const targets = this.exprs(node.targets);
        return targets === node.targets ? node : new Delete(targets, ...at(node));
      }
      case 'Match': {
        const subject = this.expr(node.subject);
        const cases = mapped(node.cases, this.match_case);
        return subject === node.subject && cases === node.cases ? node : new Match(subject, cases, ...at(node));
      }
      case 'TypeAlias': {
        const name = this.expr(node.name);
        const type_params = this.typeParameters(node.type_params);
        const value = this.expr(node.value);
        if (name === node.name && type_params === node.type_params && value === node.value) return node;
        return this.standsFor(new TypeAlias(name, type_params, value, ...at(node)), node);
      }
      default:
        return node;
    }
  };

  private body(statements: readonly stmt[]): readonly stmt[] {
    for (let i = 0; i < statements.length; i++) {
      const folded = this.stmt(statements[i]);
      if (folded !== statements[i]) return [...statements.slice(0, i), folded, ...statements.slice(i + 1).map(this.stmt)];
    }
    return statements;
  }

  /** The body of a module, class or function. What folding makes a string must not become a docstring. */
  private docBody(statements: readonly stmt[]): readonly stmt[] {
    const folded = this.body(statements);
    if (folded === statements || beginsWithString(statements) || !beginsWithString(folded)) return folded;
    const first = folded[0] as Expr;
    return [new Expr(new JoinedStr([first.value], ...at(first)), ...at(first)), ...folded.slice(1)];
  }

  /** An `elif` chain is a list, however deep the tree. */
  private if(first: If): If {
    const chain = [first];
    for (let node = onlyIf(first.orelse); node !== null; node = onlyIf(node.orelse)) chain.push(node);
    let orelse: readonly stmt[] | null = null;
    for (let i = chain.length - 1; ; i--) {
      const node = chain[i];
      const test = this.expr(node.test);
      const body = this.body(node.body);
      orelse ??= this.body(node.orelse);
      const same = test === node.test && body === node.body && orelse === node.orelse;
      const folded: If = same ? node : new If(test, body, orelse, ...at(node));
      if (i === 0) return folded;
      orelse = folded === node ? chain[i - 1].orelse : [folded];
    }
  }

  private function(node: FunctionDef | AsyncFunctionDef): FunctionDef | AsyncFunctionDef {
    const type_params = this.typeParameters(node.type_params);
    const args = this.arguments(node.args);
    const body = this.docBody(node.body);
    const decorators = this.exprs(node.decorator_list);
    const returns = node.returns === null ? null : this.annotation(node.returns);
    if (
      type_params === node.type_params && args === node.args && body === node.body && decorators === node.decorator_list &&
      returns === node.returns
    ) {
      return node;
    }
    const Class = node.nodeType === 'FunctionDef' ? FunctionDef : AsyncFunctionDef;
    return this.standsFor(new Class(node.name, args, body, decorators, returns, node.type_comment, type_params, ...at(node)), node);
  }

  private class(node: ClassDef): ClassDef {
    const type_params = this.typeParameters(node.type_params);
    const bases = this.exprs(node.bases);
    const keywords = mapped(node.keywords, this.keyword);
    const body = this.docBody(node.body);
    const decorators = this.exprs(node.decorator_list);
    if (
      type_params === node.type_params && bases === node.bases && keywords === node.keywords && body === node.body &&
      decorators === node.decorator_list
    ) {
      return node;
    }
    return this.standsFor(new ClassDef(node.name, bases, keywords, body, decorators, type_params, ...at(node)), node);
  }

  private for(node: For | AsyncFor): For | AsyncFor {
    const target = this.expr(node.target);
    const iterated = this.expr(node.iter);
    const iter = node.nodeType === 'For' ? foldIterable(iterated) : iterated;
    const body = this.body(node.body);
    const orelse = this.body(node.orelse);
    if (target === node.target && iter === node.iter && body === node.body && orelse === node.orelse) return node;
    return new (node.nodeType === 'For' ? For : AsyncFor)(target, iter, body, orelse, node.type_comment, ...at(node));
  }

  private try(node: Try | TryStar): Try | TryStar {
    const body = this.body(node.body);
    const handlers = mapped(node.handlers, this.handler);
    const orelse = this.body(node.orelse);
    const finalbody = this.body(node.finalbody);
    if (body === node.body && handlers === node.handlers && orelse === node.orelse && finalbody === node.finalbody) return node;
    return new (node.nodeType === 'Try' ? Try : TryStar)(body, handlers, orelse, finalbody, ...at(node));
  }

  private readonly handler = (node: excepthandler): excepthandler => {
    const type = this.optional(node.type);
    const body = this.body(node.body);
    return type === node.type && body === node.body ? node : new ExceptHandler(type, node.name, body, ...at(node));
  };

  private readonly withitem = (node: withitem): withitem => {
    const context = this.expr(node.context_expr);
    const vars = this.optional(node.optional_vars);
    return context === node.context_expr && vars === node.optional_vars ? node : new withitem(context, vars);
  };

  protected override arguments(node: arguments_): arguments_ {
    const posonlyargs = mapped(node.posonlyargs, this.arg);
    const args = mapped(node.args, this.arg);
    const vararg = node.vararg === null ? null : this.arg(node.vararg);
    const kwonlyargs = mapped(node.kwonlyargs, this.arg);
    const kw_defaults = mapped(node.kw_defaults, this.optional);
    const kwarg = node.kwarg === null ? null : this.arg(node.kwarg);
    const defaults = this.exprs(node.defaults);
    if (
      posonlyargs === node.posonlyargs && args === node.args && vararg === node.vararg && kwonlyargs === node.kwonlyargs &&
      kw_defaults === node.kw_defaults && kwarg === node.kwarg && defaults === node.defaults
    ) {
      return node;
    }
    return new arguments_(posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults);
  }

  private readonly arg = (node: arg): arg => {
    if (node.annotation === null) return node;
    const annotation = this.annotation(node.annotation);
    return annotation === node.annotation ? node : new arg(node.arg, annotation, node.type_comment, ...at(node));
  };

  private annotation(node: expr): expr {
    return this.postponedAnnotations ? node : this.expr(node);
  }

  private typeParameters(parameters: readonly type_param[]): readonly type_param[] {
    const folded = mapped(parameters, this.typeParameter);
    return folded === parameters ? parameters : this.standsFor(folded, parameters);
  }

  private readonly typeParameter = (node: type_param): type_param => {
    if (node.nodeType !== 'TypeVar' || node.bound === null) return node;
    const bound = this.expr(node.bound);
    return bound === node.bound ? node : this.standsFor(new TypeVar(node.name, bound, ...at(node)), node);
  };

  private readonly match_case = (node: match_case): match_case => {
    const pattern = this.pattern(node.pattern);
    const guard = this.optional(node.guard);
    const body = this.body(node.body);
    return pattern === node.pattern && guard === node.guard && body === node.body ? node : new match_case(pattern, guard, body);
  };

  private readonly pattern = (node: pattern): pattern => {
    switch (node.nodeType) {
      case 'MatchValue': {
        const value = this.expr(node.value);
        return value === node.value ? node : new MatchValue(value, ...at(node));
      }
      case 'MatchSequence':
      case 'MatchOr': {
        const patterns = mapped(node.patterns, this.pattern);
        if (patterns === node.patterns) return node;
        return new (node.nodeType === 'MatchOr' ? MatchOr : MatchSequence)(patterns, ...at(node));
      }
      case 'MatchMapping': {
        const keys = this.exprs(node.keys);
        const patterns = mapped(node.patterns, this.pattern);
        return keys === node.keys && patterns === node.patterns ? node : new MatchMapping(keys, patterns, node.rest, ...at(node));
      }
      case 'MatchClass': {
        const cls = this.expr(node.cls);
        const patterns = mapped(node.patterns, this.pattern);
        const keywordPatterns = mapped(node.kwd_patterns, this.pattern);
        if (cls === node.cls && patterns === node.patterns && keywordPatterns === node.kwd_patterns) return node;
        return new MatchClass(cls, patterns, node.kwd_attrs, keywordPatterns, ...at(node));
      }
      case 'MatchAs': {
        if (node.pattern === null) return node;
        const pattern = this.pattern(node.pattern);
        return pattern === node.pattern ? node : new MatchAs(pattern, node.name, ...at(node));
      }
      default:
        return node;
    }
  };
}

function onlyIf(statements: readonly stmt[]): If | null {
  return statements.length === 1 && statements[0].nodeType === 'If' ? statements[0] : null;
}

function beginsWithString(statements: readonly stmt[]): boolean {
  const first = statements[0];
  return first?.nodeType === 'Expr' && first.value.nodeType === 'Constant' && isStr(first.value.value);
}
