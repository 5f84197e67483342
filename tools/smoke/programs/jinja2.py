# jinja2: templates compiled to Python.
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateSyntaxError, UndefinedError, select_autoescape

env = Environment(
    loader=DictLoader({
        'base.html': '<title>{% block title %}none{% endblock %}</title>\n{% block body %}{% endblock %}',
        'page.html': '{% extends "base.html" %}{% from "macros.html" import item %}{% block title %}{{ title|title }} - {{ super() }}{% endblock %}{% block body %}'
                     '{% for user in users if user.active %}{{ loop.index }}/{{ loop.length }} {{ item(user.name) }}{% else %}nobody{% endfor %}{% endblock %}',
        'macros.html': '{% macro item(name, mark="*") %}{{ mark }}{{ name|upper }}\n{% endmacro %}',
    }),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
)
users = [{'name': 'ann <b>', 'active': True}, {'name': 'bob', 'active': False}, {'name': 'cid', 'active': True}]
print(env.get_template('page.html').render(title='all users', users=users))
text = Environment().from_string
print(text('{% set ns = namespace(n=0) %}{% for x in range(4) %}{% set ns.n = ns.n + x %}{% endfor %}{{ ns.n }} {{ [3,1,2]|sort|join("-") }} {{ "%.2f"|format(3.14159) }}').render())
print(text('{{ {"a": [1, {"b": 2}]}.a[1].b }} {{ "x"|default("y") }} {{ missing|default("y") }} {{ 7 // 2 }} {{ 2 ** 5 }} {{ "a" ~ 1 }} {{ 3 in [1, 3] }}').render())
print(text('{% filter indent(2) %}a\nb{% endfilter %}|{{ items|groupby("k")|map("first")|list }}|{{ items|map(attribute="v")|sum }}').render(items=[{'k': 1, 'v': 2}, {'k': 1, 'v': 3}, {'k': 2, 'v': 4}]))
print(text('{%- macro each(xs) -%}{%- for x in xs -%}{{ caller(x) }}{%- endfor -%}{%- endmacro -%}{%- call(x) each([1, 2]) -%}[{{ x }}]{%- endcall -%}').render())
for source in ('{% for %}', '{{ a.b', '{% endif %}', '{{ 1 + }}'):
    try:
        env.from_string(source)
    except TemplateSyntaxError as error:
        print(error.lineno, error.message)
try:
    env.from_string('line 1\n{{ nobody.name }}').render()
except UndefinedError as error:
    print(error)
import asyncio

async_env = Environment(enable_async=True)
print(asyncio.run(async_env.from_string('{% for x in xs %}{{ x }},{% endfor %}').render_async(xs=[1, 2, 3])))
