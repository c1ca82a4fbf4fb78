"""azure-monitor-query as its users call it, over plain http: a token of ours, and enforce_https=False on each call."""

import datetime
import json
import urllib.request

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.monitor.query import LogsBatchQuery, LogsQueryClient, LogsQueryStatus

DAY = datetime.timedelta(days=1)


def call(server, method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.url + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)


@pytest.fixture(scope="module")
def workspace(server):
    return call(server, "POST", "/api/v1/workspaces", {"name": "monitored"})


@pytest.fixture(scope="module")
def client(server):
    token = call(server, "POST", "/api/v1/tokens", {"note": "tests"})["token"]

    class Credential:
        def get_token(self, *scopes, **options):
            return AccessToken(token, 4102444800)

    return LogsQueryClient(Credential(), endpoint=server.url)


CREATED = 'RunsteadAudit | where EventType == "workspace.created" | project TimeGenerated, WorkspaceName, Sequence, Data'


def test_a_workspace_is_queried(client, workspace):
    answer = client.query_workspace(workspace["id"], CREATED, timespan=DAY, enforce_https=False)
    assert answer.status == LogsQueryStatus.SUCCESS
    [table] = answer.tables
    assert table.columns == ["TimeGenerated", "WorkspaceName", "Sequence", "Data"]
    assert table.columns_types == ["datetime", "string", "long", "dynamic"]
    [row] = table.rows
    assert isinstance(row["TimeGenerated"], datetime.datetime)
    assert row["WorkspaceName"] == "monitored"
    assert json.loads(row["Data"]) == {"name": "monitored"}


def test_rows_of_another_time_are_left_out(client, workspace):
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    answer = client.query_workspace(workspace["id"], "RunsteadAudit | count", timespan=(start, DAY), enforce_https=False)
    assert answer.tables[0].rows[0][0] == 0


def test_statistics_and_visualization_are_given_where_they_are_asked_for(client, workspace):
    query = "RunsteadAudit | summarize n=count() by bin(TimeGenerated, 1h) | render timechart"
    answer = client.query_workspace(
        workspace["id"], query, timespan=DAY, include_statistics=True, include_visualization=True, enforce_https=False
    )
    assert answer.visualization["visualization"] == "timechart"
    assert answer.statistics["query"]["executionTime"] >= 0


def test_a_query_that_ends_with_several_tables_gives_them_all(client, workspace):
    query = "range x from 1 to 5 step 1 | facet by x with (take 1)"
    answer = client.query_workspace(workspace["id"], query, timespan=DAY, enforce_https=False)
    assert [(table.name, len(table.rows)) for table in answer.tables] == [("PrimaryResult", 1), ("Table_1", 5)]


def test_a_resource_is_queried(client, workspace):
    resource = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/{name}".format(
        **workspace
    )
    answer = client.query_resource(resource, CREATED, timespan=DAY, enforce_https=False)
    assert [row["WorkspaceName"] for row in answer.tables[0].rows] == ["monitored"]


def test_a_batch_answers_each_in_its_place(client, workspace):
    wanted = [
        LogsBatchQuery(workspace_id=workspace["id"], query="print x=1", timespan=DAY),
        LogsBatchQuery(workspace_id=workspace["id"], query="Nope | take 1", timespan=DAY),
        LogsBatchQuery(workspace_id=workspace["id"], query="print y='z'", timespan=DAY),
    ]
    first, wrong, last = client.query_batch(wanted, enforce_https=False)
    assert first.tables[0].rows[0]["x"] == 1
    assert wrong.status == LogsQueryStatus.FAILURE
    assert wrong.code == "BadArgumentError"
    assert last.tables[0].rows[0]["y"] == "z"


def test_what_is_wrong_is_told_with_its_place(client, workspace):
    with pytest.raises(HttpResponseError) as raised:
        client.query_workspace(workspace["id"], "RunsteadAudit\n| where Nope == 1", timespan=DAY, enforce_https=False)
    assert raised.value.status_code == 400
    inner = raised.value.response.json()["error"]["innererror"]
    assert inner["code"] == "SemanticError"
    assert (inner["innererror"]["line"], inner["innererror"]["pos"]) == (2, 8)


def test_another_workspace_is_seen_when_it_is_named(server, client, workspace):
    call(server, "POST", "/api/v1/workspaces", {"name": "second"})
    answer = client.query_workspace(
        workspace["id"], CREATED + " | distinct WorkspaceName", timespan=DAY, additional_workspaces=["second"], enforce_https=False
    )
    assert sorted(row[0] for row in answer.tables[0].rows) == ["monitored", "second"]
