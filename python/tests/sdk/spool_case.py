"""What tests of the spool share: a job's environment without a server, and the records that lie in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from runstead.records import parse_line
from runstead.spool_file import SUFFIX, SpoolFile

PYTHON_ROOT = Path(__file__).resolve().parents[2]
#: Nothing listens on the port for discarded packets.
NOWHERE = "http://127.0.0.1:9"
HEADER = {"url": NOWHERE, "workspace": "quickstart", "runId": "run-1"}


class SpoolCase(unittest.TestCase):
    """A spool folder of its own for each test."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "spool"

    def job_environment(self, url: str = NOWHERE, run_id: str = "run-1") -> dict[str, str]:
        """The environment of a script of a job whose spool is the folder of the test."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("RUNSTEAD_", "AZUREML_"))}
        return {
            **clean,
            "PYTHONPATH": str(PYTHON_ROOT),
            "PYTHONUNBUFFERED": "1",
            "RUNSTEAD_URL": url,
            "RUNSTEAD_WORKSPACE": "quickstart",
            "RUNSTEAD_RUN_ID": run_id,
            "RUNSTEAD_EXPERIMENT_ID": "0",
            "RUNSTEAD_SPOOL": str(self.folder),
            "RUNSTEAD_FLUSH_SECONDS": "0.2",
        }

    def run_script(self, script: str, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", script]
        return subprocess.run(command, env=self.job_environment(**options), capture_output=True, text=True, check=True, timeout=60)

    def files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{SUFFIX}"))

    def records(self) -> list[list[Any]]:
        """The records of all files, those of each file in order."""
        found = []
        for path in self.files():
            for line in path.read_bytes().splitlines(keepends=True)[1:]:
                fields = parse_line(line)
                self.assertIsNotNone(fields, line)
                found.append(fields)
        return found

    def adopt(self, path: Path) -> SpoolFile:
        file = SpoolFile.adopt(path)
        assert file is not None, f"{path} is still locked"
        return file
