"""The programs that CPython's own tests give to compile(), exec() and eval(): python harvest.py OUT.json.

Runs the test modules below with the three functions replaced by ones that note the source text. Each text counts once, whatever
mode it was meant for: whoever compares compiles all of them as files.
"""
import builtins
import contextlib
import importlib
import io
import json
import sys
import unittest
import warnings

MODULES = """
test_syntax test_exceptions test_fstring test_unpack_ex test_unpack test_named_expressions test_positional_only_arg test_keywordonlyarg
test_type_params test_type_aliases test_type_annotations test_patma test_grammar test_future_stmt.test_future test_scope test_string_literals
test_eof test_compile test_codeop test_generators test_genexps test_listcomps test_coroutines test_asyncgen test_except_star test_ast
test_symtable test_unicode_identifiers test_source_encoding test_tokenize test_extcall test_decorators test_with test_super test_dictcomps
test_setcomps test_global test_flufl test_cmd test_bytes test_long test_float test_complex test_dis test_code test_builtin test_class
test_raise test_lambda test_print test_userstring test_unparse test_inspect test_traceback test_isinstance test_typing test_dataclasses
test_peepholer test_augassign test_metaclass
""".split()

texts = {}
originals = {name: getattr(builtins, name) for name in ("compile", "exec", "eval")}


def note(source):
    if isinstance(source, (bytes, bytearray)):
        try:
            source = bytes(source).decode()
        except UnicodeDecodeError:
            return
    # A lone surrogate has no UTF-8.
    if isinstance(source, str) and len(source) <= 200_000 and source.encode(errors="ignore").decode() == source:
        texts.setdefault(source)


def noting_compile(source, *args, **kwargs):
    note(source)
    return originals["compile"](source, *args, **kwargs)


def noting(run):
    def wrapper(source, globals=None, locals=None, /, **kwargs):
        note(source)
        frame = sys._getframe(1)
        if globals is None:
            globals, locals = frame.f_globals, frame.f_locals if locals is None else locals
        return run(source, globals, **kwargs) if locals is None else run(source, globals, locals, **kwargs)
    return wrapper


def harvest(name):
    try:
        module = importlib.import_module("test." + name)
    except (ImportError, unittest.SkipTest):
        return
    sink = io.StringIO()
    builtins.compile, builtins.exec, builtins.eval = noting_compile, noting(originals["exec"]), noting(originals["eval"])
    try:
        with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
            suite = unittest.defaultTestLoader.loadTestsFromModule(module)
            unittest.TextTestRunner(stream=sink, verbosity=0).run(suite)
    except BaseException:
        # A module that ends the run has been harvested up to there.
        pass
    finally:
        vars(builtins).update(originals)


warnings.simplefilter("ignore")
for name in MODULES:
    harvest(name)
with open(sys.argv[1], "w") as file:
    json.dump({"rows": [{"source": text} for text in texts]}, file)
