"""Renews the lease of an attempt, and passes on the server's word that its job is to be ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any, Callable

from runstead.agent.server_link import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, ServerLink
from runstead.connection import path_of
from runstead.errors import RunsteadError

#: The server may hold its reply this long, and tells of a cancel at once; a third of the 30 s within which to renew.
RENEWAL_WAIT_SECONDS = 10.0
#: The lease is fresh when the attempt begins; most short jobs need no renewal at all.
FIRST_RENEWAL_SECONDS = 0.5
#: Renewals that are answered at once come no closer than this.
RENEWAL_INTERVAL_SECONDS = 1.0

#: The server has given the job to another attempt, or has forgotten the run.
LOST_LEASE_CODES = ("stale-fence", "not-found")


class LeaseKeeper:
    """A thread that renews until it is told to stop, or until the lease is lost."""

    def __init__(
        self,
        link: ServerLink,
        run_id: str,
        caller: Mapping[str, Any],
        end_job: Callable[[str], None],
        is_lost: threading.Event,
    ) -> None:
        """`is_lost` is set when the attempt is not wanted any more; `end_job` is told why the job is to be ended."""
        self._link = link
        self._path = path_of("jobs", run_id, "renew")
        self._body = {**caller, "waitMs": int(RENEWAL_WAIT_SECONDS * 1000)}
        self._end_job = end_job
        self._is_lost = is_lost
        self._is_over = threading.Event()
        threading.Thread(target=self._renew_until_over, name=f"lease of {run_id}", daemon=True).start()

    def stop(self) -> None:
        self._is_over.set()

    def _renew_until_over(self) -> None:
        backoff = FIRST_BACKOFF_SECONDS
        self._is_over.wait(FIRST_RENEWAL_SECONDS)
        while not self._is_over.is_set():
            begin = time.monotonic()
            try:
                answer = self._link.once("POST", self._path, self._body)
            except RunsteadError as error:
                if error.code in LOST_LEASE_CODES:
                    self._is_lost.set()
                    return
                self._link.complain(error)
                self._is_over.wait(backoff)
                backoff = min(2 * backoff, LONGEST_BACKOFF_SECONDS)
                continue
            backoff = FIRST_BACKOFF_SECONDS
            if answer["end"] and not self._is_over.is_set():
                self._end_job(answer["reason"] or "the run was ended")
            if answer["end"] or time.monotonic() - begin < RENEWAL_INTERVAL_SECONDS:
                self._is_over.wait(RENEWAL_INTERVAL_SECONDS)
