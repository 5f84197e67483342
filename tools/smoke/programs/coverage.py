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
