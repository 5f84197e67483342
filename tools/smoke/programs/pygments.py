# pygments: lexers and formatters.
from pygments import highlight, lex
from pygments.formatters import HtmlFormatter, TerminalFormatter, RawTokenFormatter
from pygments.lexers import get_all_lexers, get_lexer_by_name, guess_lexer
from pygments.styles import get_style_by_name

python = 'def f(x: int) -> str:\n    """Doc."""\n    return f"{x!r:>10}" + \'\\n\'  # done\n'
print(highlight(python, get_lexer_by_name('python'), HtmlFormatter(linenos=True)))
print(highlight('{"a": [1, 2.5, null, true]}', get_lexer_by_name('json'), TerminalFormatter()).encode())
print(highlight('int main(void) { return 0; } // end', get_lexer_by_name('c'), HtmlFormatter(nowrap=True)))
print(highlight('<p class="x">a &amp; b</p><script>let x = 1</script>', get_lexer_by_name('html'), HtmlFormatter(nowrap=True)))
print(highlight('select * from t where a = 1;', get_lexer_by_name('sql'), RawTokenFormatter()).decode())
print([(str(kind), text) for kind, text in lex('x = 1', get_lexer_by_name('python'))])
print(guess_lexer('#!/usr/bin/python\nprint(1)').name, len(list(get_all_lexers())) > 400)
print(HtmlFormatter(style='monokai').get_style_defs('.code')[:200], get_style_by_name('default').background_color)
