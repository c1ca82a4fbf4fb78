"""What every test of azureml-core starts from: its variables set as its users set them, and a workspace with its config.json."""

import importlib.metadata
import json
import os
import pathlib
import subprocess
import tempfile
import urllib.request
import uuid

import pytest

# What needs MLflow is tried in the environment that has it too (azureml-mlflow), what needs the engine of datasets in the one that has that
# (azureml-datasets), and nothing else in either.
INSTALLED = {found.name for found in importlib.metadata.distributions()}
OF_PACKAGE = {"azureml-mlflow": "test_mlflow.py", "azureml-dataprep": "test_datasets.py"}
MEANT = [name for package, name in OF_PACKAGE.items() if package in INSTALLED]
collect_ignore_glob = [name for name in OF_PACKAGE.values() if name not in MEANT]
if MEANT:
    collect_ignore_glob = [path.name for path in pathlib.Path(__file__).parent.glob("test_*.py") if path.name not in MEANT]

# What the client keeps between its runs is of these tests alone. Both are read when it is imported.
HOME = tempfile.mkdtemp(prefix="runstead-azureml-home-")
os.environ["HOME"] = HOME


def call(url, method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, method=method, data=data, headers={"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


@pytest.fixture(scope="session")
def native(server):
    """Calls of the native API beside the client: `native("GET", "/api/v1/runs/…")`."""
    return lambda method, path, body=None: call(server.url, method, path, body)


@pytest.fixture(scope="session")
def folder(server, native):
    """A folder with the config.json of a workspace, the working directory of the tests; all as `runstead azureml login` says."""
    native("POST", "/api/v1/workspaces", {"name": "lab"})
    place = pathlib.Path(tempfile.mkdtemp(prefix="runstead-azureml-"))
    login = [*server.command, "azureml", "login", "--url", server.url, "--workspace", "lab", "--port", "0", "--output", "json"]
    done = subprocess.run(login, cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    variables = json.loads(done.stdout)["variables"]
    # The bundle that it names has the usual authorities too, and to read them is most of what a connection takes: the server's own is enough
    # here. The tests of signing in, and jobs, take the bundle.
    variables["REQUESTS_CA_BUNDLE"] = str(pathlib.Path(variables["REQUESTS_CA_BUNDLE"]).with_name("authority.pem"))
    os.environ.update(variables)
    before = os.getcwd()
    os.chdir(place)
    yield place
    os.chdir(before)


@pytest.fixture(scope="session")
def workspace(folder):
    from azureml.core import Workspace

    return Workspace.from_config()


@pytest.fixture
def experiment(workspace):
    """An experiment of this test alone."""
    from azureml.core import Experiment

    return Experiment(workspace, "test-" + uuid.uuid4().hex)
