"""Runs one module of CPython's test package and prints what became of each method.

    python run_tests.py test_dict          the module test.test_dict
    python run_tests.py test_dict METHOD…  only tests whose id ends so

One JSON object a line on standard output, each after a line break of its own, so that what the tests print
themselves does not matter:

    {"id": "test.test_dict.DictTest.test_pop", "outcome": "ok", "seconds": 0.01}      ok fail error skip xfail
    {"id": …, "outcome": "fail", "why": "AssertionError: 1 != 2"}
    {"module": "test_dict", "tests": 120}                                             before the first method
    {"module": "test_dict", "import": "ImportError: …"}                               instead of it
    {"module": "test_dict", "end": true}                                              last; not there if the process died
"""
import sys
import time
import unittest


def text(value):
    """A JSON string, without the json module: the interpreter under test may not have one yet."""
    escaped = []
    for char in value:
        code = ord(char)
        if char in '"\\':
            escaped.append("\\" + char)
        elif 32 <= code < 127:
            escaped.append(char)
        elif code < 0x10000:
            escaped.append("\\u%04x" % code)
        else:
            escaped.append("?")
    return '"' + "".join(escaped) + '"'


def put(**fields):
    parts = []
    for name, value in fields.items():
        shown = text(value) if isinstance(value, str) else "true" if value is True else "%.3f" % value if isinstance(value, float) else str(value)
        parts.append(text(name) + ": " + shown)
    output.write("\n{" + ", ".join(parts) + "}\n")
    output.flush()


def one_line(error):
    try:
        shown = "%s: %s" % (type(error).__name__, error)
    except Exception:
        shown = type(error).__name__
    return " ".join(shown.split())[:300]


class Report(unittest.TestResult):
    """The worst of what a method's subtests came to is what the method came to."""

    order = ["ok", "xfail", "skip", "fail", "error"]

    def startTest(self, test):
        self.outcome, self.why, self.started = None, "", time.perf_counter()

    def worst(self, test, outcome, why=""):
        if not isinstance(test, unittest.TestCase):
            # setUpClass or setUpModule: all methods under it are missing.
            put(fixture=str(test), outcome=outcome, why=why)
            return
        if getattr(self, "outcome", None) is None or self.order.index(outcome) > self.order.index(self.outcome):
            self.outcome, self.why = outcome, why

    def stopTest(self, test):
        put(id=unittest.TestCase.id(test), outcome=self.outcome or "error", seconds=time.perf_counter() - self.started, why=self.why)

    def addSuccess(self, test):
        self.worst(test, "ok")

    def addFailure(self, test, err):
        self.worst(test, "fail", one_line(err[1]))

    def addError(self, test, err):
        self.worst(test, "error", one_line(err[1]))

    def addSkip(self, test, reason):
        if type(test).__name__ == "_SubTest":
            test = test.test_case
        if getattr(self, "outcome", None) is None and not hasattr(self, "started"):
            self.startTest(test)
        self.worst(test, "skip", reason)

    def addExpectedFailure(self, test, err):
        self.worst(test, "xfail")

    def addUnexpectedSuccess(self, test):
        self.worst(test, "fail", "unexpected success")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.worst(test, "fail" if issubclass(err[0], test.failureException) else "error", one_line(err[1]))

    def addDuration(self, test, elapsed):
        pass


def keep(suite, wanted):
    for item in list(suite):
        if isinstance(item, unittest.TestSuite):
            keep(item, wanted)
        elif not any(unittest.TestCase.id(item).endswith(end) for end in wanted):
            suite._tests.remove(item)


def main(name, wanted):
    try:
        from test import support
        support.use_resources = {}
    except Exception:
        pass
    try:
        module = __import__("test." + name, fromlist=["*"])
        suite = unittest.TestLoader().loadTestsFromModule(module)
    except unittest.SkipTest as error:
        put(module=name, skipped=str(error))
        return
    except BaseException as error:
        put(module=name, **{"import": one_line(error)})
        return
    if wanted:
        keep(suite, wanted)
    put(module=name, tests=suite.countTestCases())
    suite.run(Report())
    put(module=name, end=True)


if __name__ == "__main__":
    output = sys.stdout
    sys.path[:] = [entry for entry in sys.path if not entry.replace("\\", "/").endswith("tools/conformance")]
    main(sys.argv[1], sys.argv[2:])
