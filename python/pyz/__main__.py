"""Unpacks runstead.pyz once, and runs the package from there: `python3 runstead.pyz agent join …`, `python3 runstead.pyz sync`.

Jobs find the package in a folder, which a program in a zip file cannot offer them. No syntax that an old interpreter
would stumble over, so that it can say that it is too old.
"""

import hashlib
import os
import shutil
import sys
import tempfile
import zipfile

OLDEST_PYTHON = (3, 9)


def main():
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("Runstead needs Python 3.9 or newer; %s is %s." % (sys.executable, sys.version.split()[0]))
    arguments = sys.argv[1:]
    module = "runstead"
    if arguments[:1] == ["agent"]:
        module, arguments = "runstead.agent", arguments[1:]
    folder = unpack(sys.argv[0])
    path = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", module] + arguments
    os.execve(sys.executable, command, dict(os.environ, PYTHONPATH=path))


def unpack(archive):
    """The folder that holds what is in the archive; made by whoever comes first."""
    with open(archive, "rb") as file:
        name = hashlib.sha256(file.read()).hexdigest()[:16]
    state = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    parent = os.path.join(state, "runstead", "package")
    folder = os.path.join(parent, name)
    if os.path.isdir(folder):
        return folder
    try:
        os.makedirs(parent, mode=0o700, exist_ok=True)
        temporary = tempfile.mkdtemp(prefix="new-", dir=parent)
    except OSError as error:
        sys.exit("Runstead cannot be unpacked in %s (%s); name another folder in XDG_STATE_HOME." % (parent, error.strerror))
    try:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(temporary)
        os.rename(temporary, folder)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if not os.path.isdir(folder):
            sys.exit("Runstead cannot be unpacked in %s: %s." % (parent, error.strerror))
    return folder


main()
