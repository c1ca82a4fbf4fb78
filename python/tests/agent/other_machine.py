"""Another machine, as far as one machine can play it: a network namespace, a home and an environment of its own, and a tunnel to the server.

The tunnel is what `ssh -L` is: a listener there, and connections here. Where namespaces cannot be made, the same without one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.support import command_line_of, wait_until

#: Runs in the namespace: gives the listener of the tunnel to the process outside, and then runs the command.
INSIDE = """
import os, socket, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
with socket.socket(socket.AF_UNIX) as way_out:
    way_out.connect(sys.argv[2])
    socket.send_fds(way_out, [b"x"], [listener.fileno()])
listener.close()
os.execv(sys.argv[3], sys.argv[3:])
"""


def has_namespaces() -> bool:
    if sys.version_info < (3, 9) or shutil.which("ip") is None:
        return False
    return subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode == 0


class OtherMachine:
    """A folder that is its home, with what the server serves and nothing else."""

    def __init__(self, home: Path, server_url: str) -> None:
        self.home = home
        self.server_url = server_url
        self.url = server_url
        self.package = home / "runstead.pyz"
        with urllib.request.urlopen(f"{server_url}/python/runstead.pyz") as reply:
            self.package.write_bytes(reply.read())
        self._processes: list[subprocess.Popen[str]] = []

    def agent(self, *arguments: str, token: str | None = None) -> Agent:
        """Starts `agent ARGUMENTS` there."""
        return self._run([str(self.package), "agent", *arguments], {"RUNSTEAD_TOKEN": token} if token else {})

    def python(self, code: str, **variables: str) -> Agent:
        """Runs a program there that finds the package."""
        folder = self.home / "package"
        if not folder.exists():
            with zipfile.ZipFile(self.package) as package:
                package.extractall(folder)
        path = os.pathsep.join([str(folder), str(folder / "azureml_compat" / "core")])
        return self._run(["-c", code], {"PYTHONPATH": path, **variables})

    def _run(self, arguments: list[str], variables: dict[str, str]) -> Agent:
        command = [sys.executable, *arguments]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), **variables}
        output = self.home / f"output-{len(self._processes)}.txt"
        with open(output, "wb") as file:
            process = subprocess.Popen(
                self._there(command), cwd=self.home, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file, text=True
            )
        self._processes.append(process)
        return Agent(process, output)

    def _there(self, command: list[str]) -> list[str]:
        if not has_namespaces():
            return command
        port = int(self.server_url.rsplit(":", 1)[1])
        meeting_place = str(self.home / f"tunnel-{len(self._processes)}")
        meeting = socket.socket(socket.AF_UNIX)
        meeting.bind(meeting_place)
        meeting.listen()
        threading.Thread(target=_tunnel, args=(meeting, port), daemon=True).start()
        return ["unshare", "--net", sys.executable, "-c", INSIDE, str(port), meeting_place, *command]

    def clean_up(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        for lock in self.home.rglob("agent.lock"):
            pid = int(lock.read_text(encoding="ascii"))
            # One that was started by a program there, and has outlived it.
            if str(self.home) in command_line_of(pid):
                os.kill(pid, signal.SIGKILL)


class Agent:
    """A process on the other machine."""

    def __init__(self, process: subprocess.Popen[str], output: Path) -> None:
        self.process = process
        self._output = output

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, text: str, seconds: float = 30.0) -> None:
        def said() -> bool:
            if self.process.poll() is not None and text not in self.output:
                raise AssertionError(f"the process has ended with {self.process.returncode}:\n{self.output}")
            return text in self.output

        wait_until(f"the words {text!r}", said, seconds)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self, seconds: float = 30.0) -> int:
        """Its exit code, when it has ended by itself."""
        return self.process.wait(seconds)


@contextlib.contextmanager
def other_machine(server_url: str) -> Iterator[OtherMachine]:
    home = Path(tempfile.mkdtemp(prefix="runstead-other-"))
    machine = OtherMachine(home, server_url)
    try:
        yield machine
    finally:
        machine.clean_up()
        shutil.rmtree(home, ignore_errors=True)


def _tunnel(meeting: socket.socket, port: int) -> None:
    with meeting, meeting.accept()[0] as way_in:
        _, descriptors, _, _ = socket.recv_fds(way_in, 1, 1)
    with socket.socket(fileno=descriptors[0]) as listener:
        while True:
            try:
                inside, _ = listener.accept()
            except OSError:  # The other machine is gone.
                return
            try:
                outside = socket.create_connection(("127.0.0.1", port))
            except OSError:  # The server is away: so is the other end.
                inside.close()
                continue
            for source, target in ((inside, outside), (outside, inside)):
                threading.Thread(target=_copy, args=(source, target), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    # Each of the two directions closes what it reads from, and lets the other one end.
    with contextlib.suppress(OSError), source:
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
