/**
 * CPython 3.12's grammar as its own parser walks it, for the search after a failure: which error CPython reports depends on
 * the order of the alternatives, on what each one looked at, and on how deep the calls nest, so the structure here is that of
 * Grammar/python.gram, `invalid_` rules included.
 *
 * One rule a line: `name: alternative | alternative`. `name*` before the colon marks a rule whose results are remembered.
 *   'x' token or keyword   "x" soft keyword   NAME, NUMBER, ... token types   x? x* x+   s.x+ (separated)   (a | b)
 *   &x  !x lookahead   &&'x' must follow   ~ no other alternative after this point   a=x names a part for the action
 * The action in braces says what the alternative gives: `{Kind a b}` a node, `{=a}` a part, `{verb ...}` one of the verbs in
 * actions.ts. Without one: the only part, or a nameless node.
 */
export const grammar = `
file: statements? ENDMARKER
interactive: statement_newline
eval: expressions NEWLINE* ENDMARKER
func_type: '(' type_expressions? ')' '->' expression NEWLINE* ENDMARKER
statements: statement+
statement: compound_stmt | simple_stmts
statement_newline: compound_stmt NEWLINE | simple_stmts | NEWLINE | ENDMARKER {fail}
simple_stmts: simple_stmt !';' NEWLINE | ';'.simple_stmt+ ';'? NEWLINE
simple_stmt*: assignment | &"type" type_alias | star_expressions | &'return' return_stmt | &('import' | 'from') import_stmt | &'raise' raise_stmt | 'pass' | &'del' del_stmt | &'yield' yield_stmt | &'assert' assert_stmt | 'break' | 'continue' | &'global' global_stmt | &'nonlocal' nonlocal_stmt
compound_stmt: &('def' | '@' | ASYNC) function_def | &'if' if_stmt | &('class' | '@') class_def | &('with' | ASYNC) with_stmt | &('for' | ASYNC) for_stmt | &'try' try_stmt | &'while' while_stmt | match_stmt
assignment: NAME ':' expression ('=' annotated_rhs)? {since 6 variableAnnotation} | ('(' b=single_target ')' {=b} | single_subscript_attribute_target) ':' expression ('=' annotated_rhs)? {since 6 variableAnnotations} | (star_targets '=')+ (yield_expr | star_expressions) !'=' TYPE_COMMENT? | single_target augassign ~ (yield_expr | star_expressions) | invalid_assignment
annotated_rhs: yield_expr | star_expressions
augassign: '+=' | '-=' | '*=' | '@=' {since 5 matrixOperator} | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>=' | '**=' | '//='
return_stmt: 'return' star_expressions?
raise_stmt: 'raise' expression ('from' expression)? | 'raise'
global_stmt: 'global' ','.NAME+
nonlocal_stmt: 'nonlocal' ','.NAME+
del_stmt: 'del' del_targets &(';' | NEWLINE) | invalid_del_stmt
yield_stmt: yield_expr
assert_stmt: 'assert' expression (',' expression)?
import_stmt: invalid_import | import_name | import_from
import_name: 'import' dotted_as_names
import_from: 'from' ('.' | '...')* dotted_name 'import' import_from_targets | 'from' ('.' | '...')+ 'import' import_from_targets
import_from_targets: '(' import_from_as_names ','? ')' | import_from_as_names !',' | '*' | invalid_import_from_targets
import_from_as_names: ','.import_from_as_name+
import_from_as_name: NAME ('as' NAME)?
dotted_as_names: ','.dotted_as_name+
dotted_as_name: dotted_name ('as' NAME)?
dotted_name: dotted_name '.' NAME | NAME
block*: NEWLINE INDENT statements DEDENT | simple_stmts | invalid_block
decorators: ('@' f=named_expression NEWLINE {=f})+
class_def: decorators class_def_raw | class_def_raw
class_def_raw: invalid_class_def_raw | 'class' NAME type_params? ('(' arguments? ')')? ':' block
function_def: decorators function_def_raw | function_def_raw
function_def_raw: invalid_def_raw | 'def' NAME type_params? &&'(' params? ')' ('->' expression)? &&':' func_type_comment? block | ASYNC 'def' NAME type_params? &&'(' params? ')' ('->' expression)? &&':' func_type_comment? block {since 5 asyncFunctions}
params: invalid_parameters | parameters
parameters: slash_no_default param_no_default* param_with_default* star_etc? {since 8 positionalOnly} | slash_with_default param_with_default* star_etc? {since 8 positionalOnly} | param_no_default+ param_with_default* star_etc? | param_with_default+ star_etc? | star_etc
slash_no_default: param_no_default+ '/' ',' | param_no_default+ '/' &')'
slash_with_default: param_no_default* param_with_default+ '/' ',' | param_no_default* param_with_default+ '/' &')'
star_etc: invalid_star_etc | '*' param_no_default param_maybe_default* kwds? | '*' param_no_default_star_annotation param_maybe_default* kwds? | '*' ',' param_maybe_default+ kwds? | kwds
kwds: invalid_kwds | '**' param_no_default
param_no_default: a=param ',' TYPE_COMMENT? {=a} | a=param TYPE_COMMENT? &')' {=a}
param_no_default_star_annotation: param_star_annotation ',' TYPE_COMMENT? | param_star_annotation TYPE_COMMENT? &')'
param_with_default: param default ',' TYPE_COMMENT? | param default TYPE_COMMENT? &')'
param_maybe_default: param default? ',' TYPE_COMMENT? | param default? TYPE_COMMENT? &')'
param: NAME annotation?
param_star_annotation: NAME star_annotation
annotation: ':' expression
star_annotation: ':' star_expression
default: '=' expression | invalid_default
if_stmt: invalid_if_stmt | 'if' named_expression ':' block elif_stmt | 'if' named_expression ':' block else_block?
elif_stmt: invalid_elif_stmt | 'elif' named_expression ':' block elif_stmt | 'elif' named_expression ':' block else_block?
else_block: invalid_else_stmt | 'else' &&':' block
while_stmt: invalid_while_stmt | 'while' named_expression ':' block else_block?
for_stmt: invalid_for_stmt | 'for' star_targets 'in' ~ star_expressions ':' TYPE_COMMENT? block else_block? | ASYNC 'for' star_targets 'in' ~ star_expressions ':' TYPE_COMMENT? block else_block? {since 5 asyncFor} | invalid_for_target
with_stmt: invalid_with_stmt_indent | 'with' '(' ','.with_item+ ','? ')' ':' block | 'with' ','.with_item+ ':' TYPE_COMMENT? block | ASYNC 'with' '(' ','.with_item+ ','? ')' ':' block {since 5 asyncWith} | ASYNC 'with' ','.with_item+ ':' TYPE_COMMENT? block {since 5 asyncWith} | invalid_with_stmt
with_item: expression 'as' star_target &(',' | ')' | ':') | invalid_with_item | expression
try_stmt: invalid_try_stmt | 'try' &&':' block finally_block | 'try' &&':' block except_block+ else_block? finally_block? | 'try' &&':' block except_star_block+ else_block? finally_block? {since 11 exceptionGroups}
except_block: invalid_except_stmt_indent | 'except' expression ('as' NAME)? ':' block | 'except' ':' block | invalid_except_stmt
except_star_block: invalid_except_star_stmt_indent | 'except' '*' expression ('as' NAME)? ':' block | invalid_except_stmt
finally_block: invalid_finally_stmt | 'finally' &&':' block
match_stmt: "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT {since 10 patternMatching} | invalid_match_stmt
subject_expr: star_named_expression ',' star_named_expressions? | named_expression
case_block: invalid_case_block | "case" patterns guard? ':' block
guard: 'if' named_expression
patterns: open_sequence_pattern | pattern
pattern: as_pattern | or_pattern
as_pattern: or_pattern 'as' pattern_capture_target | invalid_as_pattern
or_pattern: '|'.closed_pattern+ {Pattern}
closed_pattern*: literal_pattern | capture_pattern | wildcard_pattern | value_pattern | group_pattern | sequence_pattern | mapping_pattern | class_pattern
literal_pattern: signed_number !('+' | '-') | complex_number | strings | 'None' | 'True' | 'False'
literal_expr: signed_number !('+' | '-') | complex_number | strings | 'None' | 'True' | 'False'
complex_number: signed_real_number '+' imaginary_number | signed_real_number '-' imaginary_number
signed_number: NUMBER | '-' NUMBER
signed_real_number: real_number | '-' real_number
real_number: a=NUMBER {real a}
imaginary_number: a=NUMBER {imaginary a}
capture_pattern: pattern_capture_target
pattern_capture_target: !"_" NAME !('.' | '(' | '=')
wildcard_pattern: "_"
value_pattern: attr !('.' | '(' | '=')
attr: name_or_attr '.' NAME
name_or_attr: attr | NAME
group_pattern: '(' pattern ')'
sequence_pattern: '[' maybe_sequence_pattern? ']' | '(' open_sequence_pattern? ')'
open_sequence_pattern: maybe_star_pattern ',' maybe_sequence_pattern?
maybe_sequence_pattern: ','.maybe_star_pattern+ ','?
maybe_star_pattern: star_pattern | pattern
star_pattern*: '*' pattern_capture_target | '*' wildcard_pattern
mapping_pattern: '{' '}' | '{' double_star_pattern ','? '}' | '{' items_pattern ',' double_star_pattern ','? '}' | '{' items_pattern ','? '}'
items_pattern: ','.key_value_pattern+
key_value_pattern: (literal_expr | attr) ':' pattern
double_star_pattern: '**' pattern_capture_target
class_pattern: name_or_attr '(' ')' | name_or_attr '(' positional_patterns ','? ')' | name_or_attr '(' keyword_patterns ','? ')' | name_or_attr '(' positional_patterns ',' keyword_patterns ','? ')' | invalid_class_pattern
positional_patterns: ','.pattern+
keyword_patterns: ','.keyword_pattern+
keyword_pattern: NAME '=' pattern
type_alias: "type" NAME type_params? '=' expression {since 12 typeStatement}
type_params: '[' type_param_seq ']' {since 12 typeParameters}
type_param_seq: ','.type_param+ ','?
type_param*: NAME type_param_bound? | '*' NAME a=':' e=expression {bound a e typeVarTupleBound} | '*' NAME | '**' NAME a=':' e=expression {bound a e paramSpecBound} | '**' NAME
type_param_bound: ':' expression
expressions: a=expression b=(',' c=expression {=c})+ ','? {Tuple a b} | a=expression ',' {Tuple a} | expression
expression*: invalid_expression | invalid_legacy_expression | disjunction 'if' disjunction 'else' expression {IfExp} | disjunction | lambdef
yield_expr: 'yield' 'from' expression {Yield} | 'yield' star_expressions? {Yield}
star_expressions: a=star_expression b=(',' c=star_expression {=c})+ ','? {Tuple a b} | a=star_expression ',' {Tuple a} | star_expression
star_expression*: '*' a=bitwise_or {Starred a} | expression
star_named_expressions: a=','.star_named_expression+ ','? {=a}
star_named_expression: '*' a=bitwise_or {Starred a} | named_expression
assignment_expression: NAME ':=' ~ expression {since 8 assignmentExpressions NamedExpr}
named_expression: assignment_expression | invalid_named_expression | a=expression !':=' {=a}
disjunction*: conjunction ('or' conjunction)+ {BoolOp} | conjunction
conjunction*: inversion ('and' inversion)+ {BoolOp} | inversion
inversion*: 'not' inversion {UnaryOp} | comparison
comparison: a=bitwise_or b=compare_op_bitwise_or_pair+ {Compare a b} | bitwise_or
compare_op_bitwise_or_pair: eq_bitwise_or | noteq_bitwise_or | lte_bitwise_or | lt_bitwise_or | gte_bitwise_or | gt_bitwise_or | notin_bitwise_or | in_bitwise_or | isnot_bitwise_or | is_bitwise_or
eq_bitwise_or: '==' bitwise_or
noteq_bitwise_or: (tok='!=' {flufl tok}) bitwise_or
lte_bitwise_or: '<=' bitwise_or
lt_bitwise_or: '<' bitwise_or
gte_bitwise_or: '>=' bitwise_or
gt_bitwise_or: '>' bitwise_or
notin_bitwise_or: 'not' 'in' bitwise_or
in_bitwise_or: 'in' bitwise_or {In}
isnot_bitwise_or: 'is' 'not' bitwise_or
is_bitwise_or: 'is' bitwise_or
bitwise_or: bitwise_or '|' bitwise_xor {BinOp} | bitwise_xor
bitwise_xor: bitwise_xor '^' bitwise_and {BinOp} | bitwise_and
bitwise_and: bitwise_and '&' shift_expr {BinOp} | shift_expr
shift_expr: shift_expr '<<' sum {BinOp} | shift_expr '>>' sum {BinOp} | sum
sum: sum '+' term {BinOp} | sum '-' term {BinOp} | term
term: term '*' factor {BinOp} | term '/' factor {BinOp} | term '//' factor {BinOp} | term '%' factor {BinOp} | term '@' factor {since 5 matrixOperator BinOp} | factor
factor*: '+' factor {UnaryOp} | '-' factor {UnaryOp} | '~' factor {UnaryOp} | power
power: await_primary '**' factor {BinOp} | await_primary
await_primary*: AWAIT primary {since 5 awaitExpressions Await} | primary
primary: primary '.' NAME {Attribute} | primary genexp {Call} | primary '(' arguments? ')' {Call} | primary '[' slices ']' {Subscript} | atom
slices: a=slice !',' {=a} | a=','.(slice | starred_expression)+ ','? {Tuple a}
slice: expression? ':' expression? (':' expression?)? {Slice} | named_expression
atom: NAME | 'True' | 'False' | 'None' | &(STRING | FSTRING_START) strings | NUMBER | &'(' (tuple | group | genexp) | &'[' (list | listcomp) | &'{' (dict | set | dictcomp | setcomp) | '...'
group: '(' a=(yield_expr | named_expression) ')' {=a} | invalid_group
lambdef: 'lambda' lambda_params? ':' expression {Lambda}
lambda_params: invalid_lambda_parameters | lambda_parameters
lambda_parameters: lambda_slash_no_default lambda_param_no_default* lambda_param_with_default* lambda_star_etc? {since 8 positionalOnly} | lambda_slash_with_default lambda_param_with_default* lambda_star_etc? {since 8 positionalOnly} | lambda_param_no_default+ lambda_param_with_default* lambda_star_etc? | lambda_param_with_default+ lambda_star_etc? | lambda_star_etc
lambda_slash_no_default: lambda_param_no_default+ '/' ',' | lambda_param_no_default+ '/' &':'
lambda_slash_with_default: lambda_param_no_default* lambda_param_with_default+ '/' ',' | lambda_param_no_default* lambda_param_with_default+ '/' &':'
lambda_star_etc: invalid_lambda_star_etc | '*' lambda_param_no_default lambda_param_maybe_default* lambda_kwds? | '*' ',' lambda_param_maybe_default+ lambda_kwds? | lambda_kwds
lambda_kwds: invalid_lambda_kwds | '**' lambda_param_no_default
lambda_param_no_default: a=lambda_param ',' {=a} | a=lambda_param &':' {=a}
lambda_param_with_default: lambda_param default ',' | lambda_param default &':'
lambda_param_maybe_default: lambda_param default? ',' | lambda_param default? &':'
lambda_param: NAME
fstring_middle: fstring_replacement_field | a=FSTRING_MIDDLE {fstringText a}
fstring_replacement_field: '{' (yield_expr | star_expressions) '='? c=fstring_conversion? fstring_full_format_spec? '}' {FormattedValue} | invalid_replacement_field
fstring_conversion: a='!' b=NAME {conversion a b}
fstring_full_format_spec: ':' fstring_format_spec*
fstring_format_spec: a=FSTRING_MIDDLE {formatSpec a} | fstring_replacement_field
fstring: a=FSTRING_START b=fstring_middle* FSTRING_END {fstring a b}
string: a=STRING {string a}
strings*: a=(fstring | string)+ {strings a}
list: '[' a=star_named_expressions? ']' {List a}
tuple: '(' a=(y=star_named_expression ',' z=star_named_expressions? {Parts y z})? ')' {Tuple a}
set: '{' star_named_expressions '}' {Set}
dict: '{' double_starred_kvpairs? '}' {Dict} | '{' invalid_double_starred_kvpairs '}'
double_starred_kvpairs: ','.double_starred_kvpair+ ','?
double_starred_kvpair: '**' bitwise_or | kvpair
kvpair: expression ':' expression
for_if_clauses: for_if_clause+
for_if_clause: ASYNC 'for' star_targets 'in' ~ b=disjunction c=('if' z=disjunction {=z})* {since 6 asyncComprehensions Parts b c} | 'for' star_targets 'in' ~ b=disjunction c=('if' z=disjunction {=z})* {Parts b c} | invalid_for_target
listcomp: '[' named_expression for_if_clauses ']' {ListComp} | invalid_comprehension
setcomp: '{' named_expression for_if_clauses '}' {SetComp} | invalid_comprehension
genexp: '(' (assignment_expression | a=expression !':=' {=a}) for_if_clauses ')' {GeneratorExp} | invalid_comprehension
dictcomp: '{' kvpair for_if_clauses '}' {DictComp} | invalid_dict_comprehension
arguments*: a=args ','? &')' {=a} | invalid_arguments
args: a=','.(starred_expression | a=(assignment_expression | a=expression !':=' {=a}) !'=' {=a})+ b=(',' k=kwargs {=k})? {Call a b} | a=kwargs {Call a}
kwargs: a=','.kwarg_or_starred+ ',' b=','.kwarg_or_double_starred+ {Parts a b} | ','.kwarg_or_starred+ | ','.kwarg_or_double_starred+
starred_expression: invalid_starred_expression_unpacking | '*' a=expression {Starred a} | '*' {last invalidStar}
kwarg_or_starred: invalid_kwarg | NAME '=' expression {keyword} | starred_expression
kwarg_or_double_starred: invalid_kwarg | NAME '=' expression {keyword} | '**' expression {unpacking}
star_targets: a=star_target !',' {=a} | a=star_target b=(',' c=star_target {=c})* ','? {Tuple a b}
star_targets_list_seq: a=','.star_target+ ','? {=a}
star_targets_tuple_seq: a=star_target b=(',' c=star_target {=c})+ ','? {Parts a b} | a=star_target ',' {Parts a}
star_target*: '*' a=(!'*' star_target) {Starred a} | target_with_star_atom
target_with_star_atom*: t_primary '.' NAME !t_lookahead {Attribute} | t_primary '[' slices ']' !t_lookahead {Subscript} | star_atom
star_atom: NAME | '(' a=target_with_star_atom ')' {=a} | '(' a=star_targets_tuple_seq? ')' {Tuple a} | '[' a=star_targets_list_seq? ']' {List a}
single_target: single_subscript_attribute_target | NAME | '(' a=single_target ')' {=a}
single_subscript_attribute_target: t_primary '.' NAME !t_lookahead {Attribute} | t_primary '[' slices ']' !t_lookahead {Subscript}
t_primary: t_primary '.' NAME &t_lookahead {Attribute} | t_primary '[' slices ']' &t_lookahead {Subscript} | t_primary genexp &t_lookahead {Call} | t_primary '(' arguments? ')' &t_lookahead {Call} | a=atom &t_lookahead {=a}
t_lookahead: '(' | '[' | '.'
del_targets: ','.del_target+ ','?
del_target*: t_primary '.' NAME !t_lookahead | t_primary '[' slices ']' !t_lookahead | del_t_atom
del_t_atom: NAME | '(' del_target ')' | '(' del_targets? ')' | '[' del_targets? ']'
type_expressions: ','.expression+ ',' '*' expression ',' '**' expression | ','.expression+ ',' '*' expression | ','.expression+ ',' '**' expression | '*' expression ',' '**' expression | '*' expression | '**' expression | ','.expression+
func_type_comment: NEWLINE TYPE_COMMENT &(NEWLINE INDENT) | invalid_double_type_comments | TYPE_COMMENT
invalid_arguments: ((','.(starred_expression | (assignment_expression | expression !':=') !'=')+ ',' kwargs) | kwargs) a=',' ','.(starred_expression !'=')+ {from a iterableAfterKeywordUnpacking} | a=expression b=for_if_clauses ',' (args | expression for_if_clauses)? {comprehension a b} | a=NAME b='=' expression for_if_clauses {range a b maybeEquality} | (args ',')? a=NAME b='=' &(',' | ')') {range a b expectedArgumentValue} | a=args b=for_if_clauses {bareGenerator a b} | args ',' a=expression b=for_if_clauses {comprehension a b} | a=args ',' args {positionalAfterKeyword a}
invalid_kwarg: a=('True' | 'False' | 'None') b='=' {range a b cannotAssign} | a=NAME b='=' expression for_if_clauses {range a b maybeEquality} | !(NAME '=') a=expression b='=' {range a b assignmentInExpression} | a='**' expression '=' b=expression {range a b assignToKeywordUnpacking}
expression_without_invalid: disjunction 'if' disjunction 'else' expression {IfExp} | disjunction | lambdef
invalid_legacy_expression: a=NAME !'(' b=star_expressions {legacy a b}
invalid_expression: !(NAME STRING | SOFT_KEYWORD) a=disjunction b=expression_without_invalid {comma a b} | a=disjunction 'if' b=disjunction !('else' | ':') {range a b expectedElse} | a='lambda' lambda_params? b=':' &FSTRING_MIDDLE {range a b fstringLambda}
invalid_named_expression*: a=expression ':=' expression {at a walrusTarget} | a=NAME '=' b=bitwise_or !('=' | ':=') {range a b maybeEquality} | !(list | tuple | genexp | 'True' | 'None' | 'False') a=bitwise_or '=' bitwise_or !('=' | ':=') {at a cannotAssignHere}
invalid_assignment: a=invalid_ann_assign_target ':' expression {at a annotatedTarget} | a=star_named_expression ',' star_named_expressions* ':' expression {at a annotatedTuple} | a=expression ':' expression {at a illegalAnnotation} | (star_targets '=')* a=star_expressions '=' {target a} | (star_targets '=')* a=yield_expr '=' {at a assignToYield} | a=star_expressions augassign (yield_expr | star_expressions) {at a augmentedTarget}
invalid_ann_assign_target: list | tuple | '(' a=invalid_ann_assign_target ')' {=a}
invalid_del_stmt: 'del' a=star_expressions {deletion a}
invalid_block: NEWLINE !INDENT {indent expectedBlock}
invalid_comprehension: ('[' | '(' | '{') a=starred_expression for_if_clauses {at a unpackingInComprehension} | ('[' | '{') a=star_named_expression ',' b=star_named_expressions for_if_clauses {range a b comprehensionTarget} | ('[' | '{') a=star_named_expression b=',' for_if_clauses {range a b comprehensionTarget}
invalid_dict_comprehension: '{' a='**' bitwise_or for_if_clauses '}' {at a dictUnpackingInComprehension}
invalid_parameters: a='/' ',' {at a argumentBeforeSlash} | (slash_no_default | slash_with_default) param_maybe_default* a='/' {at a slashOnce} | slash_no_default? param_no_default* invalid_parameters_helper a=param_no_default {at a defaultMissing} | param_no_default* a='(' param_no_default+ ','? b=')' {range a b parenthesizedParameters} | (slash_no_default | slash_with_default)? param_maybe_default* '*' (',' | param_no_default) param_maybe_default* a='/' {at a slashBeforeStar} | param_maybe_default+ '/' a='*' {at a commaBetweenSlashAndStar}
invalid_parameters_helper: slash_with_default | param_with_default+
invalid_default: a='=' &(')' | ',') {at a expectedDefault}
invalid_star_etc: a='*' (')' | ',' (')' | '**')) {at a namedAfterStar} | '*' ',' TYPE_COMMENT {last bareStarTypeComment} | '*' param a='=' {at a starDefault} | '*' (param_no_default | ',') param_maybe_default* a='*' (param_no_default | ',') {at a starOnce}
invalid_kwds: '**' param a='=' {at a kwargsDefault} | '**' param ',' a=param {at a afterKwargs} | '**' param ',' a=('*' | '**' | '/') {at a afterKwargs}
invalid_lambda_parameters: a='/' ',' {at a argumentBeforeSlash} | (lambda_slash_no_default | lambda_slash_with_default) lambda_param_maybe_default* a='/' {at a slashOnce} | lambda_slash_no_default? lambda_param_no_default* invalid_lambda_parameters_helper a=lambda_param_no_default {at a defaultMissing} | lambda_param_no_default* a='(' ','.lambda_param+ ','? b=')' {range a b parenthesizedLambdaParameters} | (lambda_slash_no_default | lambda_slash_with_default)? lambda_param_maybe_default* '*' (',' | lambda_param_no_default) lambda_param_maybe_default* a='/' {at a slashBeforeStar} | lambda_param_maybe_default+ '/' a='*' {at a commaBetweenSlashAndStar}
invalid_lambda_parameters_helper: lambda_slash_with_default | lambda_param_with_default+
invalid_lambda_star_etc: '*' (':' | ',' (':' | '**')) {last namedAfterStar} | '*' lambda_param a='=' {at a starDefault} | '*' (lambda_param_no_default | ',') lambda_param_maybe_default* a='*' (lambda_param_no_default | ',') {at a starOnce}
invalid_lambda_kwds: '**' lambda_param a='=' {at a kwargsDefault} | '**' lambda_param ',' a=lambda_param {at a afterKwargs} | '**' lambda_param ',' a=('*' | '**' | '/') {at a afterKwargs}
invalid_double_type_comments: TYPE_COMMENT NEWLINE TYPE_COMMENT NEWLINE INDENT {last twoTypeComments}
invalid_with_item: expression 'as' a=expression &(',' | ')' | ':') {target a}
invalid_for_target: ASYNC? 'for' a=star_expressions {forTarget a}
invalid_group: '(' a=starred_expression ')' {at a starredGroup} | '(' a='**' expression ')' {at a doubleStarredGroup}
invalid_import: a='import' ','.dotted_name+ 'from' dotted_name {from a importFrom}
invalid_import_from_targets: import_from_as_names ',' NEWLINE {last trailingComma}
invalid_with_stmt: ASYNC? 'with' ','.(expression ('as' star_target)?)+ NEWLINE {last expectedColon} | ASYNC? 'with' '(' ','.(expressions ('as' star_target)?)+ ','? ')' NEWLINE {last expectedColon}
invalid_with_stmt_indent: ASYNC? a='with' ','.(expression ('as' star_target)?)+ ':' NEWLINE !INDENT {indent expectedBlockAfter a} | ASYNC? a='with' '(' ','.(expressions ('as' star_target)?)+ ','? ')' ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_try_stmt: a='try' ':' NEWLINE !INDENT {indent expectedBlockAfter a} | 'try' ':' block !('except' | 'finally') {last expectedExcept} | 'try' ':' block* except_block+ a='except' b='*' expression ('as' NAME)? ':' {range a b mixedExcept} | 'try' ':' block* except_star_block+ a='except' (expression ('as' NAME)?)? ':' {at a mixedExcept}
invalid_except_stmt: 'except' '*'? a=expression ',' expressions ('as' NAME)? ':' {from a parenthesizeExceptions} | 'except' '*'? expression ('as' NAME)? NEWLINE {last expectedColon} | 'except' NEWLINE {last expectedColon} | 'except' '*' (NEWLINE | ':') {last expectedException}
invalid_finally_stmt: a='finally' ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_except_stmt_indent: a='except' expression ('as' NAME)? ':' NEWLINE !INDENT {indent expectedBlockAfter a} | a='except' ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_except_star_stmt_indent: a='except' '*' expression ('as' NAME)? ':' NEWLINE !INDENT {indent expectedBlockAfterExceptStar a}
invalid_match_stmt: "match" subject_expr NEWLINE {sinceLast 10 patternMatching expectedColon} | a="match" subject_expr ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_case_block: "case" patterns guard? NEWLINE {last expectedColon} | a="case" patterns guard? ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_as_pattern: or_pattern 'as' a="_" {at a wildcardTarget} | or_pattern 'as' !NAME a=expression {at a patternTarget}
invalid_class_pattern: name_or_attr '(' a=invalid_class_argument_pattern {range a a positionalPatterns}
invalid_class_argument_pattern: (positional_patterns ',')? keyword_patterns ',' a=positional_patterns {=a}
invalid_if_stmt: 'if' named_expression NEWLINE {last expectedColon} | a='if' named_expression ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_elif_stmt: 'elif' named_expression NEWLINE {last expectedColon} | a='elif' named_expression ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_else_stmt: a='else' ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_while_stmt: 'while' named_expression NEWLINE {last expectedColon} | a='while' named_expression ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_for_stmt: ASYNC? 'for' star_targets 'in' star_expressions NEWLINE {last expectedColon} | ASYNC? a='for' star_targets 'in' star_expressions ':' NEWLINE !INDENT {indent expectedBlockAfter a}
invalid_def_raw: ASYNC? a='def' NAME type_params? '(' params? ')' ('->' expression)? ':' NEWLINE !INDENT {indent expectedBlockAfterDefinition a}
invalid_class_def_raw: 'class' NAME type_params? ('(' arguments? ')')? NEWLINE {last expectedColon} | a='class' NAME type_params? ('(' arguments? ')')? ':' NEWLINE !INDENT {indent expectedBlockAfterDefinition a}
invalid_double_starred_kvpairs: ','.double_starred_kvpair+ ',' invalid_kvpair | expression ':' a='*' bitwise_or {from a starredDictValue} | expression a=':' &('}' | ',') {at a expectedDictValue}
invalid_kvpair: a=expression !(':') {dictColon a} | expression ':' a='*' bitwise_or {from a starredDictValue} | expression a=':' &('}' | ',') {at a expectedDictValue}
invalid_starred_expression_unpacking: a='*' expression '=' b=expression {range a b assignToUnpacking}
invalid_replacement_field: '{' a='=' {at a fstringExpressionBefore} | '{' a='!' {at a fstringExpressionBefore} | '{' a=':' {at a fstringExpressionBefore} | '{' a='}' {at a fstringExpressionBefore} | '{' !(yield_expr | star_expressions) {next fstringExpression} | '{' (yield_expr | star_expressions) !('=' | '!' | ':' | '}') {next fstringAfterExpression} | '{' (yield_expr | star_expressions) '=' !('!' | ':' | '}') {next fstringAfterEqual} | '{' (yield_expr | star_expressions) '='? invalid_conversion_character | '{' (yield_expr | star_expressions) '='? ('!' NAME)? !(':' | '}') {next fstringAfterConversion} | '{' (yield_expr | star_expressions) '='? ('!' NAME)? ':' fstring_format_spec* !'}' {next fstringAfterSpec} | '{' (yield_expr | star_expressions) '='? ('!' NAME)? !'}' {next fstringClose}
invalid_conversion_character: '!' &(':' | '}') {next fstringConversionMissing} | '!' !NAME {next fstringConversionInvalid}
`;
