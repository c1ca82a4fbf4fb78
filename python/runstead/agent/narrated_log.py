"""Logs in which the agent itself tells what it does, line by line, each with its time."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

from runstead.agent.job_folder import FILE_MODE, FOLDER_MODE
from runstead.agent.moment import now


class NarratedLog:
    """A file of lines; it comes with its first line."""

    def __init__(self, name: str, file_path: str) -> None:
        self.name = name
        self.file_path = file_path

    def say(self, text: str, level: str | None = None) -> None:
        """Add a line in one piece, so that whoever is killed leaves no half of one."""
        self.append(" ".join(part for part in (now(), level, text) if part) + "\n")

    def append(self, text: str) -> None:
        """Add what another program has said, as it is."""
        with contextlib.suppress(OSError):  # A full disk: the job comes first.
            os.makedirs(os.path.dirname(self.file_path), mode=FOLDER_MODE, exist_ok=True)
            descriptor = os.open(self.file_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)
            try:
                os.write(descriptor, text.encode())
            finally:
                os.close(descriptor)

    def has_begun(self) -> bool:
        return os.path.exists(self.file_path)


class Narration:
    """One part of the agent's work in three logs: for people, for the system with levels, and which steps were gone through."""

    def __init__(self, told: NarratedLog, system: NarratedLog, steps: NarratedLog) -> None:
        self._told = told
        self._system = system
        self._steps = steps

    def say(self, text: str) -> None:
        self._told.say(text)
        self._system.say(text, "INFO")

    def say_error(self, text: str) -> None:
        self._told.say(text)
        self._system.say(text, "ERROR")

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Note when a step is entered and how it is left."""
        begin = time.monotonic()
        self._steps.say(f"entered: {name}")
        self._system.say(f"{name} begins", "DEBUG")
        try:
            yield
        except BaseException as error:
            self._steps.say(f"left by {type(error).__name__} after {time.monotonic() - begin:.3f} s: {name}")
            raise
        seconds = time.monotonic() - begin
        self._steps.say(f"left after {seconds:.3f} s: {name}")
        self._system.say(f"{name} took {seconds:.3f} s", "DEBUG")
