"""Virtual environments: folders that look like an installation of their own, with their own site-packages.

    py -m venv DIR              makes DIR/pyvenv.cfg, DIR/bin/py (a link to this interpreter), DIR/lib/python3.12/site-packages
    venv.create(DIR, …)         the same from a program
    class EnvBuilder            the same in steps that a subclass can replace

pip is not put into them: this Python comes without ensurepip.
"""
import os
import shutil
import sys
import sysconfig
import types


class EnvBuilder:
    """Makes virtual environments.

    system_site_packages: packages of the base installation can be imported too.
    clear: what is in the folder is deleted first.
    symlinks: for compatibility; the interpreter is always linked, since a copy would not find what it needs.
    upgrade: only pyvenv.cfg and the links are made again, for another version of Python.
    with_pip: put pip into the environment; fails, since there is no ensurepip.
    prompt: what the activated shell shows instead of the folder's name; "." is the name of the current folder.
    upgrade_deps: upgrade pip; fails likewise.
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
        if self.with_pip or self.upgrade_deps:
            raise ValueError("pip cannot be put into the environment: this Python has no ensurepip; use --without-pip")
        env_dir = os.path.abspath(env_dir)
        context = self.ensure_directories(env_dir)
        self.create_configuration(context)
        self.setup_python(context)
        if not self.upgrade:
            self.setup_scripts(context)
            self.post_setup(context)

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
            prompt=self.prompt if self.prompt is not None else os.path.split(env_dir)[1],
            executable=executable,
            python_dir=python_dir,
            python_exe=python_exe,
            inc_path=sysconfig.get_path("include", scheme="venv", vars=paths),
            lib_path=sysconfig.get_path("purelib", scheme="venv", vars=paths),
            bin_path=sysconfig.get_path("scripts", scheme="venv", vars=paths),
        )
        context.bin_name = os.path.relpath(context.bin_path, env_dir)
        context.env_exe = context.env_exec_cmd = os.path.join(context.bin_path, "py")
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
        command = [context.executable, "-m", "venv"]
        for option, given in (("--system-site-packages", self.system_site_packages), ("--clear", self.clear),
                              ("--upgrade", self.upgrade)):
            if given:
                command.append(option)
        command.append("--without-pip")
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
        lines.append(f"executable = {os.path.realpath(context.executable)}")
        lines.append("command = " + " ".join(command))
        with open(context.cfg_path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def setup_python(self, context):
        """Put the interpreter into the environment, under all the names that people call it by."""
        names = ["py", "python", "python3", "python3.%d" % sys.version_info[1]]
        target = os.path.abspath(context.executable)
        for name in names:
            path = os.path.join(context.bin_path, name)
            if os.path.lexists(path):
                if not self.upgrade:
                    continue
                os.unlink(path)
            os.symlink(target if name == "py" else "py", path)

    def setup_scripts(self, context):
        """Write the script that makes a shell use the environment."""
        self.install_script(context, "activate", _ACTIVATE)

    def install_script(self, context, name, text):
        """Write a script into the environment's folder of programs."""
        path = os.path.join(context.bin_path, name)
        with open(path, "w", encoding="utf-8") as file:
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


_ACTIVATE = """\
# For a POSIX shell: `. bin/activate` uses this environment, `deactivate` ends that.

deactivate () {
    if [ -n "${_OLD_VIRTUAL_PATH:-}" ] ; then
        PATH="$_OLD_VIRTUAL_PATH"
        export PATH
    fi
    if [ -n "${_OLD_VIRTUAL_PS1+set}" ] ; then
        PS1="$_OLD_VIRTUAL_PS1"
    fi
    if [ -n "${_OLD_VIRTUAL_PYTHONHOME:-}" ] ; then
        PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"
        export PYTHONHOME
    fi
    unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PYTHONHOME VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    hash -r 2> /dev/null
    if [ "${1:-}" != nondestructive ] ; then
        unset -f deactivate
    fi
}

deactivate nondestructive

VIRTUAL_ENV='__VENV_DIR__'
VIRTUAL_ENV_PROMPT='(__VENV_PROMPT__) '
export VIRTUAL_ENV VIRTUAL_ENV_PROMPT
_OLD_VIRTUAL_PATH="$PATH"
PATH="$VIRTUAL_ENV/__VENV_BIN_NAME__:$PATH"
export PATH
if [ -n "${PYTHONHOME:-}" ] ; then
    _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"
    unset PYTHONHOME
fi
if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT:-}" ] ; then
    _OLD_VIRTUAL_PS1="${PS1:-}"
    PS1="$VIRTUAL_ENV_PROMPT${PS1:-}"
fi
hash -r 2> /dev/null
"""


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
                      help="Try to use copies rather than symlinks; the interpreter is linked all the same.")
    parser.add_argument("--clear", default=False, action="store_true", dest="clear",
                        help="Delete the contents of the environment directory if it already exists, before environment creation.")
    parser.add_argument("--upgrade", default=False, action="store_true", dest="upgrade",
                        help="Upgrade the environment directory to use this version of Python, assuming Python has been upgraded in-place.")
    parser.add_argument("--without-pip", dest="with_pip", default=True, action="store_false",
                        help="Skips installing or upgrading pip in the virtual environment; needed, since this Python has no ensurepip.")
    parser.add_argument("--prompt", help="Provides an alternative prompt prefix for this environment.")
    parser.add_argument("--upgrade-deps", default=False, action="store_true", dest="upgrade_deps",
                        help="Upgrade core dependencies (pip) to the latest version in PyPI.")
    options = parser.parse_args(args)
    if options.upgrade and options.clear:
        raise ValueError("you cannot supply --upgrade and --clear together.")
    builder = EnvBuilder(system_site_packages=options.system_site, clear=options.clear, symlinks=options.symlinks,
                         upgrade=options.upgrade, with_pip=options.with_pip, prompt=options.prompt,
                         upgrade_deps=options.upgrade_deps)
    for folder in options.dirs:
        builder.create(folder)
