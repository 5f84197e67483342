"""CPython's times for phases.ts: python phases.py FOLDER ROUNDS."""
import ast
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
    # CPython does not offer its tokenizer alone. But after a syntax error in the first token the parser reads all others, to see
    # whether the tokenizer has a better error: `?` before a right program costs its tokens and hardly anything else.
    try:
        compile(text, "x.py", "exec", dont_inherit=True)
    except SyntaxError:
        pass


def parse(source):
    # ast.parse: the C tree is converted to Python objects.
    return compile(source, "x.py", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)


print(json.dumps({
    "tokens": best(tokens, ["?\n" + text for text in texts]),
    "source to tree": best(parse, sources),
    "tree to code": best(lambda tree: compile(tree, "x.py", "exec", dont_inherit=True), trees),
    "source to code": best(lambda source: compile(source, "x.py", "exec", dont_inherit=True), sources),
    "dumps": best(marshal.dumps, codes),
    "loads": best(marshal.loads, written),
}))
