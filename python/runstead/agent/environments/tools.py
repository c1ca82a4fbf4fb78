"""What a node builds environments with: uv or pip, a conda, and the Pythons that there are."""

from __future__ import annotations

import glob
import os
import platform
import shutil
import subprocess
import sys

from runstead.agent.environments.errors import CannotBuild

CONDA_PROGRAMS = ("micromamba", "mamba", "conda")
#: `uv` or `pip`: the choice of whoever runs the node.
BUILDER_VARIABLE = "RUNSTEAD_ENVIRONMENT_BUILDER"
PROBE_SECONDS_MAX = 20.0


def uv_or_none() -> str | None:
    """The path of uv: beside the agent's own Python, or on PATH."""
    if os.environ.get(BUILDER_VARIABLE) == "pip":
        return None
    beside = os.path.join(os.path.dirname(sys.executable), "uv")
    return beside if os.access(beside, os.X_OK) else shutil.which("uv")


def conda_or_none() -> str | None:
    return next(filter(None, map(shutil.which, CONDA_PROGRAMS)), None)


def full_version(requested: str | None) -> str:
    """The version of the agent's own Python where that will do, else the requested one."""
    own = platform.python_version()
    return own if requested is None or _fits(own, requested) else requested


def python_of(requested: str | None) -> str:
    """The path of a Python of a version, the agent's own where that will do; raises CannotBuild that names what there is."""
    if full_version(requested) == platform.python_version():
        return sys.executable
    found: dict[str, str] = {}
    for candidate in _candidates(str(requested)):
        version = _version_or_none(candidate)
        if version is not None and _fits(version, str(requested)):
            return candidate
        if version is not None:
            found[version] = candidate
    there = sorted({platform.python_version(), *found})
    raise CannotBuild(f"This node has no Python {requested}; it has {', '.join(there)}. Install it there, or ask for another version.")


def _fits(version: str, requested: str) -> bool:
    return version == requested or version.startswith(f"{requested}.")


def _candidates(requested: str) -> list[str]:
    minor = ".".join(requested.split(".")[:2])
    on_path = filter(None, map(shutil.which, (f"python{minor}", "python3", "python")))
    kept = glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin/python3"))
    kept += glob.glob(os.path.expanduser("~/.local/share/uv/python/*/bin/python3"))
    return [*on_path, *sorted(kept)]


def _version_or_none(program: str) -> str | None:
    command = [program, "-I", "-c", "import platform; print(platform.python_version())"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PROBE_SECONDS_MAX)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
