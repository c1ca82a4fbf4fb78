"""Runs the code of the documents as it stands there, against a real server."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
for root in ("python", "python/azureml_compat/widgets", "python/azureml_compat/core"):
    if str(REPOSITORY / root) not in sys.path:
        sys.path.insert(0, str(REPOSITORY / root))

from tests.support import RunningServer, create_workspace, start_server, write_config  # noqa: E402

SCRIPTS = REPOSITORY / "examples" / "seeds"


class SnippetCase(unittest.TestCase):
    """One document: a server, and a working directory with config.json and the scripts that the documents name.

    `run_snippet` executes a snippet; what a test adds before it, it passes as `prelude`, so that it can be seen there.
    """

    server: RunningServer
    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.enterClassContextCompatibly(start_server())
        cls.folder = Path(tempfile.mkdtemp(prefix="runstead-snippets-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        write_config(cls.folder, cls.server, create_workspace(cls.server))
        for script in SCRIPTS.glob("*.py"):
            shutil.copy(script, cls.folder)
        before = os.getcwd()
        os.chdir(cls.folder)
        cls.addClassCleanup(os.chdir, before)

    @classmethod
    def enterClassContextCompatibly(cls, context: Any) -> Any:
        """unittest has enterClassContext from Python 3.11 on only."""
        entered = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        return entered

    def setUp(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run_snippet(self, snippet: str, prelude: str = "") -> str:
        """Execute the prelude, then the snippet; returns what the snippet printed."""
        self._execute(prelude)
        return self._execute(snippet)

    def assert_only_line_breaks_added(self, printed: str, executed: str) -> None:
        """The documents print some snippets in one line that were several."""
        self.assertEqual("".join(printed.split()), "".join(executed.split()))

    def _execute(self, code: str) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(textwrap.dedent(code), "snippet", "exec"), self.names)
        return printed.getvalue()


def run_notebook_line(line: str) -> None:
    """What IPython does with a line that begins with an exclamation mark: the shell runs the rest of it."""
    print(subprocess.run(line, shell=True, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout, end="")


def translate_notebook_lines(snippet: str) -> str:
    """Turns the lines that only IPython understands into calls of `run_notebook_line`, as IPython does."""
    lines: list[str] = []
    for line in textwrap.dedent(snippet).splitlines():
        lines.append(f"run_notebook_line({line[1:]!r})" if line.startswith("!") else line)
    return "\n".join(lines)


def numpy_or_stand_in() -> Any:
    """numpy where it is installed; else the three functions of it that the documents use."""
    try:
        import numpy
    except ImportError:
        import math

        return SimpleNamespace(exp=math.exp, cos=math.cos, sin=math.sin)
    return numpy


def tqdm_or_stand_in() -> Any:
    """tqdm where it is installed; else its result without the progress bar."""
    try:
        from tqdm import tqdm
    except ImportError:
        return iter
    return tqdm
