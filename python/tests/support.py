"""A real server for tests, with a data folder of its own, that leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Callable

from runstead.agent.process_end import end_processes
from runstead.agent.process_table import ProcessIdentity, descendants_of, identify_or_none, marked_with
from runstead.connection import Connection
from tests.server_watch import ServerWatch

REPOSITORY = Path(__file__).resolve().parents[2]
NODE = REPOSITORY / "node_modules" / ".bin" / "node"
COMMAND = REPOSITORY / "packages" / "cli" / "src" / "runstead.mjs"

#: A test process that is killed leaves no server behind.
WATCH = ServerWatch()

START_SECONDS = 30.0
STOP_SECONDS = 30.0


#: Between two looks, in parts of what has passed already: to ask a server without a pause takes it, and what is waited for, much of a core.
PAUSE_PART = 0.05
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.01, 0.25


def wait_until(what: str, condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """The first true value of `condition`; for what announces itself only by being there."""
    begin = time.monotonic()
    while (passed := time.monotonic() - begin) < seconds:
        value = condition()
        if value:
            return value
        time.sleep(min(max(PAUSE_SECONDS_MIN, passed * PAUSE_PART), PAUSE_SECONDS_MAX))
    raise AssertionError(f"in {seconds:g} s this did not come: {what}")


class RunningServer:
    """A server process; its data folder outlives it, so that it can be started again."""

    def __init__(self, data_folder: Path, *options: str, variables: Mapping[str, str] | None = None) -> None:
        self.data_folder = data_folder
        self.options = options
        #: Beside what this process has.
        self.environment: dict[str, str] = {}
        #: Added to the environment variables of the server and its agents.
        self.variables = dict(variables or {})
        self.process: subprocess.Popen[str] | None = None
        self.url = ""

    @property
    def server_file(self) -> Path:
        return self.data_folder / "server.json"

    @property
    def node_folder(self) -> Path:
        """Where the agent of this machine keeps its jobs."""
        return self.data_folder / "nodes" / "local"

    @property
    def connection(self) -> Connection:
        return Connection(self.url)

    def start(self, port: int = 0) -> None:
        """Start the server and wait until it listens: on any free port, or on one that clients know already."""
        WATCH.add(self.data_folder)
        log = open(self.data_folder / "server-output.txt", "ab")  # noqa: SIM115 - the process owns it from here on.
        command = [str(NODE), str(COMMAND), "up", "--port", str(port), "--data", str(self.data_folder), *self.options]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("RUNSTEAD_", "AZUREML_"))}
        environment.update(self.environment)
        environment["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), environment["PATH"]])
        environment.update(self.variables)
        with log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )
        pid = self.process.pid
        self.url = wait_until("the server's address", lambda: self._url_of(pid), START_SECONDS)

    def stop(self) -> None:
        """Stop the server in order; jobs and their agent go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End the server as a power failure would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def output(self) -> str:
        return (self.data_folder / "server-output.txt").read_text(encoding="utf-8", errors="replace")

    def agent_output(self) -> str:
        try:
            return (self.node_folder / "agent.log").read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def agent_pid_or_none(self, node: str | None = None) -> int | None:
        """The agent of a node of this machine, or the one that `local` jobs have, if it lives."""
        return _agent_pid_or_none(self.node_folder if node is None else self.folder_of_node(node))

    def folder_of_node(self, node: str) -> Path:
        """Where the agent of a cluster's node on this machine keeps its jobs."""
        return next(lock.parent for lock in (self.data_folder / "nodes").rglob("agent.lock") if lock.parent.name == node)

    def server_pid(self) -> int:
        return int(json.loads(self.server_file.read_text(encoding="utf-8"))["pid"])

    def clean_up(self) -> None:
        """End the server, its agents and whatever they started, and remove the data."""
        self.end_all()
        shutil.rmtree(self.data_folder, ignore_errors=True)

    def end_all(self) -> None:
        """End the server, its agents and whatever they started."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        nodes = [lock.parent for lock in (self.data_folder / "nodes").rglob("agent.lock")]
        for agent in filter(None, map(_agent_pid_or_none, nodes)):
            os.kill(agent, signal.SIGKILL)
            wait_until("the end of an agent", lambda agent=agent: identify_or_none(agent) is None)
        for node in nodes:
            for attempt in node.glob("jobs/*/attempt-*"):
                _end_attempt(attempt)

    def _url_of(self, pid: int) -> str | None:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the server has ended with {self.process.returncode}:\n{self.output()}")
        try:
            server = json.loads(self.server_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return server["url"] if server["pid"] == pid else None


@contextlib.contextmanager
def start_server(*options: str, variables: Mapping[str, str] | None = None) -> Iterator[RunningServer]:
    """A server in an empty data folder: `with start_server() as server: … server.url …`."""
    server = RunningServer(Path(tempfile.mkdtemp(prefix="runstead-test-")), *options, variables=variables)
    try:
        server.start()
        yield server
    finally:
        server.clean_up()


def create_workspace(server: RunningServer, name: str = "quickstart") -> dict[str, Any]:
    """Makes a workspace, or returns the one of that name."""
    found = server.connection.call("GET", "/api/v1/workspaces")["workspaces"]
    for workspace in found:
        if workspace["name"] == name:
            return dict(workspace)
    return dict(server.connection.call("POST", "/api/v1/workspaces", {"name": name}))


def write_config(folder: Path, server: RunningServer, workspace: dict[str, Any]) -> None:
    """Writes the config.json by which Workspace.from_config() finds the workspace."""
    config = {
        "subscription_id": workspace["subscriptionId"],
        "resource_group": workspace["resourceGroup"],
        "workspace_name": workspace["name"],
        "runstead_url": server.url,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def _agent_pid_or_none(node_folder: Path) -> int | None:
    try:
        pid = int((node_folder / "agent.lock").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None
    return pid if identify_or_none(pid) is not None and str(node_folder) in command_line_of(pid) else None


def _end_attempt(attempt: Path) -> None:
    try:
        status = json.loads((attempt / "status.json").read_text(encoding="utf-8"))
        plan = json.loads((attempt / "plan.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    supervisor = ProcessIdentity.from_json(status["supervisor"]) if "supervisor" in status else None
    if supervisor is not None and supervisor.is_alive():
        end_processes(lambda: descendants_of(supervisor.pid), 0)
        with contextlib.suppress(ProcessLookupError):
            os.kill(supervisor.pid, signal.SIGKILL)
    end_processes(lambda: marked_with(plan["marker"]), 0)


def command_line_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return ""
