"""`runstead import mlflow`: what MLflow keeps in a database, in a folder, or behind its own server comes over whole, and once."""

import contextlib
import json
import math
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import uuid

import mlflow
import numpy
import pytest
import requests
from mlflow.entities import AssessmentError, LoggedModelInput, Metric, Param, RunTag, SpanEvent

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
COMMAND = ROOT / "packages" / "cli" / "src" / "runstead.mjs"
POINTS = 2_000
# More than one portion.
MANY_POINTS = 26_000
MANY_TRACES = 150
START_SECONDS_MAX = 300


def fill(uri):
    """Something of each kind, kept by MLflow itself."""
    mlflow.set_tracking_uri(uri)
    client = mlflow.MlflowClient(uri, uri)
    experiment = client.create_experiment("alpha", tags={"team": "vision", "mlflow.note.content": "The first."})
    parent = client.create_run(experiment, run_name="parent", tags={"quality": "good", "mlflow.note.content": "A note."}).info.run_id
    client.log_batch(parent, params=[Param("lr", "0.1"), Param("a/b", "ü" * 100)], tags=[RunTag("later", "yes")])
    client.log_batch(parent, metrics=[Metric("odd", value, 1_700_000_000_000 + i, i) for i, value in enumerate([1.5, math.nan, -2])])
    for first in range(0, POINTS, 1_000):
        client.log_batch(parent, metrics=[Metric("train/loss", 1 / (i + 1), 1_700_000_000_000 + i, i) for i in range(first, first + 1_000)])
    client.log_text(parent, "hello", "sub dir/a b.txt")
    client.log_text(parent, "", "empty.txt")
    client.set_terminated(parent)
    child = client.create_run(experiment, run_name="child", tags={"mlflow.parentRunId": parent}).info.run_id
    client.set_terminated(child, "FAILED")
    gone = client.create_run(experiment, run_name="gone").info.run_id
    client.set_terminated(gone, "KILLED")
    client.delete_run(gone)
    client.create_registered_model("ridge", {"team": "vision"}, "A model")
    source = client.get_run(parent).info.artifact_uri + "/sub dir"
    for _ in range(3):
        client.create_model_version("ridge", source, parent, tags={"v": "1"}, await_creation_for=0)
    client.delete_model_version("ridge", "2")
    client.set_registered_model_alias("ridge", "champion", "3")
    return parent, child, gone


def trace(uri):
    """Two traces in the experiment of `fill`, one of them assessed; as MLflow itself gives them back."""
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment("alpha")

    @mlflow.trace(span_type="CHAIN", attributes={"whole": 3, "part": 0.5, "list": [1, "a", {"x": None}], "flag": True})
    def answer(question):
        with mlflow.start_span("inner") as span:
            span.set_inputs({"question": question, "large": 12345678901234567})
            span.add_event(SpanEvent("looked up", attributes={"where": "ü"}))
        mlflow.update_current_trace(tags={"who": "me"}, metadata={"mlflow.trace.session": "s1"}, client_request_id="c-1")
        return question.upper()

    answer("why?")
    mlflow.flush_trace_async_logging()
    assessed = mlflow.get_last_active_trace_id()
    mlflow.log_feedback(trace_id=assessed, name="good", value=0.5, rationale="because")
    replaced = mlflow.log_feedback(trace_id=assessed, name="right", value="no")
    mlflow.override_feedback(trace_id=assessed, assessment_id=replaced.assessment_id, value="yes", metadata={"by": "hand"})
    mlflow.log_feedback(trace_id=assessed, name="judged", error=AssessmentError(error_code="TIMEOUT", error_message="too slow"))
    mlflow.log_expectation(trace_id=assessed, name="answer", value={"a": [1]})
    with pytest.raises(ValueError):
        with mlflow.start_span("fails"):
            raise ValueError("no such thing")
    mlflow.flush_trace_async_logging()
    return [told(uri, trace_id) for trace_id in (assessed, mlflow.get_last_active_trace_id())]


def told(uri, trace_id):
    """A trace as a client reads it, without where it is."""
    given = mlflow.MlflowClient(uri).get_trace(trace_id).to_dict()
    del given["info"]["trace_location"], given["info"]["tags"]["mlflow.artifactLocation"]
    for one in given["info"].get("assessments", []):
        # Read from a database, expectations have this, and read from a server they have not.
        if "expectation" in one:
            one.pop("valid", None)
    # Of a folder they come in no order.
    given["info"].get("assessments", []).sort(key=lambda one: one["assessment_id"])
    return given


def bring_traces_twice(target, traces, *words):
    first = target.bring(*words)
    assert (first["traces"], first["tracesThere"], first["problems"]) == (2, 0, [])
    again = target.bring(*words)
    assert (again["traces"], again["tracesThere"], again["problems"]) == (0, 2, [])
    check_traces(target, traces)


def check_traces(target, traces):
    assert [told(target.url, one["info"]["trace_id"]) for one in traces] == traces


class Target:
    """A workspace of the server that things are brought to."""

    def __init__(self, server):
        self.url = server.url
        self.workspace = "imported-" + uuid.uuid4().hex[:8]
        self.api("POST", "/workspaces", json={"name": self.workspace})

    def api(self, method, path, **options):
        reply = requests.request(method, f"{self.url}/api/v1{path}", timeout=30, **options)
        reply.raise_for_status()
        return reply.json() if "json" in reply.headers["content-type"] else reply.text

    def command(self, *words):
        node = ROOT / "node_modules" / ".bin" / "node"
        return [str(node), str(COMMAND), "import", "mlflow", *words, "--url", self.url, "-w", self.workspace, "-o", "json"]

    def experiment(self):
        """The id of `alpha`, where it is there already."""
        listed = self.api("GET", f"/workspaces/{self.workspace}/experiments")["experiments"]
        return next((one["id"] for one in listed if one["name"] == "alpha"), None)

    def traces(self):
        experiment = self.experiment()
        return self.api("GET", f"/experiments/{experiment}/traces", params={"limit": MANY_TRACES})["traces"] if experiment else []

    def bring(self, *words, code=0):
        done = subprocess.run(self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory):
    """A database of MLflow without anything in it: to make one takes MLflow many migrations."""
    path = tmp_path_factory.mktemp("empty") / "mlflow.db"
    mlflow.MlflowClient(f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def target(server):
    return Target(server)


def check(target, ids, points=POINTS):
    parent, child, gone = ids
    run = target.api("GET", f"/runs/{parent}")
    assert (run["displayName"], run["status"], run["description"], run["lifecycle"]) == ("parent", "Completed", "A note.", "active")
    assert run["params"] == {"lr": "0.1", "a/b": "ü" * 100}
    assert (run["tags"]["quality"], run["tags"]["later"]) == ("good", "yes")
    loss = run["metrics"]["train/loss"]
    assert (loss["count"], loss["columns"]["train/loss"]["first"], loss["columns"]["train/loss"]["lastStep"]) == (points, 1, points - 1)
    odd = target.api("GET", f"/runs/{parent}/metrics/points", params={"name": "odd"})
    assert (odd["steps"], odd["columns"][0]["values"]) == ([0, 1, 2], [1.5, {"number": "NaN"}, -2])
    files = target.api("GET", f"/runs/{parent}/files")["files"]
    assert [(file["path"], file["sizeBytes"]) for file in files] == [("empty.txt", 0), ("sub dir/a b.txt", 5)]
    assert target.api("GET", f"/runs/{parent}/files/{urllib.parse.quote('sub dir/a b.txt')}") == "hello"
    below = target.api("GET", f"/runs/{child}")
    assert (below["parentId"], below["status"]) == (parent, "Failed")
    trashed = target.api("GET", f"/runs/{gone}")
    assert (trashed["lifecycle"], trashed["status"]) == ("trashed", "Canceled")
    model = target.api("GET", f"/workspaces/{target.workspace}/models/ridge")
    assert (model["description"], model["tags"], model["aliases"]) == ("A model", {"team": "vision"}, {"champion": 3})
    versions = target.api("GET", f"/workspaces/{target.workspace}/models/ridge/versions")["versions"]
    assert sorted((one["version"], one["runId"], one["fileCount"], one["status"]) for one in versions) == [
        (1, parent, 1, "ready"),
        (3, parent, 1, "ready"),
    ]
    path = f"/workspaces/{target.workspace}/models/ridge/versions/champion/files/{urllib.parse.quote('a b.txt')}"
    assert target.api("GET", path) == "hello"


def bring_twice(target, ids, *words, points=POINTS):
    first = target.bring(*words)
    assert (first["runs"], first["points"], first["versions"], first["problems"]) == (3, points + 3, 2, [])
    check(target, ids, points)
    again = target.bring(*words)
    assert (again["runs"], again["runsThere"], again["points"], again["files"], again["versions"]) == (0, 3, 0, 0, 0)
    check(target, ids, points)


def fill_database(folder):
    """A database with a long metric, made where its artifacts lie; the current folder has to be that one."""
    ids = fill(f"sqlite:///{folder}/mlflow.db")
    with contextlib.closing(sqlite3.connect(folder / "mlflow.db")) as database, database:
        rows = [("train/loss", 1 / (i + 1), 1_700_000_000_000 + i, ids[0], i, 0) for i in range(POINTS, MANY_POINTS)]
        database.executemany("insert into metrics (key, value, timestamp, run_uuid, step, is_nan) values (?, ?, ?, ?, ?, ?)", rows)
    return ids


def test_a_database(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    ids = fill_database(tmp_path)
    bring_twice(target, ids, f"sqlite:///{tmp_path}/mlflow.db", points=MANY_POINTS)
    bring_traces_twice(target, trace(f"sqlite:///{tmp_path}/mlflow.db"), f"sqlite:///{tmp_path}/mlflow.db")


def test_what_of_traces_cannot_be_read_is_told(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    mlflow.MlflowClient(uri).create_experiment("alpha")
    assessed, failed = trace(uri)
    ids = [one["info"]["trace_id"] for one in (assessed, failed)]
    with contextlib.closing(sqlite3.connect(tmp_path / "mlflow.db")) as database, database:
        database.execute("update assessments set assessment_type = 'rating' where name = 'good'")
        database.execute("update assessments set value = '{' where name = 'answer'")
        database.execute("update spans set content = '{\"name\": ' where trace_id = ?", (ids[1],))
        # Spans of a third lie in a file that is there no more.
        columns = [name for _, name, *_ in database.execute("pragma table_info(trace_info)")]
        others = ", ".join(name for name in columns if name != "request_id")
        database.execute(f"insert into trace_info (request_id, {others}) select 'tr-moved', {others} from trace_info where request_id = ?", (ids[0],))
        database.execute("insert into trace_tags (request_id, key, value) values ('tr-moved', 'mlflow.artifactLocation', ?)", (f"file://{tmp_path}/gone",))
    report = target.bring(uri, code=1)
    assert (report["traces"], report["tracesThere"]) == (2, 0)
    told_of = sorted(report["problems"])
    assert len(told_of) == 4, told_of
    for trace_id, words in ((ids[0], "good is of the kind rating"), (ids[0], "answer cannot be read"), (ids[1], "JSON"), ("tr-moved", "its spans lie where")):
        assert [one for one in told_of if one.startswith(f"Trace {trace_id}: ") and words in one], (trace_id, words, told_of)
    brought = mlflow.MlflowClient(target.url).get_trace(ids[0])
    assert (len(brought.data.spans), sorted(one.name for one in brought.info.assessments)) == (2, ["judged", "right", "right"])

    # Spans that can be reached now come with a later import, once; what was said of the trace here stays.
    here = mlflow.MlflowClient(target.url)
    here.set_trace_tag("tr-moved", "who", "somebody here")
    assert target.bring(uri, code=1)["traces"] == 0
    (tmp_path / "gone").mkdir()
    spans = [{"context": {"trace_id": "0x01", "span_id": "0x0a"}, "parent_id": None, "name": "late", "start_time": 1, "end_time": 2,
              "attributes": {"mlflow.traceRequestId": '"tr-moved"'}, "events": [], "status_code": "OK", "status_message": ""}]
    (tmp_path / "gone" / "traces.json").write_text(json.dumps({"spans": spans}))
    for times in (1, 0):
        assert target.bring(uri, code=1)["traces"] == times
    moved = here.get_trace("tr-moved")
    assert ([one.name for one in moved.data.spans], moved.info.tags["who"]) == (["late"], "somebody here")


def test_what_was_killed_goes_on(target, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ids = fill_database(tmp_path)
    source = f"sqlite:///{tmp_path}/mlflow.db"
    process = subprocess.Popen(target.command(source), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + START_SECONDS_MAX
    # Killed once it has begun to bring the first run.
    while requests.get(f"{target.url}/api/v1/runs/{ids[0]}", timeout=30).status_code == 404:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.wait()
    rest = target.bring(source)
    assert rest["problems"] == []
    check(target, ids, MANY_POINTS)
    again = target.bring(source)
    assert (again["runs"], again["points"], again["versions"]) == (0, 0, 0)


def test_traces_go_on_after_a_kill(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    source = f"sqlite:///{tmp_path}/mlflow.db"
    mlflow.MlflowClient(source).create_experiment("alpha")
    mlflow.set_tracking_uri(source)
    mlflow.set_experiment("alpha")
    for number in range(MANY_TRACES):
        with mlflow.start_span("outer"), mlflow.start_span(f"inner {number}"):
            pass
    mlflow.flush_trace_async_logging()
    process = subprocess.Popen(target.command(source), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + START_SECONDS_MAX
    # Killed once it has begun to bring traces.
    while not target.traces():
        assert process.poll() is None and time.monotonic() < deadline
    process.kill()
    process.wait()
    before = sum(one["state"] == "OK" for one in target.traces())
    assert 0 < before < MANY_TRACES
    rest = target.bring(source)
    assert (rest["traces"], rest["tracesThere"], rest["problems"]) == (MANY_TRACES - before, before, [])
    brought = mlflow.MlflowClient(target.url).search_traces(locations=[target.experiment()], max_results=MANY_TRACES + 1)
    names = sorted(span.name for one in brought for span in one.data.spans)
    assert names == sorted(["outer"] * MANY_TRACES + [f"inner {number}" for number in range(MANY_TRACES)])
    again = target.bring(source)
    assert (again["traces"], again["tracesThere"]) == (0, MANY_TRACES)


@pytest.mark.skipif("RUNSTEAD_TEST_POSTGRES" not in os.environ, reason="needs a PostgreSQL")
def test_a_database_of_postgresql(target, tmp_path, monkeypatch):
    psycopg2 = pytest.importorskip("psycopg2")
    monkeypatch.chdir(tmp_path)
    name = "mlflow_" + uuid.uuid4().hex
    address = urllib.parse.urlsplit(os.environ["RUNSTEAD_TEST_POSTGRES"])
    with contextlib.closing(psycopg2.connect(address.geturl())) as administration:
        administration.autocommit = True
        administration.cursor().execute(f"create database {name}")
        try:
            uri = address._replace(scheme="postgresql+psycopg2", path="/" + name).geturl()
            bring_twice(target, fill(uri), uri)
            bring_traces_twice(target, trace(uri), uri)
        finally:
            administration.cursor().execute(f"drop database {name} with (force)")


def test_a_folder(target, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    ids = fill(f"file://{tmp_path}/mlruns")
    traces = trace(f"file://{tmp_path}/mlruns")
    # The folder was moved since it was written.
    (tmp_path / "mlruns").rename(tmp_path / "kept")
    bring_twice(target, ids, str(tmp_path / "kept"))
    again = target.bring(str(tmp_path / "kept"))
    assert (again["traces"], again["tracesThere"], again["problems"]) == (0, 2, [])
    # Their spans lay in files there.
    for one in traces:
        one["info"]["tags"]["mlflow.trace.spansLocation"] = "TRACKING_STORE"
    check_traces(target, traces)


@contextlib.contextmanager
def mlflow_server(empty_database, tmp_path, *more):
    """The address of a server of MLflow's own."""
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    options = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--backend-store-uri", f"sqlite:///{tmp_path}/mlflow.db"]
    command = [sys.executable, "-m", "mlflow", "server", *options, "--artifacts-destination", str(tmp_path / "artifacts"), *more]
    with open(tmp_path / "server.log", "wb") as log:
        # Nothing that is imported comes of the jobs that it would start processes for.
        environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        process = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            try:
                if requests.get(url + "/health", timeout=5).ok:
                    break
            except requests.RequestException:
                time.sleep(0.5)
        yield url
    finally:
        os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def test_a_server(target, empty_database, tmp_path):
    with mlflow_server(empty_database, tmp_path) as url:
        ids = fill(url)
        bring_twice(target, ids, url)
        bring_traces_twice(target, trace(url), url)


def test_a_server_that_has_changed(target, empty_database, tmp_path):
    with mlflow_server(empty_database, tmp_path) as url:
        bring_changes(target, url, fill(url), url)


def doubled(model_input):
    return [2 * value for value in model_input]


def log_models(uri):
    """A run that made a logged model, and one that read it; with a model that was deleted."""
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    mlflow.set_experiment("models")
    with mlflow.start_run() as run:
        model = mlflow.pyfunc.log_model(name="model", python_model=doubled, pip_requirements=[], params={"depth": 3}, tags={"team": "vision"}, model_type="agent", step=4)
        mlflow.log_metric("acc", 0.5, step=2, model_id=model.model_id)
        gone = mlflow.pyfunc.log_model(name="gone", python_model=doubled, pip_requirements=[])
    mlflow.MlflowClient().delete_logged_model(gone.model_id)
    with mlflow.start_run() as reader:
        mlflow.MlflowClient().log_inputs(reader.info.run_id, models=[LoggedModelInput(model.model_id)])
    return run.info.run_id, reader.info.run_id, model.model_id, gone.model_id


def bring_models_twice(target, ids, uri):
    run, reader, model, gone = ids
    original = mlflow.get_logged_model(model)
    first = target.bring(uri)
    assert (first["loggedModels"], first["loggedModelsThere"], first["problems"]) == (1, 0, [])
    again = target.bring(uri)
    assert (again["loggedModels"], again["loggedModelsThere"], again["files"], again["problems"]) == (0, 1, 0, [])
    mlflow.set_tracking_uri(target.url)
    mlflow.set_registry_uri(target.url)
    for address in (f"runs:/{run}/model", f"models:/{model}"):
        assert mlflow.pyfunc.load_model(address).predict([1, 2]) == [2, 4]
    brought = mlflow.get_logged_model(model)
    for field in ("name", "model_id", "status", "params", "tags", "creation_timestamp", "model_type", "source_run_id"):
        assert getattr(brought, field) == getattr(original, field), field
    assert [(metric.key, metric.value, metric.step, metric.run_id) for metric in brought.metrics] == [("acc", 0.5, 2, run)]
    client = mlflow.MlflowClient()
    outputs = [(output.model_id, output.step) for output in client.get_run(run).outputs.model_outputs]
    assert sorted(outputs) == sorted([(model, 4), (gone, 0)])
    assert [made.model_id for made in client.get_run(reader).inputs.model_inputs] == [model]
    with pytest.raises(mlflow.MlflowException):
        mlflow.get_logged_model(gone)


def test_logged_models_of_a_database(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    bring_models_twice(target, log_models(uri), uri)


def test_logged_models_of_a_folder(target, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    bring_models_twice(target, log_models(f"file://{tmp_path}/mlruns"), str(tmp_path / "mlruns"))


def test_logged_models_of_a_server(target, empty_database, tmp_path):
    with mlflow_server(empty_database, tmp_path) as url:
        bring_models_twice(target, log_models(url), url)


def register_prompts(uri):
    """A prompt with two versions, one of them a conversation, under a name that no model has."""
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    mlflow.genai.register_prompt("greet", "Hello {{name}}", commit_message="first", tags={"tone": "warm"})
    mlflow.genai.register_prompt("greet", [{"role": "user", "content": "Hi {{name}}"}], response_format={"type": "object"})
    mlflow.genai.set_prompt_alias("greet", "production", 1)
    mlflow.MlflowClient().create_registered_model("ridge")


def bring_prompts_twice(target, uri):
    def prompts():
        loaded = [mlflow.genai.load_prompt("greet", version) for version in (1, 2)]
        return [(one.template, one.commit_message or "", one.tags, one.response_format, one.aliases) for one in loaded]

    original = prompts()
    made = mlflow.MlflowClient().get_registered_model("ridge").creation_timestamp
    first = target.bring(uri)
    assert (first["models"], first["versions"], first["problems"]) == (2, 2, [])
    again = target.bring(uri)
    assert (again["models"], again["versions"], again["versionsThere"]) == (0, 0, 2)
    mlflow.set_tracking_uri(target.url)
    mlflow.set_registry_uri(target.url)
    mlflow.set_workspace(target.workspace)
    try:
        assert prompts() == original
        assert mlflow.MlflowClient().get_registered_model("ridge").creation_timestamp == made
        assert [prompt.name for prompt in mlflow.genai.search_prompts()] == ["greet"]
        assert [model.name for model in mlflow.MlflowClient().search_registered_models()] == ["ridge"]
    finally:
        mlflow.set_workspace(None)


def test_prompts_of_a_database(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    register_prompts(uri)
    bring_prompts_twice(target, uri)


def test_prompts_of_a_server(target, empty_database, tmp_path):
    with mlflow_server(empty_database, tmp_path) as url:
        register_prompts(url)
        bring_prompts_twice(target, url)


def test_what_is_none_is_said(server, target, tmp_path):
    empty = tmp_path / "empty.db"
    empty.touch()
    text = tmp_path / "notes.txt"
    text.write_text("no database at all\n" * 100)
    own = tmp_path / "runstead.db"
    with contextlib.closing(sqlite3.connect(own)) as database, database:
        for name in ("server", "counter", "workspace", "run"):
            database.execute(f"create table {name} (key integer)")
    experiment = tmp_path / "mlruns" / "7"
    (experiment / "c0ffee").mkdir(parents=True)
    (experiment / "meta.yaml").write_text("experiment_id: '7'\nname: alpha\n")
    (experiment / "c0ffee" / "meta.yaml").write_text("experiment_id: '7'\nrun_id: c0ffee\n")
    for place, words in (
        (str(tmp_path), "no mlruns folder"),
        (str(experiment), "is one experiment of an mlruns folder"),
        (str(experiment / "c0ffee"), "is one run of an mlruns folder"),
        ("127.0.0.1:5000", "There is no folder"),
        ("mysql+pymysql://somebody@127.0.0.1/mlflow", "Nothing is read from mysql+pymysql"),
        (server.url + "/w", "not in the way of MLflow"),
        (str(empty), "not a database of MLflow"),
        (str(text), "not a database of MLflow: file is not a database"),
        (str(own), "a database of Runstead"),
        ("http://127.0.0.1:9", "cannot be reached"),
    ):
        node = ROOT / "node_modules" / ".bin" / "node"
        command = [str(node), str(COMMAND), "import", "mlflow", place, "--url", target.url, "-w", target.workspace]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        assert (done.returncode, words in done.stdout) == (1, True), done.stdout


def test_artifacts_that_are_not_found_are_told(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    client = mlflow.MlflowClient(uri)
    run = client.create_run(client.create_experiment("alpha", artifact_location="mlflow-artifacts:/1")).info.run_id
    elsewhere = tmp_path / "elsewhere" / "1" / run / "artifacts"
    elsewhere.mkdir(parents=True)
    (elsewhere / "notes.txt").write_text("hello")
    (tmp_path / "wrong" / "others").mkdir(parents=True)
    with pytest.raises(AssertionError, match="There is no folder"):
        target.bring(uri, "--artifacts", str(tmp_path / "nothing"))
    # The folder that it would be without a word, and one that holds other things.
    for words in ((), ("--artifacts", str(tmp_path / "wrong"))):
        report = target.bring(uri, *words, code=1)
        assert (report["files"], len(report["problems"])) == (0, 1)
        assert "Name their folder with --artifacts" in report["problems"][0]
    brought = target.bring(uri, "--artifacts", str(tmp_path / "elsewhere"))
    assert (brought["files"], brought["problems"]) == (1, [])
    assert target.api("GET", f"/runs/{run}/files/notes.txt") == "hello"


def test_artifacts_of_another_machine_are_told(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    client = mlflow.MlflowClient(uri)
    there = tmp_path / "there"
    client.create_run(client.create_experiment("alpha", artifact_location=f"file://{there}/mlruns/1"))
    shutil.rmtree(there, ignore_errors=True)
    assert "it is not on this machine" in target.bring(uri, code=1)["problems"][0]
    there.mkdir()
    assert target.bring(uri)["problems"] == []


def test_runs_of_another_workspace_are_told(target, server, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    client = mlflow.MlflowClient(f"file://{tmp_path}/mlruns")
    client.create_run(client.create_experiment("alpha"))
    target.bring(str(tmp_path / "mlruns"))
    with pytest.raises(AssertionError, match=f"is here already, in workspace {target.workspace}"):
        Target(server).bring(str(tmp_path / "mlruns"))


def fill_workspaces(url):
    """An experiment, a model and an evaluation dataset of the same names in each of two workspaces. The run of each."""
    mlflow.set_tracking_uri(url)
    mlflow.set_registry_uri(url)
    mlflow.create_workspace("team-b")
    runs = {}
    try:
        for name in ("default", "team-b"):
            mlflow.set_workspace(name)
            client = mlflow.MlflowClient()
            run = client.create_run(client.create_experiment("alpha")).info.run_id
            client.log_text(run, name, "notes.txt")
            client.create_registered_model("ridge", {"team": name}, name)
            version = client.create_model_version("ridge", client.get_run(run).info.artifact_uri, run, tags={"of": name}, await_creation_for=0)
            client.set_registered_model_alias("ridge", "champion", version.version)
            mlflow.genai.datasets.create_dataset(name="questions", experiment_id=[client.get_run(run).info.experiment_id])
            runs[name] = run
    finally:
        mlflow.set_workspace(None)
    return runs


def check_workspace(target, report, name, run):
    assert [report[of] for of in ("runs", "files", "models", "versions", "evaluationDatasets", "problems")] == [1, 2, 1, 1, 1, []]
    assert target.api("GET", f"/runs/{run}/files/notes.txt") == name
    model = target.api("GET", f"/workspaces/{target.workspace}/models/ridge")
    assert (model["description"], model["tags"], model["aliases"]) == (name, {"team": name}, {"champion": 1})
    version = target.api("GET", f"/workspaces/{target.workspace}/models/ridge/versions/1")
    assert (version["runId"], version["tags"]) == (run, {"of": name})


def test_one_workspace_of_several(target, server, empty_database, tmp_path, monkeypatch):
    with mlflow_server(empty_database, tmp_path, "--enable-workspaces") as url:
        runs = fill_workspaces(url)
        with pytest.raises(AssertionError, match="has several workspaces: default, team-b"):
            target.bring(url)
        with pytest.raises(AssertionError, match="has no workspace other: it has default, team-b"):
            target.bring(url, "--from-workspace", "other")
        check_workspace(target, target.bring(url, "--from-workspace", "team-b"), "team-b", runs["team-b"])
    kept = [f"sqlite:///{tmp_path}/mlflow.db", "--artifacts", str(tmp_path / "artifacts")]
    beside = Target(server)
    with pytest.raises(AssertionError, match="has several workspaces: default, team-b"):
        beside.bring(*kept)
    monkeypatch.setenv("MLFLOW_WORKSPACE", "default")
    check_workspace(beside, beside.bring(*kept), "default", runs["default"])


def log_datasets(uri):
    """A run that read a dataset, and made a model that was measured with it."""
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    mlflow.set_experiment("datasets")
    read = mlflow.data.from_numpy(numpy.zeros((2, 2)), source="/data/zeros.npy", name="zeros")
    with mlflow.start_run() as run:
        mlflow.log_input(read, context="training", tags={"part": "1"})
        model = mlflow.pyfunc.log_model(name="model", python_model=doubled, pip_requirements=[])
        mlflow.log_metric("acc", 0.5, model_id=model.model_id, dataset=read)
    return run.info.run_id, model.model_id


def bring_datasets(target, ids, uri):
    run, model = ids

    def told():
        client = mlflow.MlflowClient()
        inputs = [one.to_dictionary() for one in client.get_run(run).inputs.dataset_inputs]
        return inputs, [(one.key, one.dataset_name, one.dataset_digest) for one in mlflow.get_logged_model(model).metrics]

    original = told()
    assert (len(original[0]), original[1][0][:2]) == (1, ("acc", "zeros"))
    assert target.bring(uri)["problems"] == []
    mlflow.set_tracking_uri(target.url)
    mlflow.set_registry_uri(target.url)
    assert told() == original


def test_datasets_of_a_database(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    bring_datasets(target, log_datasets(uri), uri)


def test_datasets_of_a_folder(target, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    bring_datasets(target, log_datasets(f"file://{tmp_path}/mlruns"), str(tmp_path / "mlruns"))


def change(uri, ids):
    """What happens at the source after an import: the client of MLflow, as a program and a person use it."""
    parent, child, gone = ids
    client = mlflow.MlflowClient(uri, uri)
    experiment = client.get_run(parent).info.experiment_id
    # Between what is there, at its end, and a metric that is new.
    client.log_batch(parent, metrics=[Metric("odd", 7.5, 1_700_000_000_001, 0), Metric("odd", 8.5, 1_700_000_000_009, 9), Metric("late", 1, 1, 1)])
    client.log_text(parent, "hello again", "sub dir/a b.txt")
    client.log_text(parent, "new", "new.txt")
    client.log_param(parent, "late", "yes")
    client.set_tag(parent, "quality", "better")
    client.set_tag(parent, "later", "no")
    client.delete_tag(child, "mark")
    client.set_terminated(child, "FINISHED")
    client.restore_run(gone)
    client.delete_run(child)
    client.set_experiment_tag(experiment, "team", "language")
    fresh = client.create_run(experiment, run_name="fresh").info.run_id
    client.log_metric(fresh, "m", 1)
    client.set_registered_model_tag("ridge", "team", "language")
    client.update_registered_model("ridge", "Another description")
    client.update_model_version("ridge", "1", "The first")
    client.set_model_version_tag("ridge", "1", "v", "one")
    client.create_model_version("ridge", client.get_run(parent).info.artifact_uri + "/sub dir", parent, await_creation_for=0)
    client.set_registered_model_alias("ridge", "champion", "4")
    client.set_registered_model_alias("ridge", "old", "1")
    return fresh


def bring_changes(target, uri, ids, *words):
    parent, child, gone = ids
    mlflow.MlflowClient(uri, uri).set_tag(child, "mark", "1")
    assert target.bring(*words)["runs"] == 3
    # What is changed here and not there stays; what is changed on both sides is as there, and told.
    target.api("PATCH", f"/runs/{parent}", json={"tags": {"quality": "mine", "own": "here"}, "displayName": "renamed here"})
    target.api("PATCH", f"/workspaces/{target.workspace}/models/ridge", json={"tags": {"own": "here"}})
    fresh = change(uri, ids)
    second = target.bring(*words)
    assert {key: second[key] for key in ("runs", "runsChanged", "runsThere", "points", "files", "models", "modelsChanged")} == {
        "runs": 1,
        "runsChanged": 3,
        "runsThere": 0,
        "points": 4,
        "files": 3,
        "models": 0,
        "modelsChanged": 1,
    }
    assert (second["versions"], second["versionsChanged"], second["versionsThere"], second["problems"]) == (1, 1, 1, [])
    assert second["replaced"] == [f'Run {parent}: tag quality, which was "mine" here']
    run = target.api("GET", f"/runs/{parent}")
    assert {key: run["tags"][key] for key in ("quality", "later", "own")} == {"quality": "better", "later": "no", "own": "here"}
    assert (run["displayName"], run["params"]["late"], run["status"]) == ("renamed here", "yes", "Completed")
    odd = target.api("GET", f"/runs/{parent}/metrics/points", params={"name": "odd"})
    assert sorted(zip(odd["steps"], map(str, odd["columns"][0]["values"]))) == [
        (0, "1.5"),
        (0, "7.5"),
        (1, "{'number': 'NaN'}"),
        (2, "-2"),
        (9, "8.5"),
    ]
    assert (run["metrics"]["train/loss"]["count"], run["metrics"]["late"]["count"]) == (POINTS, 1)
    assert target.api("GET", f"/runs/{parent}/files/{urllib.parse.quote('sub dir/a b.txt')}") == "hello again"
    assert target.api("GET", f"/runs/{parent}/files/new.txt") == "new"
    below = target.api("GET", f"/runs/{child}")
    assert (below["status"], below["lifecycle"], "mark" in below["tags"]) == ("Completed", "trashed", False)
    assert target.api("GET", f"/runs/{gone}")["lifecycle"] == "active"
    assert target.api("GET", f"/runs/{fresh}")["status"] == "Running"
    assert target.api("GET", f"/experiments/{target.experiment()}")["tags"]["team"] == "language"
    model = target.api("GET", f"/workspaces/{target.workspace}/models/ridge")
    assert (model["description"], model["tags"], model["aliases"]) == (
        "Another description",
        {"team": "language", "own": "here"},
        {"champion": 4, "old": 1},
    )
    first = target.api("GET", f"/workspaces/{target.workspace}/models/ridge/versions/1")
    assert (first["description"], first["tags"]) == ("The first", {"v": "one"})
    # A run that goes on there goes on here, and one that ended again has ended again.
    client = mlflow.MlflowClient(uri, uri)
    client.set_terminated(fresh, "KILLED")
    client.update_run(parent, status="RUNNING")
    third = target.bring(*words)
    assert (third["runs"], third["runsChanged"], third["points"], third["files"]) == (0, 2, 0, 0)
    assert [target.api("GET", f"/runs/{one}")["status"] for one in (fresh, parent)] == ["Canceled", "Running"]
    again = target.bring(*words)
    assert (again["runsChanged"], again["runsThere"], again["versionsThere"], again["points"], again["replaced"]) == (0, 4, 3, 0, [])
    # What was purged here stays away, unless everything is asked for.
    target.api("POST", f"/runs/{gone}/lifecycle", json={"lifecycle": "trashed"})
    target.api("DELETE", f"/runs/{gone}")
    assert target.bring(*words)["runsThere"] == 4
    thorough = target.bring(*words, "--thorough")
    assert (thorough["runs"], thorough["runsChanged"], thorough["points"], thorough["files"]) == (1, 0, 0, 0)
    check_own = target.api("GET", f"/runs/{parent}")
    assert (check_own["displayName"], check_own["tags"]["own"]) == ("renamed here", "here")


def test_a_database_that_has_changed(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    bring_changes(target, uri, fill(uri), uri)


def test_what_was_said_of_traces_since(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    there = mlflow.MlflowClient(uri)
    there.create_experiment("alpha")
    assessed, failed = [one["info"]["trace_id"] for one in trace(uri)]
    assert target.bring(uri)["traces"] == 2
    here = mlflow.MlflowClient(target.url)
    here.set_trace_tag(assessed, "who", "somebody here")
    here.set_trace_tag(failed, "own", "here")
    there.set_trace_tag(assessed, "who", "them")
    there.set_trace_tag(assessed, "late", "yes")
    mlflow.set_tracking_uri(uri)
    late = mlflow.log_feedback(trace_id=assessed, name="late", value=1)
    right = next(one for one in there.get_trace(assessed).info.assessments if one.name == "good")
    mlflow.update_assessment(assessed, right.assessment_id, mlflow.entities.Feedback(name="good", value=0.25))
    second = target.bring(uri)
    assert (second["traces"], second["tracesChanged"], second["tracesThere"], second["problems"]) == (0, 1, 1, [])
    assert second["replaced"] == [f'Trace {assessed}: tag who, which was "somebody here" here']
    changed = here.get_trace(assessed).info
    assert (changed.tags["who"], changed.tags["late"], here.get_trace(failed).info.tags["own"]) == ("them", "yes", "here")
    values = {one.assessment_id: one.value for one in changed.assessments if one.name in ("good", "late")}
    assert values == {late.assessment_id: 1, right.assessment_id: 0.25}
    again = target.bring(uri)
    assert (again["tracesChanged"], again["tracesThere"], again["replaced"]) == (0, 2, [])


def test_a_server_is_not_brought_into_itself(target):
    mlflow.set_tracking_uri(target.url)
    mlflow.MlflowClient(target.url).create_experiment("itself-" + uuid.uuid4().hex)
    done = subprocess.run(target.command(target.url), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (done.returncode, "is the server that this would be imported into" in done.stderr) == (1, True), done.stderr
    listed = target.api("GET", f"/workspaces/{target.workspace}/experiments", params={"lifecycle": "all"})["experiments"]
    assert [one["name"] for one in listed] == ["Default"]


def test_a_folder_that_has_changed(target, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    uri = f"file://{tmp_path}/mlruns"
    bring_changes(target, uri, fill(uri), str(tmp_path / "mlruns"))


def make_evaluation_dataset(uri):
    """One of two experiments, with records of each kind; MLflow's own words for it."""
    mlflow.set_tracking_uri(uri)
    client = mlflow.MlflowClient(uri)
    experiments = [client.create_experiment(name) for name in ("alpha", "beta")]
    dataset = mlflow.genai.datasets.create_dataset(name="qa", experiment_id=experiments, tags={"team": "vision"})
    dataset.merge_records(
        [{"inputs": {"index": index, "share": 1.0, "large": 12345678901234567890}, "expectations": {"a": index}} for index in range(1_200)]
    )
    dataset.merge_records(
        [
            {"inputs": {"q": "one"}, "outputs": "a text", "tags": {"split": "test"}},
            {"inputs": {"q": "two"}, "outputs": None, "source": {"source_type": "DOCUMENT", "source_data": {"source_id": "ü", "page": 2.50}}},
        ]
    )
    return dataset.dataset_id


def told_dataset(dataset_id):
    dataset = mlflow.genai.datasets.get_dataset(dataset_id=dataset_id)
    names = sorted(mlflow.get_experiment(one).name for one in dataset.experiment_ids)
    rows = dataset.to_df().to_dict("records")
    for row in rows:
        row["source"] = row["source"] and row["source"].to_dict()
    rows.sort(key=lambda row: row["dataset_record_id"])
    own = (dataset.name, dataset.tags, dataset.digest, dataset.created_time, dataset.last_update_time, dataset.created_by)
    return own, names, json.loads(dataset.profile), [repr(row) for row in rows]


def bring_evaluation_dataset(target, uri):
    dataset_id = make_evaluation_dataset(uri)
    original = told_dataset(dataset_id)
    counts = ("evaluationDatasets", "evaluationDatasetsChanged", "evaluationDatasetsThere", "evaluationRecords")
    first = target.bring(uri)
    assert [first[name] for name in counts] == [1, 0, 0, 1_202]
    assert first["problems"] == []
    assert [target.bring(uri)[name] for name in counts] == [0, 0, 1, 0]
    mlflow.set_workspace(target.workspace)
    try:
        mlflow.set_tracking_uri(target.url)
        assert told_dataset(dataset_id) == original
        # Here a record is told more of, and so is another one there.
        here = mlflow.genai.datasets.get_dataset(dataset_id=dataset_id)
        here.merge_records([{"inputs": {"q": "one"}, "outputs": "here", "expectations": {"said": "here"}}])
        mlflow.set_workspace(None)
        mlflow.set_tracking_uri(uri)
        there = mlflow.genai.datasets.get_dataset(dataset_id=dataset_id)
        there.merge_records([{"inputs": {"q": "two"}, "expectations": {"said": "there"}}, {"inputs": {"q": "three"}}])
        mlflow.genai.datasets.set_dataset_tags(dataset_id=dataset_id, tags={"team": "sound"})
        again = target.bring(uri)
        assert [again[name] for name in counts] == [0, 1, 0, 1]
        assert [target.bring("--thorough", uri)[name] for name in counts] == [0, 0, 1, 0]
        mlflow.set_workspace(target.workspace)
        mlflow.set_tracking_uri(target.url)
        dataset = mlflow.genai.datasets.get_dataset(dataset_id=dataset_id)
        assert dataset.tags["team"] == "sound"
        rows = {row["inputs"].get("q"): row for row in dataset.to_df().to_dict("records")}
        said = {key: (row["expectations"] or {}).get("said") for key, row in rows.items()}
        assert said == {None: None, "one": "here", "two": "there", "three": None}
        assert rows["one"]["outputs"] == "here"
        mlflow.genai.datasets.delete_dataset(dataset_id=dataset_id)
        mlflow.set_workspace(None)
        mlflow.set_tracking_uri(uri)
        mlflow.genai.datasets.set_dataset_tags(dataset_id=dataset_id, tags={"team": "none"})
        # What was deleted here stays away.
        assert [target.bring(uri)[name] for name in counts] == [0, 0, 0, 0]
    finally:
        mlflow.set_workspace(None)


def test_evaluation_datasets_of_a_database(target, empty_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    bring_evaluation_dataset(target, f"sqlite:///{tmp_path}/mlflow.db")


def test_evaluation_datasets_of_a_server(target, empty_database, tmp_path):
    with mlflow_server(empty_database, tmp_path) as url:
        bring_evaluation_dataset(target, url)
