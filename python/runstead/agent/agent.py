"""The agent of a node: takes jobs from the server, carries each in a thread, and takes over what an earlier agent left."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from runstead.agent.attempt import Attempt
from runstead.agent.authorities import Authorities
from runstead.agent.data_cache import DataCache
from runstead.agent.environments.environment_store import EnvironmentStore
from runstead.agent.folder_watch import FolderWatch
from runstead.agent.gpu_monitor import GpuMonitor
from runstead.agent.job_folder import FOLDER_MODE, JobFolder, write_json
from runstead.agent.meeting import address_towards
from runstead.agent.membership import Membership
from runstead.agent.node_lock import NodeInUse, lock_folder
from runstead.agent.node_share import keep_share
from runstead.agent.preparation import NodeStores
from runstead.agent.server_link import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, ServerLink
from runstead.agent.snapshot_store import SnapshotStore
from runstead.agent.supervisors import Supervisors
from runstead.connection import path_of
from runstead.errors import RunsteadError

#: How long the server may hold a request for a job when it has none.
LEASE_WAIT_SECONDS = 25.0


class NotWanted(Exception):
    """The server has no use for this node any more; says why."""


class AgentSettings(NamedTuple):
    node_folder: str
    #: Id of the compute target.
    target: str
    server_file: str
    token_file: str | None
    #: 0 stands for never.
    idle_exit_seconds: float
    jobs_max: int
    environments_folder: str
    environments_bytes_max: int
    #: Of a node that came from another machine.
    membership: Membership | None = None
    #: Leave after one job.
    once: bool = False


class Agent:
    """Works until it is told to stop, or has been idle for long enough."""

    def __init__(self, settings: AgentSettings) -> None:
        self._settings = settings
        os.makedirs(self._jobs_folder, mode=FOLDER_MODE, exist_ok=True)
        self._lock = lock_folder(settings.node_folder, "agent.lock")
        self.id = self._read_or_make_id()
        membership = settings.membership
        self._link = membership.link if membership is not None else ServerLink(settings.server_file, settings.token_file)
        self._stores = NodeStores(
            SnapshotStore(os.path.join(settings.node_folder, "contents"), self._link),
            EnvironmentStore(settings.environments_folder, settings.environments_bytes_max),
            DataCache(os.path.join(settings.node_folder, "data"), self._link),
            Authorities(os.path.join(settings.node_folder, "authorities"), self._link),
        )
        self._watch = FolderWatch()
        self._gpus = GpuMonitor()
        self._supervisors = Supervisors()
        #: By the folder of each.
        self._attempts: dict[str, Attempt] = {}
        #: Runs that are at hand but cannot be carried further: no reason to be given them again.
        self._stuck_runs: set[str] = set()
        self._changed = threading.Condition()
        self._is_leaving = threading.Event()

    def leave(self, is_preempted: bool = False) -> None:
        """Let `work` return when no job is left; the server is told at once, so that it gives no other.

        With `is_preempted` it queues again what runs here, which ends here.
        """
        if self._settings.membership is not None and not self._is_leaving.is_set():
            self._is_leaving.set()
            self._settings.membership.leave(is_preempted)

    def end_jobs(self, reason: str) -> None:
        """Cancel what runs here: on the server, so that it says who did it, or else on this machine alone."""
        for run_id in self.run_ids():
            try:
                self._link.once("POST", path_of("runs", run_id, "cancel"), {"reason": reason})
            except RunsteadError as error:
                self._link.complain(error)
                with self._changed:
                    attempts = [attempt for attempt in self._attempts.values() if attempt.run_id == run_id]
                for attempt in attempts:
                    attempt.ask_to_end(reason)

    def run_ids(self) -> list[str]:
        """What runs here."""
        with self._changed:
            return sorted({attempt.run_id for attempt in self._attempts.values()})

    def work(self) -> None:
        """Take jobs; returns when there was none for the idle time, or when the node has left."""
        self._supervisors.warm_up()
        self._stores.snapshots.prune()
        self._stores.environments.prune()
        self._stores.data.prune()
        for folder in self._folders_left():
            self._carry(folder)
        path = path_of("agents", self.id, "lease")
        idle_since = time.monotonic()
        backoff = FIRST_BACKOFF_SECONDS
        while True:
            if self._wait_for_room():
                idle_since = time.monotonic()
            try:
                if self._is_leaving.is_set() and self._has_left():
                    return
                answer = self._link.once("POST", path, self._lease_request(idle_since))
                job = answer["job"]
                if job is not None:
                    self._carry(self._keep(job))
                    if self._settings.once:
                        self._is_leaving.set()
                else:
                    self._do_what_is_asked(answer.get("ask"))
                backoff = FIRST_BACKOFF_SECONDS
            except (RunsteadError, OSError) as error:  # A job that a full disk has no room for is given again.
                self._give_up_if_not_wanted(error)
                self._link.complain(error)
                time.sleep(backoff)
                backoff = min(2 * backoff, LONGEST_BACKOFF_SECONDS)
            if self._attempts:
                idle_since = time.monotonic()
            elif self._settings.idle_exit_seconds and time.monotonic() - idle_since >= self._settings.idle_exit_seconds:
                if not self._finds_work_at_the_door(path):
                    return
                idle_since = time.monotonic()

    def _finds_work_at_the_door(self, path: str) -> bool:
        """Gives the folder up, and then looks once more: whoever found it in use before that relied on this agent."""
        os.close(self._lock)
        try:
            job = self._link.once("POST", path, {**self._lease_request(0), "waitMs": 0})["job"]
            if job is None:
                return False
            # An agent that has come meanwhile is given the job by the server, since it does not hold it.
            self._lock = lock_folder(self._settings.node_folder, "agent.lock")
            self._carry(self._keep(job))
            return True
        except (NodeInUse, RunsteadError, OSError):
            return False

    def _has_left(self) -> bool:
        """Whether the server agrees that nothing is left. No request for a job is under way then, so none is lost."""
        membership = self._settings.membership
        return membership is not None and not self.run_ids() and membership.leave()

    def _do_what_is_asked(self, ask: str | None) -> None:
        membership = self._settings.membership
        if membership is not None and ask == "introduce":
            membership.introduce()
        elif ask == "leave":
            self._is_leaving.set()

    def _give_up_if_not_wanted(self, error: Exception) -> None:
        if self._settings.membership is None or self.run_ids():
            return
        if isinstance(error, RunsteadError) and error.code == "not-found":
            raise NotWanted(f"the cluster {self._settings.membership.cluster} was deleted") from error
        if self._is_leaving.is_set():
            raise NotWanted(f"the server does not answer, and nothing runs here: {error}") from error

    @property
    def _jobs_folder(self) -> str:
        return os.path.join(self._settings.node_folder, "jobs")

    def _read_or_make_id(self) -> str:
        path = os.path.join(self._settings.node_folder, "agent-id")
        try:
            with open(path, encoding="ascii") as file:
                return file.read().strip()
        except FileNotFoundError:
            made = f"{socket.gethostname()}-{uuid.uuid4()}"
            temporary = f"{path}.new"
            with open(temporary, "w", encoding="ascii") as file:
                file.write(f"{made}\n")
            os.replace(temporary, path)
            return made

    def _lease_request(self, idle_since: float) -> dict[str, Any]:
        wait_seconds = LEASE_WAIT_SECONDS
        if self._is_leaving.is_set():
            wait_seconds = 0.0
        elif self._settings.idle_exit_seconds and not self._attempts:
            left = idle_since + self._settings.idle_exit_seconds - time.monotonic()
            wait_seconds = min(wait_seconds, max(left, 0.0))
        with self._changed:
            holding = sorted({attempt.run_id for attempt in self._attempts.values()} | self._stuck_runs)
        membership = self._settings.membership
        return {
            "target": self._settings.target,
            "address": (membership and membership.address) or address_towards(self._link.url()),
            "waitMs": int(wait_seconds * 1000),
            "holding": holding,
        }

    def _wait_for_room(self) -> bool:
        """Wait while as many jobs run as may run at once; whether that took any time."""
        with self._changed:
            if len(self._attempts) < self._settings.jobs_max:
                return False
            self._changed.wait_for(lambda: len(self._attempts) < self._settings.jobs_max)
            return True

    def _keep(self, lease: dict[str, Any]) -> JobFolder:
        folder = JobFolder(os.path.join(self._jobs_folder, lease["runId"], f"attempt-{lease['fence']}"))
        folder.make()
        keep_share(self._settings.node_folder, folder)
        write_json(folder.lease, lease, durable=True)
        return folder

    def _folders_left(self) -> Iterator[JobFolder]:
        """Attempts of an earlier agent; what it had not yet begun or had nearly removed is cleared away."""
        for run in _entries(self._jobs_folder):
            for attempt in _entries(run):
                folder = JobFolder(attempt)
                if os.path.exists(folder.lease):
                    yield folder
                else:
                    folder.remove()

    def _carry(self, folder: JobFolder) -> None:
        with self._changed:
            if folder.path in self._attempts:
                return
            attempt = Attempt(folder, self.id, self._link, self._stores, self._watch, self._gpus, self._supervisors)
            self._attempts[folder.path] = attempt
        threading.Thread(target=self._run, args=(folder.path, attempt), name=f"job {attempt.run_id}", daemon=True).start()

    def _run(self, key: str, attempt: Attempt) -> None:
        try:
            attempt.run()
        except Exception:  # One job's trouble must not end the others; its folder stays for the next agent.
            self._stuck_runs.add(attempt.run_id)
            print(f"runstead agent: run {attempt.run_id} cannot be carried further:", file=sys.stderr)
            traceback.print_exc()
            self._make_room(key)
            return
        # There is room for the next job while the folder of this one is cleared away.
        self._make_room(key)
        attempt.remove()

    def _make_room(self, key: str) -> None:
        with self._changed:
            del self._attempts[key]
            self._changed.notify_all()


def _entries(folder: str) -> list[str]:
    return sorted(os.path.join(folder, name) for name in os.listdir(folder))
