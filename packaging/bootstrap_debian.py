"""What Debian and Ubuntu must lend: libraries that Qt's plugins load, programs that tests drive.

Looked for by loading, not by asking dpkg, so that a library from elsewhere counts. Installed when
we are root, else named in one line to run.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

from bootstrap_venv import SetupError, has_venv, last_line, say

# soname → Debian package, from the dynamic sections of Qt's libraries, offscreen and xcb plugins.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}

# program → Debian package; the tests' own names for them are in tests/debian_programs.py.
TEST_PROGRAMS = {"Xvfb": "xvfb", "soffice": "libreoffice-calc-nogui"}

SYSTEM_PYTHONS = ("/usr", "/usr/local")


def is_debian() -> bool:
    """Say whether this is Debian or one of its children, with apt-get at hand."""
    return sys.platform.startswith("linux") and shutil.which("apt-get") is not None


def may_install() -> bool:
    """Say whether we are root here, so that apt-get works without asking anybody."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def loads(soname: str) -> bool:
    """Say whether the dynamic linker finds the library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_libraries() -> list[str]:
    """Return the sonames that Qt needs and this machine lacks."""
    return [soname for soname in QT_LIBRARIES if not loads(soname)]


def missing_programs() -> list[str]:
    """Return the programs that some tests drive and this machine lacks."""
    return [program for program in TEST_PROGRAMS if shutil.which(program) is None]


def install_command(packages: list[str]) -> str:
    """Return the line a person runs to get the packages."""
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


def library_report(sonames: list[str]) -> str:
    """Return the line that says which libraries are missing and how to get them."""
    packages = sorted({QT_LIBRARIES[soname] for soname in sonames})
    return f"Qt needs {', '.join(sonames)}; run: {install_command(packages)}"


def apt_install(packages: list[str]) -> str:
    """Install Debian packages; return an empty string, or in a line why it failed."""
    say(f"Installing {', '.join(packages)} with apt-get ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    output = ""
    for command in (["apt-get", "update", "-q"], install):
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        # A stale list may still do: only the install itself decides.
        output = last_line(done.stdout) if done.returncode else ""
    return output


def ensure_venv_module() -> None:
    """On Debian's own Python, install the split-off venv module if we may."""
    if has_venv() or not is_debian() or not may_install():
        return
    if sys.base_prefix in SYSTEM_PYTHONS:
        apt_install(["python3-venv"])


def ensure_libraries() -> None:
    """See that Qt's plugins will load; stop with the line to run if they would not."""
    if not sys.platform.startswith("linux"):
        return
    missing = missing_libraries()
    if not missing:
        return
    if not is_debian():
        raise SetupError(f"Qt needs {', '.join(missing)}; install them with your package manager")
    if may_install():
        failure = apt_install(sorted({QT_LIBRARIES[soname] for soname in missing}))
        if failure:
            raise SetupError(f"apt-get: {failure}")
        missing = missing_libraries()
    if missing:
        raise SetupError(library_report(missing))


def ensure_test_programs() -> None:
    """Install what some tests drive if we may; else say how, and let those tests be skipped."""
    if not is_debian():
        return
    packages = [TEST_PROGRAMS[program] for program in missing_programs()]
    if not packages:
        return
    if not may_install():
        say("Some tests will be skipped; to run them: " + install_command(packages))
        return
    failure = apt_install(packages)
    if failure:
        say(f"Some tests will be skipped; apt-get: {failure}")


def has_display() -> bool:
    """Say whether a window can be shown here."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
