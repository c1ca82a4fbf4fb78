"""Runs a program of a build: its output goes to the build log line by line, and it ends with all it started when nobody wants it."""

from __future__ import annotations

import collections
import os
import select
import shlex
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Callable

from runstead.agent.environments.errors import BuildUnwanted
from runstead.agent.environments.redaction import redact
from runstead.agent.narrated_log import NarratedLog
from runstead.agent.process_end import end_processes
from runstead.agent.process_table import MARKER_VARIABLE, descendants_of, marked_with

#: A build that takes longer waits for something that will not come.
BUILD_SECONDS_MAX = 3600.0
#: How soon it is noticed that a build is not wanted any more.
LOOK_INTERVAL_SECONDS = 0.1
#: Installers have nothing to tidy up that would be used again.
END_GRACE_SECONDS = 0.5
#: What an error repeats of the program's own words.
LAST_LINES = 20
LAST_CHARACTERS = 4_000
READ_BYTES = 64 * 1024


class ProgramFailed(Exception):
    """A program of a build ended otherwise than well; `last_words` are its own."""

    def __init__(self, program: str, how: str, last_words: str) -> None:
        super().__init__(f"{os.path.basename(program)} {how}" + (f":\n{last_words}" if last_words else "."))
        self.last_words = last_words


class BuildProcess:
    """Runs one program after another for a build; `marker` is carried by every process that they start."""

    def __init__(self, marker: str, environment: Mapping[str, str], log: NarratedLog, is_unwanted: Callable[[], bool]) -> None:
        self._marker = marker
        self._environment = {**environment, MARKER_VARIABLE: marker}
        self._log = log
        self._is_unwanted = is_unwanted
        self._deadline = time.monotonic() + BUILD_SECONDS_MAX

    def run(self, command: Sequence[str]) -> None:
        """Run a program to its end; raises ProgramFailed or BuildUnwanted."""
        self._log.say(f"$ {redact(shlex.join(command))}")
        lines: collections.deque[str] = collections.deque(maxlen=LAST_LINES)
        try:
            process = subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
            )
        except OSError as error:
            raise ProgramFailed(command[0], f"cannot be run: {error.strerror}", "") from error
        try:
            self._follow(process, lines)
        finally:
            if process.poll() is None:
                self._end(process.pid)
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
        if process.returncode != 0:
            raise ProgramFailed(command[0], _describe_end(process.returncode), "\n".join(lines)[-LAST_CHARACTERS:].strip())

    def _follow(self, process: subprocess.Popen[bytes], lines: collections.deque[str]) -> None:
        assert process.stdout is not None
        output = process.stdout.fileno()
        rest = b""
        while True:
            self._check(lines)
            # What a child that has left the session holds open does not keep the build waiting.
            has_ended = process.poll() is not None
            if not select.select([output], [], [], 0 if has_ended else LOOK_INTERVAL_SECONDS)[0]:
                if has_ended:
                    break
                continue
            data = os.read(output, READ_BYTES)
            if not data:
                break
            *whole, rest = (rest + data).split(b"\n")
            self._keep(whole, lines)
        self._keep([rest] if rest else [], lines)
        while process.poll() is None:
            self._check(lines)
            time.sleep(LOOK_INTERVAL_SECONDS / 10)

    def _check(self, lines: Iterable[str]) -> None:
        if self._is_unwanted():
            self._log.say("The build is ended: the job is not wanted any more.")
            raise BuildUnwanted
        if time.monotonic() > self._deadline:
            raise ProgramFailed("The program", f"did not end within {BUILD_SECONDS_MAX:g} s", "\n".join(lines))

    def _keep(self, whole: Sequence[bytes], lines: collections.deque[str]) -> None:
        texts = [redact(line.decode("utf-8", "replace").rstrip()) for line in whole]
        if texts:
            self._log.append("".join(f"{text}\n" for text in texts))
        lines.extend(text for text in texts if text)

    def _end(self, pid: int) -> None:
        end_processes(lambda: {*marked_with(self._marker), *descendants_of(pid), *_if_alive(pid)}, END_GRACE_SECONDS)


def _if_alive(pid: int) -> list[int]:
    """A child of ours that has ended is a zombie until it is waited for: that is no process to end."""
    try:
        return [] if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) else [pid]
    except ChildProcessError:
        return []


def _describe_end(code: int) -> str:
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
