"""Shows pages to the user in a web browser: over the programs that the system has.

A controller has open(url, new=0, autoraise=True), open_new(url) and open_new_tab(url).
`new` is 0 for the same window, 1 for a new window, 2 for a new tab, where the browser can.
"""
import os
import shlex
import shutil
import subprocess
import sys
import threading

__all__ = ["Error", "open", "open_new", "open_new_tab", "get", "register"]


class Error(Exception):
    pass


_lock = threading.RLock()
_browsers = {}  # lower-case name -> [class or None, instance or None]
_tryorder = None  # names to try, best first; None before the system was searched
_os_preferred_browser = None


def register(name, klass, instance=None, *, preferred=False):
    """Makes a browser known under a name."""
    with _lock:
        if _tryorder is None:
            register_standard_browsers()
        _browsers[name.lower()] = [klass, instance]
        # What the user's desktop prefers stands first as well.
        if preferred or (_os_preferred_browser and name in _os_preferred_browser):
            _tryorder.insert(0, name)
        else:
            _tryorder.append(name)


def get(using=None):
    """The controller for a browser's name or command line, else for the best browser there is."""
    if _tryorder is None:
        with _lock:
            if _tryorder is None:
                register_standard_browsers()
    for name in [using] if using is not None else _tryorder:
        if "%s" in name:
            words = shlex.split(name)
            return BackgroundBrowser(words[:-1]) if words[-1] == "&" else GenericBrowser(words)
        try:
            klass, instance = _browsers[name.lower()]
        except KeyError:
            klass, instance = _synthesize(name)
        if instance is not None:
            return instance
        if klass is not None:
            return klass()
    raise Error("could not locate runnable browser")


def open(url, new=0, autoraise=True):
    """Shows a page in the first browser that can; False if none could."""
    if _tryorder is None:
        with _lock:
            if _tryorder is None:
                register_standard_browsers()
    return any(get(name).open(url, new, autoraise) for name in list(_tryorder))


def open_new(url):
    """Shows a page in a new window of the default browser."""
    return open(url, 1)


def open_new_tab(url):
    """Shows a page in a new tab of the default browser."""
    return open(url, 2)


def _synthesize(browser, *, preferred=False):
    """Makes a controller for a command that is a variant, by its path, of one that is known."""
    command = browser.split()[0]
    if not shutil.which(command):
        return [None, None]
    try:
        known = _browsers[os.path.basename(command).lower()][1]
    except KeyError:
        return [None, None]
    if known is None or known.basename.lower() != os.path.basename(command).lower():
        return [None, None]
    variant = type(known)(browser)
    register(browser, None, instance=variant, preferred=preferred)
    return [None, variant]


class BaseBrowser:
    """What every controller has; subclasses write open()."""

    args = ["%s"]

    def __init__(self, name=""):
        self.name = name
        self.basename = name

    def open(self, url, new=0, autoraise=True):
        raise NotImplementedError

    def open_new(self, url):
        return self.open(url, 1)

    def open_new_tab(self, url):
        return self.open(url, 2)


class GenericBrowser(BaseBrowser):
    """A program that is waited for, such as one that shows the page in the terminal."""

    def __init__(self, name):
        if isinstance(name, str):
            self.name, self.args = name, ["%s"]
        else:
            self.name, self.args = name[0], name[1:]
        self.basename = os.path.basename(self.name)

    def _command(self, url):
        return [self.name, *(arg.replace("%s", url) for arg in self.args)]

    def open(self, url, new=0, autoraise=True):
        sys.audit("webbrowser.open", url)
        try:
            return not subprocess.Popen(self._command(url), close_fds=True).wait()
        except OSError:
            return False


class BackgroundBrowser(GenericBrowser):
    """A program that goes on by itself."""

    def open(self, url, new=0, autoraise=True):
        sys.audit("webbrowser.open", url)
        try:
            process = subprocess.Popen(self._command(url), close_fds=True, start_new_session=True)
        except OSError:
            return False
        return process.poll() is None or process.returncode == 0


class UnixBrowser(BaseBrowser):
    """A program that asks its running instance to show the page, if there is one."""

    background = False
    redirect_stdout = True
    raise_opts = None
    remote_args = ["%action", "%s"]
    remote_action = ""
    remote_action_newwin = ""
    remote_action_newtab = ""

    def open(self, url, new=0, autoraise=True):
        sys.audit("webbrowser.open", url)
        actions = {0: self.remote_action, 1: self.remote_action_newwin, 2: self.remote_action_newtab}
        if new == 2 and self.remote_action_newtab is None:
            new = 1
        if new not in actions:
            raise Error("Bad 'new' parameter to open(); expected 0, 1, or 2, got %s" % new)
        args = [arg.replace("%s", url).replace("%action", actions[new]) for arg in self.remote_args]
        args = [arg for arg in args if arg]
        return self._invoke(args, True, autoraise, url) or self._invoke([arg.replace("%s", url) for arg in self.args], False, False, url)

    def _invoke(self, args, remote, autoraise, url=None):
        raising = [self.raise_opts[int(autoraise)]] if remote and self.raise_opts else []
        quiet = subprocess.DEVNULL if remote or self.background else None
        try:
            process = subprocess.Popen(
                [self.name, *filter(None, raising), *args],
                close_fds=True,
                stdin=quiet,
                stdout=(quiet if self.redirect_stdout else None),
                stderr=quiet,
                start_new_session=True,
            )
        except OSError:
            return False
        if remote:
            # A remote command ends soon; one that does not has become the browser itself.
            try:
                return not process.wait(5)
            except subprocess.TimeoutExpired:
                return True
        if self.background:
            return process.poll() is None
        return not process.wait()


class Mozilla(UnixBrowser):
    """Firefox and its kin."""

    remote_args = ["%action", "%s"]
    remote_action = ""
    remote_action_newwin = "-new-window"
    remote_action_newtab = "-new-tab"
    background = True


class Epiphany(UnixBrowser):
    """GNOME's browser."""

    raise_opts = ["-noraise", ""]
    remote_args = ["%action", "%s"]
    remote_action = "-n"
    remote_action_newwin = "-w"
    remote_action_newtab = None
    background = True


class Chrome(UnixBrowser):
    """Google Chrome."""

    remote_args = ["%action", "%s"]
    remote_action = ""
    remote_action_newwin = "--new-window"
    remote_action_newtab = ""
    background = True


Chromium = Chrome


class Opera(UnixBrowser):
    """Opera."""

    remote_args = ["%action", "%s"]
    remote_action = ""
    remote_action_newwin = "--new-window"
    remote_action_newtab = ""
    background = True


class Elinks(UnixBrowser):
    """A browser in the terminal."""

    remote_args = ["-remote", "openURL(%s%action)"]
    remote_action = ""
    remote_action_newwin = ",new-window"
    remote_action_newtab = ",new-tab"
    background = False
    redirect_stdout = False


class Edge(UnixBrowser):
    """Microsoft Edge."""

    remote_args = ["%action", "%s"]
    remote_action = ""
    remote_action_newwin = "--new-window"
    remote_action_newtab = ""
    background = True


_graphical = {
    Mozilla: ["firefox", "iceweasel", "seamonkey", "mozilla-firefox", "mozilla"],
    Epiphany: ["epiphany"],
    Chrome: ["google-chrome", "chrome", "chromium", "chromium-browser"],
    Opera: ["opera"],
    Edge: ["microsoft-edge"],
}
_desktop = ["xdg-open", "www-browser", "x-www-browser"]
_textual = {GenericBrowser: ["www-browser", "links", "lynx", "w3m"], Elinks: ["elinks"]}


def register_X_browsers():
    """Those that need a display."""
    for command in _desktop:
        if shutil.which(command):
            register(command, None, BackgroundBrowser(command))
    for klass, commands in _graphical.items():
        for command in commands:
            if shutil.which(command):
                register(command, None, klass(command))


def register_standard_browsers():
    """Fills the list with what the system has, and what the variable BROWSER says before it."""
    global _tryorder, _os_preferred_browser
    _tryorder = []
    if sys.platform == "darwin":
        register("open", None, BackgroundBrowser("open"))
    elif sys.platform[:3] == "win":
        register("start", None, BackgroundBrowser(["cmd", "/c", "start", "", "%s"]))
    else:
        if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
            try:
                said = subprocess.check_output(["xdg-settings", "get", "default-web-browser"], stderr=subprocess.DEVNULL)
                _os_preferred_browser = said.decode().strip()
            except (OSError, subprocess.CalledProcessError):
                pass
            register_X_browsers()
        if os.environ.get("TERM"):
            for klass, commands in _textual.items():
                for command in commands:
                    if shutil.which(command):
                        register(command, None, klass(command))
    wished = os.environ.get("BROWSER", "").split(os.pathsep)
    for command in reversed(wished):
        if command:
            known = _synthesize(command, preferred=True)
            if known[1] is None:
                _tryorder.insert(0, command)


def main():
    import getopt

    usage = "Usage: %s [-n | -t | -h] url\n    -n: open new window\n    -t: open new tab\n    -h, --help: show help" % sys.argv[0]
    try:
        options, args = getopt.getopt(sys.argv[1:], "ntdh", ["help"])
    except getopt.error as problem:
        print(problem, file=sys.stderr)
        print(usage, file=sys.stderr)
        sys.exit(1)
    new = 0
    for option, _ in options:
        if option == "-n":
            new = 1
        elif option == "-t":
            new = 2
        elif option in ("-h", "--help"):
            print(usage, file=sys.stderr)
            sys.exit()
    if len(args) != 1:
        print(usage, file=sys.stderr)
        sys.exit(1)
    open(args[0], new)
    print("\a")


if __name__ == "__main__":
    main()
