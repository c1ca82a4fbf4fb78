"""A real conda for tests, made once of the package index where the machine has a Python that it runs on."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.support import REPOSITORY

REQUIREMENTS = Path(__file__).with_name("real_conda_requirements.txt")
FOLDER = REPOSITORY / ".cache" / "conda"

#: Its package has no such command, since it is meant to be had by an installer that brings much else.
LAUNCHER = """#!{python}
import sys, warnings
warnings.simplefilter("ignore")
if sys.argv[1:2] == ["env"]:
    del sys.argv[1]
    from conda_env.cli.main import main
else:
    from conda.cli.main import main
sys.exit(main())
"""


def python_or_none(version: str) -> str | None:
    """A Python of a version such as 3.6: kept by pyenv, whose own program on the path need not lead to it, or on the path."""
    kept = sorted(str(path) for path in Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"))
    on_path = shutil.which(f"python{version}")
    found = [*kept, *([on_path] if on_path else [])]
    return next((python for python in found if subprocess.run([python, "--version"], capture_output=True).returncode == 0), None)


def make_conda(python: str) -> Path:
    """The folder that has the program `conda`, for the PATH."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    programs = FOLDER / "bin"
    digest = hashlib.sha256(f"{python}\n{LAUNCHER}\n{REQUIREMENTS.read_text()}".encode()).hexdigest()
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = FOLDER / "made"
        if made.exists() and made.read_text() == digest:
            return programs
        environment = FOLDER / "environment"
        shutil.rmtree(environment, ignore_errors=True)
        for command in (
            [python, "-m", "venv", str(environment)],
            [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", str(REQUIREMENTS)],
        ):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}"
        programs.mkdir(exist_ok=True)
        launcher = programs / "conda"
        launcher.write_text(LAUNCHER.format(python=environment / "bin" / "python"), encoding="utf-8")
        os.chmod(launcher, 0o755)
        made.write_text(digest)
        return programs
