# markupsafe: text that is safe in HTML. Its C speed-ups are not there: the Python fallback is.
from markupsafe import Markup, escape

print(escape('<a href="x">Tom & \'Jerry\'</a>'))
print(Markup('<b>%s</b>') % '<i>', Markup('<b>{}</b>').format('<i>'), Markup('<em>') + '</em>')
print(Markup('&lt;b&gt; &amp; <i>x</i>').unescape(), Markup('<p>a <b>b</b></p>').striptags(), repr(escape(5)))


class Widget:
    def __html__(self):
        return '<widget/>'

    def __html_format__(self, spec):
        return f'<widget {spec}/>'


print(escape(Widget()), Markup('{:big}').format(Widget()), Markup(',').join(['<', Markup('<')]), type(Markup('x').upper()).__name__)
