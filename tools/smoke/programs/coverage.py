# coverage: which lines ran, with its tracer in Python.
import io
import os
import sys
import tempfile

import coverage

folder = tempfile.mkdtemp()
os.chdir(folder)
with open('measured.py', 'w') as file:
    file.write('def used(n):\n    if n > 1:\n        return "big"\n    return "small"\n\n\ndef unused():\n    return 1\n\n\nfor n in (1, 2):\n    used(n)\n')
sys.path.insert(0, folder)
cover = coverage.Coverage(data_file=None, branch=True, include=['*/measured.py'], config_file=False)
cover.start()
import measured

cover.stop()
report = io.StringIO()
print(cover.report(file=report, show_missing=True))
print(report.getvalue())
print(cover.analysis2(measured.__file__)[1:4])

# The command, whose data is in files of SQLite that several processes write.
import json
import sqlite3
import subprocess


def command(*args):
    result = subprocess.run([sys.executable, '-m', 'coverage', *args], capture_output=True, text=True)
    print('coverage', *args, '->', result.returncode)
    print(result.stdout + result.stderr, end='')


command('run', '--branch', '--include=measured.py', 'measured.py')
command('report', '-m')
command('run', '--branch', '-p', '--include=measured.py', 'measured.py')
with open('measured.py', 'a') as file:
    file.write('unused()\n')
command('run', '--branch', '-p', '--include=measured.py', 'measured.py')
command('combine', '-a', '-q')
command('report', '-m', '--fail-under=100')
command('json', '-q')
with open('coverage.json') as file:
    print(json.load(file)['files']['measured.py']['summary'])
with sqlite3.connect('.coverage') as data:
    print(data.execute('select count(*) from arc').fetchone(), data.execute('pragma integrity_check').fetchone())
print(sorted(name for name in os.listdir() if name.startswith('.coverage')))
