"""CPython's side of phases.ts: python phases.py FOLDER PHASE ROUNDS. Milliseconds of CPU of the best round; null for a phase that it does not offer."""
import ast
import io
import json
import marshal
import os
import sys
import time
import tokenize

folder, phase, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])


def text_of(source):
    return source.decode(tokenize.detect_encoding(io.BytesIO(source).readline)[0])


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


def to_code(source):
    return compile(source, "x.py", "exec", dont_inherit=True)


# What a phase does, and to what.
phases = {
    "source to tokens": (tokens, lambda source: "?\n" + text_of(source)),
    "source to tree": (parse, lambda source: source),
    "tree to code": (to_code, parse),
    "source to code": (to_code, lambda source: source),
    "dumps": (marshal.dumps, to_code),
    "loads": (marshal.loads, lambda source: marshal.dumps(to_code(source))),
}


def least(run, items):
    fastest = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for item in items:
            run(item)
        fastest = min(fastest, time.process_time() - started)
    return fastest * 1000


if phase not in phases:
    print("null")
else:
    run, prepare = phases[phase]
    print(json.dumps(least(run, [prepare(open(os.path.join(folder, name), "rb").read()) for name in sorted(os.listdir(folder))])))
