"""What tests against a real server share."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest.mock import patch

from runstead import Experiment, Workspace
from runstead.connection import path_of
from runstead.spool import spool_root
from tests.support import RunningServer, create_workspace, start_server

PYTHON_ROOT = Path(__file__).resolve().parents[2]
AZUREML_ROOTS = [PYTHON_ROOT / "azureml_compat" / name for name in ("core", "widgets")]


class ServerCase(unittest.TestCase):
    """One server for the tests of a class; a state folder, a working directory and an experiment for each test."""

    server: RunningServer

    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        create_workspace(cls.server)

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        patched = patch.dict(os.environ, self.environment(), clear=True)
        patched.start()
        self.addCleanup(patched.stop)
        self.workspace = Workspace("quickstart", self.server.url)
        self.experiment = Experiment(self.workspace, self.id().rsplit(".", 1)[-1])

    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("RUNSTEAD_", "AZUREML_"))}
        return {
            **clean,
            "PYTHONPATH": os.pathsep.join([str(PYTHON_ROOT), *map(str, AZUREML_ROOTS)]),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "RUNSTEAD_URL": self.server.url,
            "RUNSTEAD_WORKSPACE": "quickstart",
        }

    def start_server_again(self) -> None:
        """Start a server that was killed at the address that its clients know."""
        self.server.start(int(self.server.url.rsplit(":", 1)[-1]))

    def call(self, method: str, *segments: str, body: Any = None) -> Any:
        """What the server itself says, past the SDK."""
        return self.server.connection.call(method, path_of(*segments), body)

    def points(self, run_id: str, name: str) -> list[Any]:
        """The values of a scalar metric, in order of arrival."""
        query = {"name": name, "limit": 100_000}
        return list(
            self.server.connection.call("GET", path_of("runs", run_id, "metrics", "points"), query=query)["columns"][0]["values"]
        )

    def start_script(self, script: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", script],
            env={**self.environment(), **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run_script(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script], env={**self.environment(), **variables}, capture_output=True, text=True, timeout=120
        )

    def sync(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "runstead", "sync", *arguments]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=120)

    def spool_paths(self) -> list[str]:
        """Whatever lies in the spools of the test."""
        root = spool_root()
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
