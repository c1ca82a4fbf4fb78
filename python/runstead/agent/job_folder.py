"""The folder of one attempt of a job: where each file lies, and how files that must survive a crash are written."""

from __future__ import annotations

import contextlib
import json
import os
from typing import Any

# Messages and tokens of a job are nobody else's business.
FOLDER_MODE = 0o700
FILE_MODE = 0o600

#: Something may have come into the folder while it was removed, or be shut.
REMOVALS_MAX = 3


class JobFolder:
    """Names every file of an attempt once; agent and supervisor meet only through these files."""

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        #: What the server gave with the lease (agent).
        self.lease = self._at("lease.json")
        #: What of its machine the node had when the job came to it; absent: all of it (agent).
        self.share = self._at("share.json")
        #: How the supervisor is to run the job; its presence means that the working folder is complete (agent).
        self.plan = self._at("plan.json")
        #: How far the reporting to the server is (agent).
        self.progress = self._at("progress.json")
        #: A reason; its presence asks the supervisor to end the job (agent).
        self.cancel = self._at("cancel.json")
        #: Held as long as the supervisor lives (supervisor).
        self.lock = self._at("supervisor.lock")
        #: How the job goes and how it ended (supervisor).
        self.status = self._at("status.json")
        #: Standard output and error of the supervisor itself (supervisor).
        self.supervisor_output = self._at("supervisor.txt")
        #: Standard output and error of the job.
        self.log = self._at("70_driver_log.txt")
        #: What the launcher of a job of several processes is to start (agent).
        self.launch = self._at("launch.json")
        #: Which of several processes has failed first, and how (launcher).
        self.process_end = self._at("process-end.json")
        #: What the agent tells of the job, by the path of each log within the run (agent).
        self.narrated = self._at("narrated")
        #: What this node adds to the logs of the whole job: what its processes print, and what is done with them.
        self.whole_output = self._at("whole/stdout.txt")
        self.whole_errors = self._at("whole/stderr.txt")
        self.whole_execution = self._at("whole/execution.txt")
        #: How large each log of the run was when this attempt came to it (agent).
        self.log_bases = self._at("log-bases.json")
        #: What the job used of the machine, a line a sample.
        self.usage = self._at("usage/samples.jsonl")
        #: The snapshot's files; the job runs here.
        self.work = self._at("work")
        #: Files of datastores that the job reads, or is to leave behind.
        self.data = self._at("data")
        #: What the job's script logged and has not sent yet.
        self.spool = self._at("spool")

    def process_log(self, number: int) -> str:
        """Standard output and error of one of several processes."""
        return self._at(f"70_driver_log_{number}.txt")

    def process_record(self, number: int) -> str:
        """How one of several processes goes (launcher)."""
        return self._at(f"processes/{number}.json")

    def _at(self, name: str) -> str:
        return os.path.join(self.path, name)

    def make(self) -> None:
        os.makedirs(self.path, mode=FOLDER_MODE, exist_ok=True)

    def remove(self) -> None:
        """Remove the folder of an attempt that is over, and that of its run unless it holds another one.

        The lease goes first: an agent that is killed amid this leaves no lease whose job seems yet to be run. The plan goes
        before the status: a supervisor that was asked for long ago and comes only now finds either that the job was run, or
        nothing to run.
        """
        for path in (self.lease, self.plan):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        import shutil  # With much behind it that a supervisor, which never removes a folder, does not need.

        for _ in range(REMOVALS_MAX):
            shutil.rmtree(self.path, ignore_errors=True)
            if not os.path.exists(self.path):
                break
            _open_folders_in(self.path)
        with contextlib.suppress(OSError):
            os.rmdir(os.path.dirname(self.path))


def _open_folders_in(path: str) -> None:
    """Let what lies in them be removed: jobs leave folders that nobody may write to, as some package caches do."""
    for parent, folders, _ in os.walk(path):
        for folder in (os.path.join(parent, name) for name in folders):
            if not os.path.islink(folder):
                with contextlib.suppress(OSError):
                    os.chmod(folder, FOLDER_MODE)


def write_json(path: str, value: Any, *, durable: bool = False) -> None:
    """Replace a file as a whole: a reader sees the old content or the new, never half of it.

    With `durable` the new content outlives a power failure as well.
    """
    temporary = f"{path}.{os.getpid()}.new"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, separators=(",", ":"))
        file.flush()
        if durable:
            os.fsync(file.fileno())
    os.replace(temporary, path)
    if durable:
        _sync_folder(os.path.dirname(path))


def read_json(path: str) -> dict[str, Any]:
    """The object in a JSON file that is there."""
    with open(path, encoding="utf-8") as file:
        return dict(json.load(file))


def read_json_or_none(path: str) -> dict[str, Any] | None:
    """The object in a JSON file; None when there is no such file or it holds no whole object."""
    try:
        return read_json(path)
    except (FileNotFoundError, TypeError, ValueError):
        return None


def _sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
