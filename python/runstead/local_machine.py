"""`local` means the machine that submits: where that is not the server's, an agent is started here for what is submitted here."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

from runstead.connection import Connection, path_of
from runstead.state_folder import state_folder

PACKAGE_FOLDER = Path(__file__).resolve().parents[1]
#: An agent without work for so long ends; the next submission starts one.
IDLE_EXIT_SECONDS = 60


def machine_id() -> str:
    """As the server tells its own (`machine-id.ts`): the same for all that see the same files since the machine's last start."""
    given = os.environ.get("RUNSTEAD_MACHINE_ID")
    if given:
        return given
    root = os.stat("/")
    facts = [
        _read_or_empty("/proc/sys/kernel/random/boot_id"),
        _read_or_empty("/etc/machine-id"),
        f"{root.st_dev}:{root.st_ino}",
        socket.gethostname(),
    ]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


class LocalMachine:
    """This machine as the `local` of one user, for one workspace of a server elsewhere."""

    def __init__(self, connection: Connection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        server = re.sub(r"[^A-Za-z0-9.-]+", "_", connection.url.split("//", 1)[-1])
        self._folder = state_folder() / "local" / f"{server}-{workspace_id}"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        #: Whoever knows it may send jobs to this machine: it is told to the server alone.
        self.id = self._read_or_make_id()

    @property
    def name(self) -> str:
        return socket.gethostname()[:255]

    def start_agent(self) -> None:
        """See to it that what was submitted is run, also when this process has ended."""
        grant = self._connection.call("POST", path_of("workspaces", self._workspace_id, "machines"), {"id": self.id})
        _write_privately(self._folder / "server.json", json.dumps({"url": self._connection.url}))
        _write_privately(self._folder / "token", grant["token"])
        folder = str(self._folder)
        command = [
            *(sys.executable, "-m", "runstead.agent", "run", "--node-dir", folder, "--target", grant["target"]),
            *("--server-file", f"{folder}/server.json", "--token-file", f"{folder}/token", "--idle-exit-seconds", str(IDLE_EXIT_SECONDS)),
        ]
        with open(self._folder / "agent.log", "ab") as log:
            # It ends at once where one is at work already.
            process = subprocess.Popen(
                command, cwd="/", env=_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        threading.Thread(target=process.wait, name="local agent", daemon=True).start()

    def _read_or_make_id(self) -> str:
        path = self._folder / "machine-id"
        if not path.exists():
            made = path.with_name(f"machine-id.{uuid.uuid4().hex}")
            _write_privately(made, str(uuid.uuid4()))
            # Two that come at the same time agree on what the first has written.
            with contextlib.suppress(FileExistsError):
                os.link(made, path)
            made.unlink()
        return path.read_text(encoding="ascii")


def local_machine_or_none(connection: Connection, workspace_id: str) -> LocalMachine | None:
    """None where the server is on this machine: it runs what is `local` itself."""
    servers = connection.call("GET", "/api/v1/health").get("machineId")
    return None if servers in (None, machine_id()) else LocalMachine(connection, workspace_id)


def _environment() -> dict[str, Any]:
    """What the agent hands on to jobs is none of this process's settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("RUNSTEAD_", "AZUREML_"))}
    own["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PACKAGE_FOLDER), own.get("PYTHONPATH")]))
    return own


def _write_privately(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    os.replace(temporary, path)


def _read_or_empty(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return ""
