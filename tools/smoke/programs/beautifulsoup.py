# Beautiful Soup over html.parser and html5lib, with soupsieve's selectors.
import warnings

warnings.simplefilter('ignore')
import html5lib
from bs4 import BeautifulSoup

page = '<html><body><p class="a b">One<b>two</p><p id=x>three &amp; <a href="/q">link</a><!-- note --></p><ul><li>1<li>2</ul><table><tr><td>cell'
for parser in 'html.parser', 'html5lib':
    soup = BeautifulSoup(page, parser)
    print(soup.prettify())
    print(soup.select('p.a > b'), soup.find(id='x').text, [item.get_text() for item in soup('li')], soup.a['href'], soup.select_one('p:nth-of-type(2) a[href^="/"]'))
soup.p.insert_after(soup.new_tag('hr'))
soup.b.unwrap()
soup.ul.decompose()
print(soup)
print(html5lib.parse('<p>a<b>b<i>c</b>d</i><svg><circle/></svg>&nbsp;&copy', treebuilder='dom').toxml())
print(html5lib.serialize(html5lib.parse('<a x=1 y>z'), tree='etree'))
try:
    soup.select('p:nth-of-type(')
except Exception as error:
    print(type(error).__name__, error)
