# rich: tables, trees, Markdown, highlighted source, tracebacks with their locals.
import sys
import warnings

warnings.simplefilter('ignore')
from rich.columns import Columns
from rich.console import Console
from rich.json import JSON
from rich.markdown import Markdown
from rich.panel import Panel
from rich.pretty import Pretty
from rich.syntax import Syntax
from rich.table import Table
from rich.traceback import Traceback
from rich.tree import Tree

console = Console(width=70, force_terminal=True, color_system='truecolor', file=sys.stdout, legacy_windows=False)
table = Table(title='Title')
table.add_column('A', style='red')
table.add_column('B', justify='right')
table.add_row('x', '1')
table.add_row('日本', '[bold]2')
tree = Tree('root')
tree.add('a').add('b')
console.print(table, tree, Panel('text :smile:', title='panel'), Markdown('# Heading\n- a\n- `code`\n\n1. one\n\n> quoted'), Syntax('def f(x):\n    return "s"', 'python', line_numbers=True), JSON('{"a": [1, null]}'))
console.print(Pretty({'a': [1] * 40, 'b': ('long text ' * 8, {1, 2})}), Columns(['x'] * 5))


def fails(key):
    return {}[key]


try:
    fails('missing')
except KeyError as error:
    # Without this file's own frame: its variables hold paths of the library.
    console.print(Traceback.from_exception(type(error), error, error.__traceback__.tb_next, width=60, show_locals=True, extra_lines=1))
console.print('[on blue]b[/]', 1.5, True, None, 'http://a.b')
