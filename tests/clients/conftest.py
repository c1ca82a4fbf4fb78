"""A real server for the tests of a client: started by the command that people use, on a free port and a folder of its own."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COMMAND = ROOT / "packages" / "cli" / "src" / "runstead.mjs"
START_SECONDS_MAX = 60


class Server:
    """A server that runs until it is stopped; `url` is its address, `data` its folder."""

    def __init__(self, *options):
        self.data = tempfile.mkdtemp(prefix="runstead-client-")
        self.log = open(os.path.join(self.data, "output.log"), "w+b")
        # What points this process at a server or a Node must not reach the child.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("RUNSTEAD_", "MLFLOW_"))}
        node = ROOT / "node_modules" / ".bin" / "node"
        #: What people type as `runstead`.
        self.command = [str(node) if node.exists() else "node", str(COMMAND)]
        up = [*self.command, "up", "--port", "0", "--data", self.data, *options]
        self.process = subprocess.Popen(up, stdout=self.log, stderr=subprocess.STDOUT, env=environment, start_new_session=True)
        self.url = self._wait()

    def _wait(self):
        place = os.path.join(self.data, "server.json")
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and self.process.poll() is None:
            if os.path.exists(place):
                try:
                    with open(place) as file:
                        return json.load(file)["url"]
                except ValueError:
                    pass
            time.sleep(0.05)
        self.log.seek(0)
        raise AssertionError("The server did not start:\n" + self.log.read().decode(errors="replace"))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.data, ignore_errors=True)


@pytest.fixture(scope="session")
def server():
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def fresh_server():
    """Makes servers of one test alone, with options of `runstead up`."""
    made = []

    def start(*options):
        made.append(Server(*options))
        return made[-1]

    yield start
    for one in made:
        one.stop()
