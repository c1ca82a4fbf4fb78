"""Starts a supervisor for each job, through a fork server that serves all jobs of an agent."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

from runstead.agent import fork_server
from runstead.agent.supervisor import EXIT_CODE_ALREADY_SUPERVISED


class StartedSupervisor:
    """A supervisor that this agent has asked for; it does not end with the agent."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._exit_code: int | None = None

    def poll(self) -> int | None:
        """Its exit code; None as long as it runs."""
        return self._exit_code

    def wait(self) -> None:
        """Wait until it is gone."""
        self._ended.wait()

    def note_end(self, exit_code: int) -> None:
        self._exit_code = exit_code
        self._ended.set()


class Supervisors:
    """Asks the fork server, and starts another one when it was killed. Used by the threads of all jobs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._started: dict[int, StartedSupervisor] = {}
        self._last_number = 0

    def warm_up(self) -> None:
        """Have the fork server ready for the first job."""
        with self._lock:
            self._open()

    def start(self, folder: str) -> StartedSupervisor:
        """Start the supervisor of an attempt's folder. Harmless where one runs: the second ends at once."""
        with self._lock:
            server = self._open()
            assert server.stdin is not None
            self._last_number += 1
            started = self._started[self._last_number] = StartedSupervisor()
            request = {"number": self._last_number, "folder": folder}
            try:
                server.stdin.write(json.dumps(request).encode() + b"\n")
            except BrokenPipeError:  # It was killed just now: what was asked of it is asked again.
                pass
            return started

    def _open(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            command = [sys.executable, "-S", "-E", "-s", fork_server.__file__]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True, cwd="/"
            )
            threading.Thread(target=self._read, args=(self._process,), name="fork server", daemon=True).start()
        return self._process

    def _read(self, server: subprocess.Popen[bytes]) -> None:
        assert server.stdin is not None and server.stdout is not None
        with server.stdout:
            for line in server.stdout:
                answer = json.loads(line)
                with self._lock:
                    started = self._started.pop(answer["number"])
                started.note_end(answer["exitCode"])
        with self._lock:
            self._process = None
            server.stdin.close()
            left, self._started = self._started, {}
        server.wait()
        # Whether they were started nobody knows: they are started again, which is refused to those that run.
        for started in left.values():
            started.note_end(EXIT_CODE_ALREADY_SUPERVISED)
