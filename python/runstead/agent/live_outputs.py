"""Uploads the files in the outputs folder while the job runs, each when it has been left alone for a while."""

from __future__ import annotations

import threading
import time
from typing import NamedTuple

from runstead.agent.results import OUTPUTS, FileState, ResultFile, find_results, is_event_file, state_or_none
from runstead.agent.server_link import ServerLink
from runstead.artifacts import upload_file
from runstead.errors import RunsteadError

#: A file that is still being written is changed again within this time.
QUIET_SECONDS = 2.0


class _Seen(NamedTuple):
    state: FileState
    since: float


class LiveOutputs:
    """Looks at sizes and times alone; a file is read only to be uploaded. Not to be used by two threads at once."""

    def __init__(self, link: ServerLink, run_id: str, work: str) -> None:
        self._link = link
        self._run_id = run_id
        self._work = work
        self._seen: dict[str, _Seen] = {}
        self._tried: dict[str, FileState] = {}
        #: The state in which each file was uploaded.
        self.sent: dict[str, FileState] = {}

    def send_new(self, given_up: threading.Event) -> None:
        """Upload what is quiet and new; raises LinkClosed when `given_up` is set while the server is away."""
        for result in find_results(self._work, (OUTPUTS,)):
            if given_up.is_set():
                return
            if is_event_file(result.name):  # It is streamed: uploads of a growing file would be very many.
                continue
            state = state_or_none(result.path)
            if state is not None and self._tried.get(result.name) != state and self._is_quiet(result.name, state):
                self._upload(result, state, given_up)

    def _is_quiet(self, name: str, state: FileState) -> bool:
        seen = self._seen.get(name)
        if seen is None or seen.state != state:
            self._seen[name] = _Seen(state, time.monotonic())
            return False
        return time.monotonic() - seen.since >= QUIET_SECONDS

    def _upload(self, result: ResultFile, state: FileState, given_up: threading.Event) -> None:
        # What is refused now is tried, and told of, once more when the job has ended.
        self._tried[result.name] = state
        try:
            self._link.until_answered(
                lambda connection: upload_file(connection, self._run_id, result.name, result.path, patience_seconds=0), given_up
            )
        except RunsteadError as error:
            self._link.complain(error)
        except OSError:  # Removed meanwhile.
            return
        else:
            if state_or_none(result.path) == state:
                self.sent[result.name] = state
