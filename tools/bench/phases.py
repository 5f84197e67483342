"""CPython's times for phases.ts: python phases.py FOLDER ROUNDS."""
import _tokenize
import ast
import collections
import gc
import io
import json
import marshal
import os
import sys
import time
import tokenize

folder, rounds = sys.argv[1], int(sys.argv[2])
sources = [open(os.path.join(folder, name), "rb").read() for name in sorted(os.listdir(folder))]
texts = [source.decode(tokenize.detect_encoding(io.BytesIO(source).readline)[0]) for source in sources]
trees = [ast.parse(source) for source in sources]
codes = [compile(source, "x.py", "exec", dont_inherit=True) for source in sources]
written = [marshal.dumps(code) for code in codes]


def best(run, items):
    fastest = float("inf")
    for _ in range(rounds):
        gc.collect()
        started = time.perf_counter()
        for item in items:
            run(item)
        fastest = min(fastest, time.perf_counter() - started)
    return fastest * 1000


def tokens(text):
    # The C tokenizer, with a Python tuple for each token: the module offers nothing barer.
    collections.deque(_tokenize.TokenizerIter(io.StringIO(text).readline, extra_tokens=False), 0)


def parse(source):
    # ast.parse: the C tree is converted to Python objects.
    return compile(source, "x.py", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)


print(json.dumps({
    "tokens": best(tokens, texts),
    "source to tree": best(parse, sources),
    "tree to code": best(lambda tree: compile(tree, "x.py", "exec", dont_inherit=True), trees),
    "source to code": best(lambda source: compile(source, "x.py", "exec", dont_inherit=True), sources),
    "dumps": best(marshal.dumps, codes),
    "loads": best(marshal.loads, written),
}))
