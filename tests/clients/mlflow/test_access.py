"""Who asks, and for which workspace: tokens, user and password, and the header that names a workspace."""

import uuid

import mlflow
import pytest
import requests
from rest import assert_refused


@pytest.fixture
def made_token(rest):
    def make(**grant):
        answer = rest("POST", "/api/v1/tokens", json={"note": "tests of MLflow", "subject": "robot", **grant})
        assert answer.status_code < 300, answer.text
        return answer.json()["token"]

    return make


@pytest.fixture
def other_workspace(rest):
    name = "other-" + uuid.uuid4().hex[:8]
    assert rest("POST", "/api/v1/workspaces", json={"name": name}).status_code == 201
    return name


def test_a_token_in_either_form(server, tracking, made_token, monkeypatch):
    token = made_token(permissions=["workspace.read", "run.read"])
    search = server.url + "/api/2.0/mlflow/experiments/search"
    assert requests.post(search, json={"max_results": 5}, headers={"Authorization": "Bearer " + token}, timeout=30).status_code == 200
    assert requests.post(search, json={"max_results": 5}, auth=("anybody", token), timeout=30).status_code == 200
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", token)
    assert tracking.search_experiments()
    monkeypatch.delenv("MLFLOW_TRACKING_TOKEN")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "anybody")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", token)
    assert tracking.search_experiments()


def test_what_is_no_token_is_refused(server):
    search = server.url + "/api/2.0/mlflow/experiments/search"
    for headers in ({"Authorization": "Bearer nonsense"}, {"Authorization": "Digest x"}, {"Authorization": "Basic !"}):
        assert_refused(requests.post(search, json={"max_results": 5}, headers=headers, timeout=30), "UNAUTHENTICATED", status=401)
    assert_refused(requests.post(search, json={"max_results": 5}, auth=("a", "b"), timeout=30), "UNAUTHENTICATED", status=401)


def test_a_token_restricts(server, rest, experiment, made_token, other_workspace):
    reader = {"Authorization": "Bearer " + made_token(permissions=["workspace.read", "run.read"])}
    create = server.url + "/api/2.0/mlflow/runs/create"
    refused = requests.post(create, json={"experiment_id": experiment}, headers=reader, timeout=30)
    assert_refused(refused, "PERMISSION_DENIED", status=403)
    writer = made_token(permissions=["workspace.read", "workspace.write", "run.read", "run.write"], workspace=other_workspace)
    elsewhere = {"Authorization": "Bearer " + writer}
    refused = requests.post(create, json={"experiment_id": experiment}, headers=elsewhere, timeout=30)
    assert_refused(refused, "PERMISSION_DENIED", status=403)
    names = requests.post(server.url + "/api/2.0/mlflow/experiments/search", json={"max_results": 5}, headers=elsewhere, timeout=30).json()
    assert [one["name"] for one in names["experiments"]] == ["Default"]
    own = requests.post(server.url + "/api/2.0/mlflow/experiments/create", json={"name": "own"}, headers=elsewhere, timeout=30).json()
    made = requests.post(create, json={"experiment_id": own["experiment_id"]}, headers=elsewhere, timeout=30)
    assert made.status_code == 200, made.text
    # The one that every client knows as 0 is that of the workspace.
    unnamed = requests.post(create, json={"experiment_id": "0"}, headers=elsewhere, timeout=30).json()["run"]["info"]["experiment_id"]
    assert unnamed == names["experiments"][0]["experiment_id"]


def test_a_header_names_the_workspace(rest, other_workspace):
    header = {"X-MLFLOW-WORKSPACE": other_workspace}
    made = rest("POST", "experiments/create", json={"name": "there"}, headers=header).json()["experiment_id"]
    found = rest("GET", "experiments/get-by-name", params={"experiment_name": "there"}, headers=header)
    assert found.json()["experiment"]["experiment_id"] == made
    assert_refused(rest.get("experiments/get-by-name", experiment_name="there"), "RESOURCE_DOES_NOT_EXIST", status=404)
    refused = rest("POST", "experiments/search", json={"max_results": 5}, headers={"X-MLFLOW-WORKSPACE": "nowhere"})
    assert_refused(refused, "RESOURCE_DOES_NOT_EXIST", "nowhere", status=404)


def test_a_server_without_a_workspace_gets_one(fresh_server):
    url = fresh_server().url
    found = requests.get(url + "/api/2.0/mlflow/experiments/get", params={"experiment_id": "0"}, timeout=30)
    assert (found.status_code, found.json()["experiment"]["name"]) == (200, "Default")
