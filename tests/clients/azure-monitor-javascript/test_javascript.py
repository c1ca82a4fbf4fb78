"""The unmodified @azure/monitor-query-logs and @azure/monitor-query-metrics, over TLS with the server's own authority."""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

import pytest

PROGRAM = pathlib.Path(__file__).with_name("call.cjs")
MODULES = pathlib.Path(sys.prefix) / "node_modules"
NAMESPACE = "Microsoft.MachineLearningServices/workspaces"
CREATED = 'RunsteadAudit | where EventType == "workspace.created" | project TimeGenerated, WorkspaceName, Sequence, Data'
DAY = {"duration": "P1D"}
COUNTED_SECONDS_MAX = 60


class Lab:
    """A workspace with three failed runs, and the clients pointed at it."""

    def __init__(self, server):
        self.server = server
        about = self.native("POST", "/workspaces", {"name": "lab"})
        self.id = about["id"]
        self.resource = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/{0}/{name}".format(NAMESPACE, **about)
        for experiment, count in (("ridge", 2), ("forest", 1)):
            made = self.native("POST", "/workspaces/lab/experiments", {"name": experiment})["id"]
            for _ in range(count):
                run = self.native("POST", "/experiments/{}/runs".format(made), {})["id"]
                self.native("POST", "/runs/{}/fail".format(run), {})
        self.token = self.native("POST", "/tokens", {"note": "tests"})["token"]
        tls = self.native("PUT", "/tls", {"isOn": True, "port": 0})
        self.url, self.authorities = tls["url"], tls["certificate"]["bundleFile"]

    def native(self, method, path, body):
        request = urllib.request.Request(
            self.server.url + "/api/v1" + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)

    def said(self, client, method, *given):
        asked = {"url": self.url, "token": self.token, "client": client, "method": method, "given": given}
        # Node's own way to trust one more authority.
        environment = dict(os.environ, NODE_PATH=str(MODULES), NODE_EXTRA_CA_CERTS=self.authorities)
        done = subprocess.run(
            [self.server.command[0], str(PROGRAM)], input=json.dumps(asked), stdout=subprocess.PIPE, env=environment, text=True, timeout=120
        )
        assert done.returncode == 0, done
        return json.loads(done.stdout)

    def call(self, client, method, *given):
        said = self.said(client, method, *given)
        assert "error" not in said, said
        return said["result"]

    def failed_runs(self, **options):
        (result,) = self.call(
            "metrics", "queryResources", [self.resource], ["Failed Runs"], NAMESPACE, {"aggregation": "Total", "interval": "PT1H", **options}
        )
        (metric,) = result["metrics"]
        return {
            tuple(value["value"] for value in series["metadatavalues"]): sum(point.get("total") or 0 for point in series["data"])
            for series in metric["timeseries"]
        }


@pytest.fixture(scope="module")
def lab(server):
    return Lab(server)


def test_a_workspace_is_queried(lab):
    options = {"includeQueryStatistics": True, "includeVisualization": True, "serverTimeoutInSeconds": 60}
    answer = lab.call("logs", "queryWorkspace", lab.id, CREATED + " | render table", DAY, options)
    assert answer["status"] == "Success"
    (table,) = answer["tables"]
    assert [(column["name"], column["type"]) for column in table["columnDescriptors"]] == [
        ("TimeGenerated", "datetime"),
        ("WorkspaceName", "string"),
        ("Sequence", "long"),
        ("Data", "dynamic"),
    ]
    ((generated, name, _sequence, data),) = table["rows"]
    assert datetime.datetime.fromisoformat(generated.replace("Z", "+00:00")).year >= 2020
    assert (name, data) == ("lab", {"name": "lab"})
    assert answer["visualization"]["visualization"] == "table"
    assert answer["statistics"]["query"]["executionTime"] >= 0


def test_rows_of_another_time_are_left_out(lab):
    answer = lab.call("logs", "queryWorkspace", lab.id, "RunsteadAudit | count", {"startTime": "2020-01-01T00:00:00Z", "duration": "P1D"})
    assert answer["tables"][0]["rows"] == [[0]]


def test_a_resource_is_queried(lab):
    answer = lab.call("logs", "queryResource", lab.resource, CREATED + " | project WorkspaceName", DAY)
    assert answer["tables"][0]["rows"] == [["lab"]]


def test_a_batch_answers_each_in_its_place(lab):
    queries = ["print x=1", "Nope | take 1", "print y='z'"]
    answers = lab.call("logs", "queryBatch", [{"workspaceId": lab.id, "query": query, "timespan": DAY} for query in queries])
    # This client calls every error of a batch a partial one.
    assert [answer["status"] for answer in answers] == ["Success", "PartialFailure", "Success"]
    assert (answers[1]["partialTables"], answers[1]["partialError"]["code"]) == ([], "BadArgumentError")
    assert [answers[index]["tables"][0]["rows"] for index in (0, 2)] == [[[1]], [["z"]]]


def test_an_error_says_what_is_wrong(lab):
    said = lab.said("logs", "queryWorkspace", lab.id, "Nope | take 1", DAY)
    assert (said["error"]["name"], said["error"]["statusCode"], said["error"]["code"]) == ("RestError", 400, "BadArgumentError")


def test_metrics_are_read_split_and_filtered(lab):
    # What happened is counted a moment later.
    deadline = time.monotonic() + COUNTED_SECONDS_MAX
    while lab.failed_runs() != {(): 3}:
        assert time.monotonic() < deadline, lab.failed_runs()
        time.sleep(0.2)
    assert lab.failed_runs(filter="ExperimentName eq '*'") == {("ridge",): 2, ("forest",): 1}
    assert lab.failed_runs(filter="ExperimentName eq '*'", top=1, orderBy="sum asc") == {("forest",): 1}
