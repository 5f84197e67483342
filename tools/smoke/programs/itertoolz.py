# more_itertools, toolz, pyparsing, Markdown: libraries of small functions.
import warnings

warnings.simplefilter('ignore')
import markdown
import more_itertools as more
import pyparsing
import toolz

print(list(more.chunked(range(7), 3)), list(more.windowed('abcd', 2)), more.one([1]), list(more.set_partitions('abc', 2)), list(more.distinct_permutations([1, 1, 2])), more.ilen(iter('abc')))
peekable = more.peekable(range(5))
print(peekable.peek(), peekable[2], list(peekable), more.bucket('abcABC', key=str.lower), list(more.roundrobin('ab', 'cde')), list(more.collapse([1, [2, [3, 'x']]])))
print(toolz.groupby(len, ['a', 'bb', 'c']), toolz.pipe(3, lambda x: x + 1, str), list(toolz.sliding_window(2, range(4))), toolz.curry(lambda a, b: a + b)(1)(2), toolz.merge_with(sum, {1: 1}, {1: 2}), toolz.get_in(['a', 0], {'a': [5]}))
number = pyparsing.Word(pyparsing.nums).set_parse_action(lambda tokens: int(tokens[0]))
expression = pyparsing.infix_notation(number, [('-', 1, pyparsing.opAssoc.RIGHT), (pyparsing.one_of('* /'), 2, pyparsing.opAssoc.LEFT), (pyparsing.one_of('+ -'), 2, pyparsing.opAssoc.LEFT)])
print(expression.parse_string('1+2*(3-4)').as_list())
try:
    expression.parse_string('1+', parse_all=True)
except pyparsing.ParseException as error:
    print(error, error.explain(), sep='\n')
print(pyparsing.nested_expr().parse_string('(a (b c) d)'), (pyparsing.Word(pyparsing.alphas)('name') + ':' + number('value')).parse_string('x: 5').dump())
text = '# Heading\n\n* a\n* b **bold** `c`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx = 1\n```\n\n[l](http://x "t") ![i](y) <b>h</b>\n\n1. one\n2. two\n\n> q\n\nfoot[^1]\n\n[^1]: note\n'
print(markdown.markdown(text, extensions=['tables', 'fenced_code', 'footnotes', 'toc', 'codehilite', 'attr_list']))
