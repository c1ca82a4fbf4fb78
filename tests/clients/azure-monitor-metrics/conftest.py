"""A workspace with runs that have failed, and the clients of Azure Monitor pointed at it over TLS with the server's own authority."""

import json
import pathlib
import time
import urllib.error
import urllib.request
import uuid

import pytest
from azure.core.credentials import AccessToken


class Credential:
    """A token of the server, as a person gives it."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *_scopes, **_options):
        return AccessToken(self.token, int(time.time()) + 3600)


class Workspace:
    """A workspace over the native API, and how Azure's clients name it."""

    def __init__(self, server):
        self.server = server
        self.name = "ws" + uuid.uuid4().hex[:12]
        about = self.call("POST", "/workspaces", {"name": self.name})
        self.subscription = about["subscriptionId"]
        self.resource = "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/workspaces/{}".format(
            self.subscription, about["resourceGroup"], self.name
        )

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

    def fail_runs(self, experiment, count):
        made = self.call("POST", "/workspaces/{}/experiments".format(self.name), {"name": experiment})["id"]
        for _ in range(count):
            run = self.call("POST", "/experiments/{}/runs".format(made), {})["id"]
            self.call("POST", "/runs/{}/fail".format(run), {"errorDetails": "out of memory"})


def until(check, seconds=30):
    """What `check` gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < deadline, "It never came: {!r}".format(found)
        time.sleep(0.1)


@pytest.fixture
def workspace(server):
    made = Workspace(server)
    made.fail_runs("ridge", 3)
    made.fail_runs("forest", 1)

    def counted():
        body = {"metric": "Failed Runs", "grainSeconds": 86400}
        series = made.call("POST", "/workspaces/{}/workspace-metrics/query".format(made.name), body)["series"]
        return series and sum(value or 0 for value in series[0]["total"]) == 4

    until(counted)
    return made


@pytest.fixture
def credential(workspace):
    return Credential(workspace.call("POST", "/tokens", {"note": "azure"})["token"])


@pytest.fixture
def tls(workspace):
    """The address of the TLS listener, and the file with the authorities to trust."""
    about = workspace.call("PUT", "/tls", {"isOn": True, "port": 0})
    bundle = about["certificate"]["bundleFile"]
    assert pathlib.Path(bundle).exists()
    return about["url"], bundle
