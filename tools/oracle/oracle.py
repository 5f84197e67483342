"""What CPython says about a source: runs inside Pyodide (or a native 3.12), called by oracle.ts.

Every function takes bytes or str and gives ASCII JSON text.
"""
import ast
import base64
import dis
import io
import json
import marshal
import os
import re
import sys
import tokenize
import types
import warnings

import _symtable
import _tokenize


def report(error):
    """An exception as JSON data; a SyntaxError with all of its fields."""
    result = {"class": type(error).__name__, "msg": str(error)}
    if isinstance(error, SyntaxError):
        result["msg"] = error.msg
        for name in ("filename", "lineno", "offset", "end_lineno", "end_offset", "text"):
            result[name] = getattr(error, name)
    return result


def answer(make):
    """{"ok": result, "warnings": […]} or {"error": …, "warnings": […]}."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = {"ok": make()}
        except BaseException as error:
            result = {"error": report(error)}
            error.__traceback__ = None
    result["warnings"] = [
        {"category": w.category.__name__, "message": str(w.message), "filename": w.filename, "lineno": w.lineno}
        for w in caught
        if issubclass(w.category, (SyntaxWarning, DeprecationWarning))
    ]
    return json.dumps(result)


def call(name, source, *rest):
    """How JavaScript calls: bytes arrive as a proxy of a Uint8Array."""
    if not isinstance(source, str):
        source = source.to_bytes()
    return globals()[name](source, *rest)


# Tokens


def decoded(source):
    """The text that the parser reads: decoded, without BOM, every line end a \\n."""
    if not isinstance(source, str):
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        source = source.decode(encoding)
    return source.replace("\r\n", "\n").replace("\r", "\n")


def tokens(source):
    """The stream that the parser reads: [type, string, line, byte column, end line, end byte column] each."""
    def make():
        try:
            text = decoded(source)
        except (SyntaxError, UnicodeError):
            compile(source, "<string>", "exec", dont_inherit=True)
            raise
        lines = text.split("\n")
        lines.append("")
        result = []

        def column(line, characters):
            text = lines[line - 1]
            return characters if characters < 0 or text.isascii() else len(text[:characters].encode("utf-8", "surrogatepass")) + max(0, characters - len(text))

        try:
            for type, string, (line, col), (end_line, end_col), _ in _tokenize.TokenizerIter(io.StringIO(text).readline, extra_tokens=False):
                result.append([type, string, line, column(line, col), end_line, column(end_line, end_col)])
        except (SyntaxError, MemoryError) as error:
            return {"tokens": result, "error": report(error)}
        return {"tokens": result}
    return answer(make)


def tokenize_module(source):
    """tokenize.tokenize: [type, string, line, column, end line, end column, physical line] each; columns in characters."""
    def make():
        if isinstance(source, str):
            stream = tokenize.generate_tokens(io.StringIO(source).readline)
        else:
            stream = tokenize.tokenize(io.BytesIO(source).readline)
        result = []
        try:
            for token in stream:
                result.append([token.type, token.string, *token.start, *token.end, token.line])
        except (SyntaxError, tokenize.TokenError) as error:
            return {"tokens": result, "error": {**report(error), "args": repr(error.args)}}
        return {"tokens": result}
    return answer(make)


# Trees, tables, code


def dump(source, mode="exec", attributes=True, indent=None, filename="<string>", type_comments=False):
    """ast.dump's text."""
    def make():
        flags = ast.PyCF_ONLY_AST | (ast.PyCF_TYPE_COMMENTS if type_comments else 0)
        tree = compile(source, filename, mode, flags, dont_inherit=True)
        return ast.dump(tree, include_attributes=attributes, indent=indent)
    return answer(make)


def table(entry):
    return {
        "name": entry.name,
        "type": entry.type,
        "lineno": entry.lineno,
        "nested": bool(entry.nested),
        "symbols": dict(entry.symbols),
        "varnames": list(entry.varnames),
        "children": [table(child) for child in entry.children],
    }


def symbol_table(source, mode="exec", filename="<string>"):
    """_symtable's entries as they are, children inside."""
    return answer(lambda: table(_symtable.symtable(source, filename, mode)))


def constant(value):
    """A constant as JSON data; see packages/code/src/json.ts for the form."""
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is str:
        if re.search("[\ud800-\udbff][\udc00-\udfff]", value):
            return {"str": [ord(c) for c in value]}
        return value
    if kind is int:
        return {"int": hex(value)}
    if kind is float:
        return {"float": number(value)}
    if kind is complex:
        return {"complex": [number(value.real), number(value.imag)]}
    if kind is bytes:
        return {"bytes": value.hex()}
    if kind is tuple:
        return [constant(item) for item in value]
    if kind is frozenset:
        return {"frozenset": [constant(item) for item in sorted(value, key=marshal.dumps)]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if kind is types.CodeType:
        return {"code": fields(value)}
    raise TypeError(kind)


def number(value):
    """A float that JSON keeps exactly; NaN, infinities and -0 by name."""
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return str(value)
    return "-0" if str(value) == "-0.0" else value


def local_kinds(code):
    """co_localspluskinds, which only marshal shows (version 2: no references, every name 'u' and a length).

    (code.replace() would forget which locals are hidden if the comprehension that hides them is unreachable.)
    """
    data = marshal.dumps(code, 2)

    def size(at):
        return int.from_bytes(data[at + 1:at + 5], "little")

    at = 21  # 'c' and five ints
    at += 5 + size(at)  # co_code
    at += len(marshal.dumps(code.co_consts, 2)) + len(marshal.dumps(code.co_names, 2))
    count = size(at)
    at += 5
    for _ in range(count):
        at += 5 + size(at)
    return data[at + 5:at + 5 + size(at)]


def fields(code):
    kinds = local_kinds(code)
    return {
        "co_name": code.co_name,
        "co_qualname": code.co_qualname,
        "co_filename": code.co_filename,
        "co_firstlineno": code.co_firstlineno,
        "co_argcount": code.co_argcount,
        "co_posonlyargcount": code.co_posonlyargcount,
        "co_kwonlyargcount": code.co_kwonlyargcount,
        "co_stacksize": code.co_stacksize,
        "co_flags": code.co_flags,
        "co_names": list(code.co_names),
        "co_localsplusnames": [code._varname_from_oparg(i) for i in range(len(kinds))],
        "co_localspluskinds": kinds.hex(),
        "co_code": code.co_code.hex(),
        "co_linetable": code.co_linetable.hex(),
        "co_exceptiontable": code.co_exceptiontable.hex(),
        "co_consts": [constant(item) for item in code.co_consts],
    }


def compiled(source, mode, filename, optimize, flags=0, feature_version=-1):
    return compile(source, filename, mode, flags, dont_inherit=True, optimize=optimize, _feature_version=feature_version)


def code(source, mode="exec", filename="<string>", optimize=0, flags=0):
    """Every co_* field, recursively."""
    return answer(lambda: fields(compiled(source, mode, filename, optimize, flags)))


def marshalled(source, mode="exec", filename="<string>", optimize=0):
    """marshal.dumps, in base64."""
    return answer(lambda: base64.b64encode(marshal.dumps(compiled(source, mode, filename, optimize))).decode())


def plain(text):
    """Without object addresses."""
    return re.sub(r"\bat 0x[0-9a-f]+", "at 0x0", text)


def disassembly(source, mode="exec", filename="<string>", optimize=0, show_caches=False):
    """dis.dis's text, code objects inside too; addresses are 0x0."""
    def make():
        out = io.StringIO()
        dis.dis(compiled(source, mode, filename, optimize), file=out, show_caches=show_caches)
        return plain(out.getvalue())
    return answer(make)


def errors(source, mode="exec", filename="<string>", optimize=0, flags=0, feature_version=-1):
    """What compile() raises (or null), and its warnings."""
    def make():
        # Older versions are for trees only.
        compiled(source, mode, filename, optimize, flags | (ast.PyCF_ONLY_AST if feature_version >= 0 else 0), feature_version)
        return None
    return answer(make)


def pyc(source, mode="exec", filename="<string>", optimize=0):
    """The .pyc of a source that was changed at the epoch, in base64."""
    from importlib._bootstrap_external import _code_to_timestamp_pyc
    size = len(source.encode() if isinstance(source, str) else bytes(source))
    return answer(lambda: base64.b64encode(_code_to_timestamp_pyc(compiled(source, mode, filename, optimize), 0, size)).decode())


def unmarshalled(data):
    """The fields of a code object given as marshal bytes: does CPython read what we wrote?"""
    return answer(lambda: fields(marshal.loads(data)))


# Programs


class Output(io.BytesIO):
    """Keeps what was written when a program closes it."""

    def close(self):
        pass


def run(path, arguments="[]", stdin=""):
    """Runs a file as `python path` does: {"stdout": …, "stderr": …, "status": …}."""
    saved = (sys.stdin, sys.stdout, sys.stderr, sys.argv, sys.path[:], dict(sys.modules), os.getcwd(), sys.getrecursionlimit())
    out, err = Output(), Output()
    main = types.ModuleType("__main__")
    main.__builtins__ = __builtins__
    main.__file__ = path
    main.__annotations__ = {}
    status = 0
    try:
        streams = sys.stdin, sys.stdout, sys.stderr = (
            io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"),
            io.TextIOWrapper(out, "utf-8", write_through=True),
            io.TextIOWrapper(err, "utf-8", "backslashreplace", write_through=True),
        )
        sys.argv = [path, *json.loads(arguments)]
        sys.path.insert(0, os.path.dirname(path))
        sys.modules["__main__"] = main
        sys.dont_write_bytecode = True
        os.chdir(os.path.dirname(path))
        try:
            with open(path, "rb") as file:
                source = file.read()
            exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)
        except SystemExit as error:
            if error.code is None:
                status = 0
            elif isinstance(error.code, int):
                status = error.code & 0xFF
            else:
                print(error.code, file=sys.stderr)
                status = 1
        except BaseException as error:
            status = 1
            tb = error.__traceback__
            sys.excepthook(type(error), error, tb and tb.tb_next)
        for stream in streams[1:]:
            if not stream.closed:
                stream.flush()
        written = out.getvalue(), err.getvalue()
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv, sys.path[:], modules, cwd, limit = saved
        sys.modules.clear()
        sys.modules.update(modules)
        os.chdir(cwd)
        sys.setrecursionlimit(limit)
    return json.dumps({
        "stdout": written[0].decode("utf-8", "surrogateescape"),
        "stderr": written[1].decode("utf-8", "surrogateescape"),
        "status": status,
    })
