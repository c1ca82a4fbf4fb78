"""azure-kusto-data as its users call it: queries, parameters, commands, and what is wrong."""

import datetime
import json
import urllib.request

import pytest
from azure.kusto.data import ClientRequestProperties, KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.exceptions import KustoServiceError
from azure.kusto.data.response import KustoResponseDataSetV1


@pytest.fixture(scope="module")
def client(server):
    body = json.dumps({"name": "kusto"}).encode()
    request = urllib.request.Request(server.url + "/api/v1/workspaces", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()
    return KustoClient(KustoConnectionStringBuilder.with_no_authentication(server.url))


def test_a_query_gives_rows_of_their_types(client):
    query = (
        "print n=9007199254740993, r=1.5, s='text', t=datetime(2020-01-01 10:00:00.5), p=1d+2h, d=dynamic({'a':[1]}), b=true, e=int(null)"
    )
    [row] = client.execute("kusto", query).primary_results[0].rows
    assert row["n"] == 9007199254740993
    assert (row["r"], row["s"], row["b"], row["e"]) == (1.5, "text", True, None)
    assert row["t"] == datetime.datetime(2020, 1, 1, 10, 0, 0, 500000, tzinfo=datetime.timezone.utc)
    assert row["p"] == datetime.timedelta(days=1, hours=2)
    assert row["d"] == {"a": [1]}


def test_what_is_no_number_comes_as_the_texts_that_the_client_knows(client):
    # Its helper for data frames replaces exactly these.
    query = "print r=real(nan), i=real(+inf), j=real(-inf), d=series_divide(dynamic([1,0,1]), dynamic([0,0,2]))"
    [row] = client.execute("kusto", query).primary_results[0].rows
    assert (row["r"], row["i"], row["j"]) == ("NaN", "Infinity", "-Infinity")
    assert row["d"] == ["Infinity", "NaN", 0.5]


def test_a_query_that_ends_with_several_tables_gives_them_all(client):
    answer = client.execute("kusto", "range x from 1 to 5 step 1 | fork big=(where x > 3) (count)")
    assert [(table.table_name, [row[0] for row in table]) for table in answer.primary_results] == [("big", [4, 5]), ("Table_1", [5])]


def test_answers_of_version_1_say_what_their_tables_are(client, server):
    def tables_of(query):
        body = json.dumps({"db": "kusto", "csl": query}).encode()
        request = urllib.request.Request(server.url + "/v1/rest/query", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as reply:
            answer = KustoResponseDataSetV1(json.load(reply))
        return [(table.table_name, [row[0] for row in table]) for table in answer.primary_results]

    forked = tables_of("range x from 1 to 5 step 1 | fork big=(where x > 3) (count) (take 1)")
    assert forked == [("big", [4, 5]), ("Table_1", [5]), ("Table_2", [1])]
    assert [rows for _, rows in tables_of("print 1 | fork (count) (take 1)")] == [[1], [1]]
    assert [rows for _, rows in tables_of("print 7")] == [[7]]


def test_a_database_is_a_workspace(client):
    answer = client.execute("kusto", 'RunsteadAudit | where EventType == "workspace.created" | distinct WorkspaceName')
    assert [row[0] for row in answer.primary_results[0]] == ["kusto"]


def test_parameters_come_beside_the_query(client):
    properties = ClientRequestProperties()
    properties.set_parameter("least", "3")
    properties.set_option(ClientRequestProperties.request_timeout_option_name, datetime.timedelta(minutes=1))
    query = "declare query_parameters(least:long); range x from 1 to 5 step 1 | where x >= least | summarize n=count()"
    assert client.execute("kusto", query, properties).primary_results[0][0]["n"] == 3


def test_commands_show_what_there_is(client):
    tables = client.execute_mgmt("kusto", ".show tables").primary_results[0]
    assert "AmlComputeJobEvent" in [row["TableName"] for row in tables]
    [schema] = client.execute("kusto", ".show table AmlComputeJobEvent cslschema").primary_results[0]
    assert "TimeGenerated:datetime" in schema["Schema"]
    assert "kusto" in [row["DatabaseName"] for row in client.execute_mgmt("", ".show databases").primary_results[0]]


def test_what_is_wrong_is_told(client):
    with pytest.raises(KustoServiceError) as raised:
        client.execute("kusto", "Nope | take 1")
    assert "Nope" in str(raised.value)
    with pytest.raises(KustoServiceError):
        client.execute_mgmt("kusto", ".drop table AmlComputeJobEvent")
