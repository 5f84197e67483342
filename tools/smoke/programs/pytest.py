# pytest: a small project with its own report.
import os
import re
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
with open(os.path.join(folder, 'test_things.py'), 'w') as file:
    file.write('''import pytest


@pytest.fixture
def numbers():
    yield [1, 2, 3]


def test_passes(numbers):
    assert sum(numbers) == 6


@pytest.mark.parametrize('value, expected', [(1, 2), (2, 4), (3, 7)])
def test_doubles(value, expected):
    assert value * 2 == expected


def test_fails(numbers):
    other = {'a': [1, 2], 'b': 'text'}
    assert other == {'a': [1, 3], 'b': 'text'}


def test_raises():
    with pytest.raises(ZeroDivisionError, match='division'):
        1 / 0


@pytest.mark.skip(reason='not now')
def test_skipped():
    raise SystemExit


@pytest.mark.xfail
def test_expected_failure():
    assert False


def test_prints(capsys, tmp_path, monkeypatch):
    print('captured')
    assert capsys.readouterr().out == 'captured\\n'
    (tmp_path / 'f').write_text('x')
    monkeypatch.setenv('SOME', 'thing')


class TestGroup:
    def test_string(self):
        assert 'long text here' in 'another text'
''')
result = subprocess.run([sys.executable, '-m', 'pytest', '-p', 'no:cacheprovider', '-W', 'ignore::DeprecationWarning', '-rA', 'test_things.py'], cwd=folder, capture_output=True, text=True, env={**os.environ, 'COLUMNS': '100', 'PYTEST_DISABLE_PLUGIN_AUTOLOAD': '1'})
text = result.stdout.replace(folder, 'FOLDER')
text = re.sub(r'=+ (.*) in \d+\.\d+s.* =+', r'\1 in TIME', text)
text = re.sub(r'^(platform|plugins|rootdir|cachedir).*\n', '', text, flags=re.M)
print(result.returncode)
print(text)
print(result.stderr)
