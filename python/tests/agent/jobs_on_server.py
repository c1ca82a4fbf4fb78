"""Jobs on a real server, for tests: submit a script, look at its run, and at what of it is on this machine."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from runstead.agent.process_table import identify_or_none, marked_with
from runstead.artifacts import list_files
from runstead.connection import file_path_of, path_of
from tests.support import RunningServer, create_workspace, wait_until

TERMINAL = ("Completed", "Failed", "Canceled")
DRIVER_LOG = "azureml-logs/70_driver_log.txt"


class JobsOnServer:
    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self._workspace = create_workspace(server)["name"]
        body = {"name": "faults", "existOk": True}
        self._experiment = self.call("POST", path_of("workspaces", self._workspace, "experiments"), body)["id"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.server.connection.call(method, path, body)

    def create_cluster(self, name: str, nodes_max: int) -> None:
        """A cluster whose nodes are agents of the server's machine."""
        body = {"name": name, "vmSize": "STANDARD_D2_V2", "maxNodes": nodes_max}
        self.call("POST", path_of("workspaces", self._workspace, "compute"), body)

    def submit(self, code: str, **definition: Any) -> str:
        """Submit a script; returns the run id."""
        return self.submit_bytes(code.encode(), **definition)

    def submit_bytes(self, content: bytes, **definition: Any) -> str:
        digest = hashlib.sha256(content).hexdigest()
        snapshots = path_of("workspaces", self._workspace, "snapshots")
        with self.server.connection.stream("PUT", f"{snapshots}/contents/{digest}", content, {"Content-Type": "application/octet-stream"}):
            pass
        files = [{"path": "script.py", "sizeBytes": len(content), "sha256": digest}]
        snapshot = self.call("POST", snapshots, {"files": files})["id"]
        job = {"script": "script.py", "snapshotId": snapshot, **definition}
        job = {name: value for name, value in job.items() if value is not None}
        return str(self.call("POST", path_of("experiments", self._experiment, "jobs"), {"definition": job})["runId"])

    def run(self, run_id: str) -> dict[str, Any]:
        return dict(self.call("GET", path_of("runs", run_id)))

    def cancel(self, run_id: str) -> None:
        self.call("POST", path_of("runs", run_id, "cancel"), {})

    def wait_for_status(self, run_id: str, *statuses: str, seconds: float = 60.0) -> dict[str, Any]:
        return wait_until(
            f"{run_id} being {' or '.join(statuses)}",
            lambda: run if (run := self.run(run_id))["status"] in statuses else None,
            seconds,
        )

    def wait_for_end(self, run_id: str, seconds: float = 60.0) -> dict[str, Any]:
        return self.wait_for_status(run_id, *TERMINAL, seconds=seconds)

    def log(self, run_id: str) -> str:
        return self.file(run_id, DRIVER_LOG)

    def file(self, run_id: str, path: str) -> str:
        with self.server.connection.stream("GET", file_path_of(run_id, "files", path)) as reply:
            return reply.read().decode()

    def files(self, run_id: str) -> dict[str, dict[str, Any]]:
        """By the path of each."""
        return {file["path"]: file for file in list_files(self.server.connection, run_id)}

    def wait_for_content(self, run_id: str, path: str, content: str) -> None:
        wait_until(f"{path} being {content!r}", lambda: path in self.files(run_id) and self.file(run_id, path) == content)

    def let_go_on(self, run_id: str, name: str = "go") -> None:
        """For a script that waits for a file in its working folder."""
        folder = self.folder_or_none(run_id)
        assert folder is not None
        (folder / "work" / name).touch()

    def wait_for_line(self, run_id: str, line: str) -> None:
        wait_until(f"the line {line!r}", lambda: self._has_line(run_id, line))

    def folder_or_none(self, run_id: str) -> Path | None:
        """The folder of the run's attempt on this machine, while there is one."""
        attempts = self.server.node_folder / "jobs" / run_id
        try:
            return next((attempts / name for name in os.listdir(attempts) if name.startswith("attempt-")), None)
        except FileNotFoundError:
            return None

    def json_or_none(self, run_id: str, name: str) -> dict[str, Any] | None:
        """A file of the attempt, such as status.json."""
        folder = self.folder_or_none(run_id)
        try:
            return None if folder is None else json.loads((folder / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def wait_for_file(self, run_id: str, name: str) -> dict[str, Any]:
        return wait_until(f"{name} of {run_id}", lambda: self.json_or_none(run_id, name))

    def wait_for_removal(self, run_id: str) -> None:
        """The agent removes the folder when all is reported."""
        try:
            wait_until(f"removal of the folder of {run_id}", lambda: self.folder_or_none(run_id) is None, 60.0)
        except AssertionError as error:
            folder = self.folder_or_none(run_id)
            found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder else []
            raise AssertionError(f"{error}; it holds {found}") from None

    def wait_for_seals(self, run_id: str) -> dict[str, dict[str, Any]]:
        """The server seals what is still open after it has taken the end of a run; returns the files by path."""

        def all_sealed() -> dict[str, dict[str, Any]] | None:
            files = self.files(run_id)
            return files if all(file["sealed"] for file in files.values()) else None

        return wait_until(f"seals of all files of {run_id}", all_sealed, 60.0)

    def processes_of(self, marker: str) -> list[int]:
        return marked_with(marker)

    def _has_line(self, run_id: str, line: str) -> bool:
        try:
            # With its end, which an unbuffered job writes by itself.
            return f"{line}\n" in self.log(run_id).splitlines(keepends=True)
        except Exception:  # Not there yet.
            return False


def pids_with(entry: str) -> list[int]:
    """Processes that have an entry such as `NAME=value` in their environment."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and identify_or_none(int(name)) is not None:
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if entry.encode() in file.read().split(b"\0"):
                        found.append(int(name))
            except OSError:
                continue
    return found
