"""Puts pip into an installation or a virtual environment, from a wheel that is on this machine.

This Python comes without pip. A wheel of it is looked for in sysconfig's WHEEL_PKG_DIR and where Linux distributions
put wheels for virtual environments. Those before 23.2 do not run with Python 3.12.

    py -m ensurepip             puts pip into the installation that py belongs to
    ensurepip.version()         the version of pip that would be put there
    ensurepip.bootstrap(…)      the same as the command, from a program
"""
import os
import re
import subprocess
import sys
import sysconfig

__all__ = ["version", "bootstrap"]

_OLDEST = [23, 2]
_FOLDERS = "/usr/share/python-wheels", "/usr/share/python3-wheels", "/usr/lib/python3-wheels"


def _find_wheel():
    """The newest wheel of pip on this machine: its path and version."""
    found = []
    for folder in (sysconfig.get_config_var("WHEEL_PKG_DIR"), *_FOLDERS):
        if not folder or not os.path.isdir(folder):
            continue
        for name in os.listdir(folder):
            match = re.fullmatch(r"pip-([0-9][0-9A-Za-z.]*)-py[23.]*3-none-any\.whl", name)
            numbers = [int(part) for part in re.findall(r"\d+", match[1])] if match else []
            if numbers >= _OLDEST:
                found.append((numbers, match[1], os.path.join(folder, name)))
        if found:
            break
    if not found:
        raise RuntimeError("no wheel of pip 23.2 or later was found: looked in " + ", ".join(_FOLDERS))
    _, number, path = max(found)
    return path, number


def version():
    """The version of the pip that bootstrap() installs; RuntimeError if there is none."""
    return _find_wheel()[1]


def _run_pip(wheel, args):
    """Run the pip inside a wheel; gives its exit status."""
    program = (f"import runpy, sys\nsys.path.insert(0, {wheel!r})\nsys.argv[1:] = {args!r}\n"
               "runpy.run_module('pip', run_name='__main__', alter_sys=True)\n")
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program]
    if sys.flags.isolated:
        command.insert(1, "-I")
    return subprocess.run(command, check=True).returncode


def _forget_settings():
    """Variables and files that configure pip do not count here."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        del os.environ[name]
    os.environ["PIP_CONFIG_FILE"] = os.devnull


def bootstrap(*, root=None, upgrade=False, user=False, altinstall=False, default_pip=False, verbosity=0):
    """Install pip. Which commands there are then: pip3 and pip3.12; with altinstall pip3.12 only, with default_pip pip as well."""
    _bootstrap(root=root, upgrade=upgrade, user=user, altinstall=altinstall, default_pip=default_pip, verbosity=verbosity)


def _bootstrap(*, root=None, upgrade=False, user=False, altinstall=False, default_pip=False, verbosity=0):
    if altinstall and default_pip:
        raise ValueError("Cannot use altinstall and default_pip together")
    sys.audit("ensurepip.bootstrap", root)
    wheel, _ = _find_wheel()
    _forget_settings()
    if altinstall:
        os.environ["ENSUREPIP_OPTIONS"] = "altinstall"
    elif not default_pip:
        os.environ["ENSUREPIP_OPTIONS"] = "install"
    args = ["install", "--no-cache-dir", "--no-index", "--find-links", os.path.dirname(wheel)]
    if root:
        args += ["--root", root]
    if upgrade:
        args += ["--upgrade"]
    if user:
        args += ["--user"]
    if verbosity:
        args += ["-" + "v" * verbosity]
    return _run_pip(wheel, [*args, "pip"])


def _main(argv=None):
    import argparse

    class ShowVersion(argparse.Action):
        def __call__(self, parser, namespace, values, option_string=None):
            print("pip", version())
            parser.exit()

    parser = argparse.ArgumentParser(prog="python -m ensurepip")
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="Show the version of pip that is bundled with this Python.")
    parser.add_argument("-v", "--verbose", action="count", default=0, dest="verbosity",
                        help="Give more output. Option is additive, and can be used up to 3 times.")
    parser.add_argument("-U", "--upgrade", action="store_true", default=False,
                        help="Upgrade pip and dependencies, even if already installed.")
    parser.add_argument("--user", action="store_true", default=False, help="Install using the user scheme.")
    parser.add_argument("--root", default=None, help="Install everything relative to this alternate root directory.")
    parser.add_argument("--altinstall", action="store_true", default=False,
                        help="Make an alternate install, installing only the X.Y versioned scripts (Default: pipX, pipX.Y).")
    parser.add_argument("--default-pip", action="store_true", default=False,
                        help="Make a default pip install, installing the unqualified pip in addition to the versioned scripts.")
    options = parser.parse_args(argv)
    return _bootstrap(root=options.root, upgrade=options.upgrade, user=options.user, altinstall=options.altinstall,
                      default_pip=options.default_pip, verbosity=options.verbosity)
