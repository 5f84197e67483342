"""Virtual environments: folders that look like an installation of their own, with their own site-packages.

    py -m venv DIR              makes DIR/pyvenv.cfg, DIR/bin/py (a link to this interpreter), DIR/lib/python3.12/site-packages
    venv.create(DIR, …)         the same from a program
    class EnvBuilder            the same in steps that a subclass can replace

pip is put into them where a wheel of it is on this machine (ensurepip); --without-pip goes without.
"""
import logging
import os
import shutil
import subprocess
import sys
import sysconfig
import types

from venv import _scripts

CORE_VENV_DEPS = ("pip",)

logger = logging.getLogger(__name__)


class EnvBuilder:
    """Makes virtual environments.

    system_site_packages: packages of the base installation can be imported too.
    clear: what is in the folder is deleted first.
    symlinks: for compatibility; the interpreter is always linked, since a copy would not find what it needs.
    upgrade: only pyvenv.cfg and the links are made again, for another version of Python.
    with_pip: put pip into the environment.
    prompt: what the activated shell shows instead of the folder's name; "." is the name of the current folder.
    upgrade_deps: let pip upgrade itself afterwards.
    """

    def __init__(self, system_site_packages=False, clear=False, symlinks=False, upgrade=False, with_pip=False,
                 prompt=None, upgrade_deps=False):
        self.system_site_packages = system_site_packages
        self.clear = clear
        self.symlinks = symlinks
        self.upgrade = upgrade
        self.with_pip = with_pip
        self.orig_prompt = prompt
        self.prompt = os.path.basename(os.getcwd()) if prompt == "." else prompt
        self.upgrade_deps = upgrade_deps

    def create(self, env_dir):
        """Make an environment in the folder env_dir."""
        env_dir = os.path.abspath(env_dir)
        context = self.ensure_directories(env_dir)
        # Packages of the base installation do not count while pip is put there, or it would be found already.
        system_site_packages = self.system_site_packages
        self.system_site_packages = False
        self.create_configuration(context)
        self.setup_python(context)
        if self.with_pip:
            self._setup_pip(context)
        if not self.upgrade:
            self.setup_scripts(context)
            self.post_setup(context)
        if system_site_packages:
            self.system_site_packages = True
            self.create_configuration(context)
        if self.upgrade_deps:
            self.upgrade_dependencies(context)

    def clear_directory(self, path):
        """Delete what is in a folder."""
        for entry in list(os.scandir(path)):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)

    def ensure_directories(self, env_dir):
        """Make the folders of an environment; gives an object whose attributes name them."""
        if os.pathsep in os.fspath(env_dir):
            raise ValueError(f"Refusing to create a venv in {env_dir} because it contains the PATH separator {os.pathsep}.")
        if os.path.exists(env_dir) and self.clear:
            self.clear_directory(env_dir)
        executable = getattr(sys, "_base_executable", None) or sys.executable
        if not executable:
            raise ValueError("Unable to determine path to the running Python interpreter. "
                             "Provide an explicit path or check that your PATH environment variable is correctly set.")
        python_dir, python_exe = os.path.split(os.path.abspath(executable))
        paths = {"base": env_dir, "platbase": env_dir, "installed_base": env_dir, "installed_platbase": env_dir}
        context = types.SimpleNamespace(
            env_dir=env_dir,
            env_name=os.path.split(env_dir)[1],
            prompt="(%s) " % (self.prompt if self.prompt is not None else os.path.split(env_dir)[1]),
            executable=executable,
            python_dir=python_dir,
            python_exe=python_exe,
            inc_path=sysconfig.get_path("include", scheme="venv", vars=paths),
            lib_path=sysconfig.get_path("purelib", scheme="venv", vars=paths),
            bin_path=sysconfig.get_path("scripts", scheme="venv", vars=paths),
        )
        context.bin_name = os.path.relpath(context.bin_path, env_dir)
        context.env_exe = context.env_exec_cmd = os.path.join(context.bin_path, python_exe)
        for folder in env_dir, context.inc_path, context.lib_path, context.bin_path:
            if os.path.exists(folder) and not os.path.isdir(folder):
                raise ValueError(f"Unable to create directory {folder!r}")
            os.makedirs(folder, exist_ok=True)
        lib64 = os.path.join(env_dir, "lib64")
        if sys.maxsize > 2**32 and sys.platform == "linux" and not os.path.lexists(lib64):
            os.symlink("lib", lib64)
        return context

    def create_configuration(self, context):
        """Write pyvenv.cfg, which tells the interpreter beside it that it is in an environment."""
        context.cfg_path = os.path.join(context.env_dir, "pyvenv.cfg")
        command = [sys.executable, "-m", "venv"]
        for option, given in (("--copies", not self.symlinks), ("--without-pip", not self.with_pip),
                              ("--system-site-packages", self.system_site_packages), ("--clear", self.clear),
                              ("--upgrade", self.upgrade), ("--upgrade-deps", self.upgrade_deps)):
            if given:
                command.append(option)
        if self.orig_prompt is not None:
            command.append(f'--prompt="{self.orig_prompt}"')
        command.append(context.env_dir)
        lines = [
            f"home = {context.python_dir}",
            f"include-system-site-packages = {'true' if self.system_site_packages else 'false'}",
            "version = %d.%d.%d" % sys.version_info[:3],
        ]
        if self.prompt is not None:
            lines.append(f"prompt = {self.prompt!r}")
        lines.append(f"executable = {os.path.realpath(sys.executable)}")
        lines.append("command = " + " ".join(command))
        with open(context.cfg_path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def setup_python(self, context):
        """Put the interpreter into the environment, under all the names that people call it by."""
        target = os.path.abspath(context.executable)
        for name in dict.fromkeys([context.python_exe, "py", "python", "python3", "python3.%d" % sys.version_info[1]]):
            path = os.path.join(context.bin_path, name)
            if os.path.lexists(path):
                if not self.upgrade:
                    continue
                os.unlink(path)
            os.symlink(target if name == context.python_exe else context.python_exe, path)

    def _setup_pip(self, context):
        """Have the environment's interpreter put pip into it."""
        try:
            subprocess.run([context.env_exec_cmd, "-I", "-m", "ensurepip", "--upgrade", "--default-pip"],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
        except subprocess.CalledProcessError as error:
            output = error.output.decode(errors="replace").strip()
            raise RuntimeError(f"pip was not put into the environment; --without-pip goes without ({output})") from None

    def upgrade_dependencies(self, context):
        """Let pip upgrade what environments come with."""
        logger.debug("upgrading %s in %s", CORE_VENV_DEPS, context.bin_path)
        subprocess.check_output([context.env_exec_cmd, "-m", "pip", "install", "--upgrade", *CORE_VENV_DEPS])

    def setup_scripts(self, context):
        """Write the scripts that make a shell use the environment."""
        for name, text in _scripts.scripts.items():
            self._write_script(context, name, text)

    def install_scripts(self, context, path):
        """For subclasses: write the scripts of a folder, of its folders "common" and os.name, into the environment."""
        for folder in os.path.join(path, "common"), os.path.join(path, os.name):
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    self._write_script(context, name, file.read())

    def _write_script(self, context, name, text):
        with open(os.path.join(context.bin_path, name), "w", encoding="utf-8", newline="\n") as file:
            file.write(self.replace_variables(text, context))

    def replace_variables(self, text, context):
        """Replace the names in a script that stand for parts of the environment."""
        for name, value in (("__VENV_DIR__", context.env_dir), ("__VENV_NAME__", context.env_name),
                            ("__VENV_PROMPT__", context.prompt), ("__VENV_BIN_NAME__", context.bin_name),
                            ("__VENV_PYTHON__", context.env_exe)):
            text = text.replace(name, value)
        return text

    def post_setup(self, context):
        """For subclasses: what else the environment wants."""


def create(env_dir, system_site_packages=False, clear=False, symlinks=False, with_pip=False, prompt=None,
           upgrade_deps=False):
    """Make a virtual environment in the folder env_dir."""
    EnvBuilder(system_site_packages=system_site_packages, clear=clear, symlinks=symlinks, with_pip=with_pip,
               prompt=prompt, upgrade_deps=upgrade_deps).create(env_dir)


def main(args=None):
    import argparse

    parser = argparse.ArgumentParser(
        prog="venv", description="Creates virtual Python environments in one or more target directories.",
        epilog="Once an environment has been created, you may wish to activate it, e.g. by sourcing an activate "
               "script in its bin directory.")
    parser.add_argument("dirs", metavar="ENV_DIR", nargs="+", help="A directory to create the environment in.")
    parser.add_argument("--system-site-packages", default=False, action="store_true", dest="system_site",
                        help="Give the virtual environment access to the system site-packages dir.")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--symlinks", default=True, action="store_true", dest="symlinks",
                      help="Try to use symlinks rather than copies, when symlinks are not the default for the platform.")
    kind.add_argument("--copies", default=True, action="store_false", dest="symlinks",
                      help="Try to use copies rather than symlinks, even when symlinks are the default for the platform; the interpreter is linked all the same.")
    parser.add_argument("--clear", default=False, action="store_true", dest="clear",
                        help="Delete the contents of the environment directory if it already exists, before environment creation.")
    parser.add_argument("--upgrade", default=False, action="store_true", dest="upgrade",
                        help="Upgrade the environment directory to use this version of Python, assuming Python has been upgraded in-place.")
    parser.add_argument("--without-pip", dest="with_pip", default=True, action="store_false",
                        help="Skips installing or upgrading pip in the virtual environment (pip is bootstrapped by default)")
    parser.add_argument("--prompt", help="Provides an alternative prompt prefix for this environment.")
    parser.add_argument("--upgrade-deps", default=False, action="store_true", dest="upgrade_deps",
                        help="Upgrade core dependencies (pip) to the latest version in PyPI")
    options = parser.parse_args(args)
    if options.upgrade and options.clear:
        raise ValueError("you cannot supply --upgrade and --clear together.")
    builder = EnvBuilder(system_site_packages=options.system_site, clear=options.clear, symlinks=options.symlinks,
                         upgrade=options.upgrade, with_pip=options.with_pip, prompt=options.prompt,
                         upgrade_deps=options.upgrade_deps)
    for folder in options.dirs:
        builder.create(folder)
