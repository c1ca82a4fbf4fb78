"""Ends the servers of a test process that was killed, with their agents and jobs.

`python -m tests.server_watch` reads their data folders, a line each, until the test process closes its end of the pipe or dies.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path


class ServerWatch:
    """The watching process, which is started with the first folder."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def add(self, data_folder: Path) -> None:
        """Clear this folder up when this process is gone and the folder is not."""
        if self._process is None:
            command = [sys.executable, "-m", "tests.server_watch"]
            folder = Path(__file__).resolve().parents[1]
            # In a session of its own, so that Ctrl-C at the terminal does not end it too; whoever reads the output of the tests does not
            # wait for it.
            nothing = subprocess.DEVNULL
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=nothing, stderr=nothing, text=True, cwd=folder, start_new_session=True
            )
            atexit.register(self._end)
        assert self._process.stdin is not None
        self._process.stdin.write(f"{data_folder}\n")
        self._process.stdin.flush()

    def _end(self) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _end_server(data_folder: Path) -> None:
    from tests.support import command_line_of

    with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
        pid = int(json.loads((data_folder / "server.json").read_text(encoding="utf-8"))["pid"])
        if str(data_folder) in command_line_of(pid):
            os.kill(pid, signal.SIGKILL)


def main() -> None:
    from tests.support import RunningServer

    for folder in [Path(line.rstrip("\n")) for line in sys.stdin]:
        if folder.is_dir():
            _end_server(folder)
            RunningServer(folder).end_all()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
