"""Runs: what is logged to them, how they end and come back, and what is refused."""

import math
import time

import mlflow
import pytest
from mlflow.entities import Metric, Param, RunTag
from rest import assert_refused


def logged(tracking, run_id):
    """Metrics, params and tags of a run, without what clients add of themselves."""
    data = tracking.get_run(run_id).data
    return data.metrics, data.params, {key: value for key, value in data.tags.items() if not key.startswith("mlflow.")}


def points(tracking, run_id, key):
    return [(metric.value, metric.timestamp, metric.step) for metric in tracking.get_metric_history(run_id, key)]


def test_the_fluent_way(tracking, experiment):
    mlflow.set_experiment(experiment_id=experiment)
    with mlflow.start_run(run_name="first", description="Where it begins.", tags={"team": "vision"}) as run:
        mlflow.log_param("lr", 0.1)
        mlflow.log_params({"layers": 3, "name": "resnet"})
        for step in range(3):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"acc": 0.9, "f1": 0.8}, step=2)
        mlflow.set_tag("good", "yes")
        assert tracking.get_run(run.info.run_id).info.status == "RUNNING"
    ended = tracking.get_run(run.info.run_id)
    assert (ended.info.status, ended.info.run_name, ended.info.experiment_id) == ("FINISHED", "first", experiment)
    assert ended.info.lifecycle_stage == "active"
    assert ended.info.artifact_uri == f"mlflow-artifacts:/{experiment}/{run.info.run_id}/artifacts"
    assert ended.info.start_time <= ended.info.end_time
    assert ended.data.tags["mlflow.note.content"] == "Where it begins."
    assert ended.data.tags["mlflow.runName"] == "first"
    metrics, params, tags = logged(tracking, run.info.run_id)
    assert metrics == {"loss": pytest.approx(1 / 3), "acc": 0.9, "f1": 0.8}
    assert params == {"lr": "0.1", "layers": "3", "name": "resnet"}
    assert tags == {"team": "vision", "good": "yes"}
    assert [(value, step) for value, _, step in points(tracking, run.info.run_id, "loss")] == [(1.0, 0), (0.5, 1), (1 / 3, 2)]


def test_a_run_that_raises_has_failed(tracking, experiment):
    mlflow.set_experiment(experiment_id=experiment)
    with pytest.raises(ValueError):
        with mlflow.start_run() as run:
            raise ValueError("no")
    assert tracking.get_run(run.info.run_id).info.status == "FAILED"


def test_a_run_is_opened_again(tracking, experiment):
    mlflow.set_experiment(experiment_id=experiment)
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 1.0)
    with mlflow.start_run(run_id=run.info.run_id):
        assert tracking.get_run(run.info.run_id).info.status == "RUNNING"
        mlflow.log_metric("loss", 0.5, step=1)
    assert tracking.get_run(run.info.run_id).info.status == "FINISHED"
    for status in ("FAILED", "KILLED", "FINISHED", "SCHEDULED", "RUNNING", "KILLED"):
        tracking.update_run(run.info.run_id, status=status)
        assert tracking.get_run(run.info.run_id).info.status == status


def test_nested_runs_are_children(tracking, server, rest, experiment):
    mlflow.set_experiment(experiment_id=experiment)
    with mlflow.start_run(run_name="parent") as parent:
        with mlflow.start_run(run_name="child", nested=True) as child:
            pass
    assert tracking.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    found = tracking.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert [run.info.run_id for run in found] == [child.info.run_id]
    native = rest("GET", "/api/v1/runs/" + child.info.run_id).json()
    assert (native["parentId"], native["origin"], native["status"]) == (parent.info.run_id, "mlflow", "Completed")


def test_all_arguments_of_create(tracking, experiment):
    run = tracking.create_run(experiment, start_time=456, tags={"a": "b"}, run_name="named")
    again = tracking.get_run(run.info.run_id)
    assert (again.info.start_time, again.info.run_name, again.info.end_time) == (456, "named", None)
    tracking.set_terminated(run.info.run_id, "FINISHED", end_time=789)
    assert tracking.get_run(run.info.run_id).info.end_time == 789


def test_who_no_client_knows_is_unknown(tracking, experiment):
    run = tracking.create_run(experiment)
    assert (run.info.user_id, tracking.get_run(run.info.run_id).info.user_id) == ("unknown", "unknown")


def test_renamed(tracking, experiment):
    run = tracking.create_run(experiment).info.run_id
    assert tracking.get_run(run).info.run_name
    tracking.update_run(run, name="by update")
    assert tracking.get_run(run).info.run_name == "by update"
    tracking.set_tag(run, "mlflow.runName", "by tag")
    assert (tracking.get_run(run).info.run_name, tracking.get_run(run).data.tags["mlflow.runName"]) == ("by tag", "by tag")


def test_deleted_and_restored(tracking, rest, experiment):
    run = tracking.create_run(experiment).info.run_id
    tracking.delete_run(run)
    assert tracking.get_run(run).info.lifecycle_stage == "deleted"
    for path, body in [
        ("runs/log-metric", {"key": "a", "value": 1, "timestamp": 1}),
        ("runs/log-parameter", {"key": "a", "value": "1"}),
        ("runs/set-tag", {"key": "a", "value": "1"}),
        ("runs/log-batch", {"metrics": [{"key": "a", "value": 1, "timestamp": 1}]}),
        ("runs/update", {"status": "FINISHED"}),
    ]:
        assert_refused(rest.post(path, run_id=run, **body), "INVALID_PARAMETER_VALUE", "active")
    tracking.restore_run(run)
    assert tracking.get_run(run).info.lifecycle_stage == "active"
    tracking.log_metric(run, "a", 1)


def test_deleting_an_experiment_deletes_its_runs(tracking, rest, experiment):
    run = tracking.create_run(experiment).info.run_id
    tracking.delete_experiment(experiment)
    assert tracking.get_run(run).info.lifecycle_stage == "deleted"
    assert_refused(rest.post("runs/create", experiment_id=experiment), "INVALID_PARAMETER_VALUE", "must be in the 'active' state")
    tracking.restore_experiment(experiment)
    assert tracking.get_run(run).info.lifecycle_stage == "active"


def test_a_batch(tracking, experiment):
    run = tracking.create_run(experiment).info.run_id
    metrics = [Metric("loss", 1.0 / (step + 1), 1_700_000_000_000 + step, step) for step in range(500)]
    metrics += [Metric(f"unit {index}", index, 1_700_000_000_000, 0) for index in range(400)]
    tracking.log_batch(run, metrics=metrics, params=[Param("a", "1"), Param("b", "2")], tags=[RunTag("t", "v")])
    found, params, tags = logged(tracking, run)
    assert (len(found), found["loss"], found["unit 399"]) == (401, 1 / 500, 399)
    assert (params, tags) == ({"a": "1", "b": "2"}, {"t": "v"})
    assert points(tracking, run, "loss") == [(1.0 / (step + 1), 1_700_000_000_000 + step, step) for step in range(500)]


def test_a_point_is_stored_once(tracking, experiment):
    run = tracking.create_run(experiment).info.run_id
    batch = [Metric("loss", step, 1_000 + step, step) for step in range(10)]
    for _ in range(3):
        tracking.log_batch(run, metrics=batch)
    assert len(points(tracking, run, "loss")) == 10
    tracking.log_batch(run, metrics=[Metric("loss", 3, 1_003, 3), Metric("loss", 3.5, 1_003, 3), Metric("loss", 3.5, 1_003, 3)])
    assert len(points(tracking, run, "loss")) == 11
    for _ in range(2):
        tracking.log_metric(run, "one", math.nan, timestamp=5, step=1)
    assert len(points(tracking, run, "one")) == 1


def test_the_latest_is_the_greatest_step(tracking, experiment):
    run = tracking.create_run(experiment).info.run_id
    for value, timestamp, step in [(1, 10, 3), (2, 30, 1), (3, 20, 3), (4, 5, 2)]:
        tracking.log_metric(run, "m", value, timestamp=timestamp, step=step)
    assert tracking.get_run(run).data.metrics["m"] == 3
    assert points(tracking, run, "m") == [(4, 5, 2), (1, 10, 3), (3, 20, 3), (2, 30, 1)]


def test_numbers_that_json_lacks(tracking, experiment):
    run = tracking.create_run(experiment).info.run_id
    for key, value in [("nan", math.nan), ("inf", math.inf), ("ninf", -math.inf), ("neg", -1e-300), ("int", 2**53)]:
        tracking.log_metric(run, key, value)
    metrics = tracking.get_run(run).data.metrics
    assert math.isnan(metrics["nan"])
    assert (metrics["inf"], metrics["ninf"]) == (1.7976931348623157e308, -1.7976931348623157e308)
    assert (metrics["neg"], metrics["int"]) == (-1e-300, 2**53)
    assert math.isnan(points(tracking, run, "nan")[0][0])


def test_a_param_is_written_once(tracking, rest, experiment):
    run = tracking.create_run(experiment).info.run_id
    tracking.log_param(run, "lr", "0.1")
    tracking.log_param(run, "lr", "0.1")
    assert_refused(rest.post("runs/log-parameter", run_id=run, key="lr", value="0.2"), "INVALID_PARAMETER_VALUE", "lr", "0.1", "0.2")
    refused = rest.post(
        "runs/log-batch",
        run_id=run,
        metrics=[{"key": "m", "value": 1, "timestamp": 1}],
        params=[{"key": "new", "value": "1"}, {"key": "lr", "value": "0.2"}],
        tags=[{"key": "t", "value": "v"}],
    )
    assert_refused(refused, "INVALID_PARAMETER_VALUE", "lr")
    assert logged(tracking, run) == ({}, {"lr": "0.1"}, {})
    tracking.log_param(run, "long", "x" * 7_000)
    assert len(tracking.get_run(run).data.params["long"]) == 6_000
    tracking.log_param(run, "empty", "")
    assert tracking.get_run(run).data.params["empty"] == ""


def test_tags_come_and_go(tracking, rest, experiment):
    run = tracking.create_run(experiment).info.run_id
    tracking.set_tag(run, "a", "1")
    tracking.set_tag(run, "a", "2")
    assert logged(tracking, run)[2] == {"a": "2"}
    tracking.delete_tag(run, "a")
    assert logged(tracking, run)[2] == {}
    assert_refused(rest.post("runs/delete-tag", run_id=run, key="a"), "RESOURCE_DOES_NOT_EXIST", "No tag with name: a", status=404)


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("runs/log-metric", {"value": 1, "timestamp": 1}, "'key'"),
        ("runs/log-metric", {"key": "a", "timestamp": 1}, "'value'"),
        ("runs/log-metric", {"key": "a", "value": 1}, "'timestamp'"),
        ("runs/log-metric", {"key": "a", "value": "x", "timestamp": 1}, "'value'"),
        ("runs/log-metric", {"key": "a", "value": 1, "timestamp": "x"}, "'timestamp'"),
        ("runs/log-metric", {"key": "a", "value": 1, "timestamp": 1.5}, "'timestamp'"),
        ("runs/log-metric", {"key": "a", "value": 1, "timestamp": -1}, "timestamp"),
        ("runs/log-metric", {"key": "a", "value": 1, "timestamp": 1, "step": "x"}, "'step'"),
        ("runs/log-metric", {"key": 1, "value": 1, "timestamp": 1}, "'key'"),
        ("runs/log-metric", {"key": "../a", "value": 1, "timestamp": 1}, "resolve"),
        ("runs/log-metric", {"key": "a?b", "value": 1, "timestamp": 1}, "Names may only contain"),
        ("runs/log-metric", {"key": "a" * 251, "value": 1, "timestamp": 1}, "250"),
        ("runs/log-parameter", {"value": "1"}, "'key'"),
        ("runs/log-parameter", {"key": "a\0b", "value": "1"}, ""),
        ("runs/log-parameter", {"key": "a//b", "value": "1"}, "resolve"),
        ("runs/log-parameter", {"key": "a" * 251, "value": "1"}, "250"),
        ("runs/log-parameter", {"key": "a", "value": 1}, "'value'"),
        ("runs/set-tag", {"key": "", "value": "1"}, "'key'"),
        ("runs/set-tag", {"key": "a" * 251, "value": "1"}, "250"),
        ("runs/log-batch", {"metrics": "x"}, "'metrics'"),
        ("runs/log-batch", {"metrics": [{"value": 1, "timestamp": 1}]}, "metrics[0].key"),
        ("runs/log-batch", {"metrics": [{"key": "a", "timestamp": 1}]}, "metrics[0].value"),
        ("runs/log-batch", {"metrics": [{"key": "a", "value": 1}]}, "metrics[0].timestamp"),
        ("runs/log-batch", {"metrics": [{"key": "a", "value": 1, "timestamp": 1}, {"key": "b"}]}, "metrics[1].value"),
        ("runs/log-batch", {"params": [{"value": "1"}]}, "params[0].key"),
        ("runs/log-batch", {"tags": [{"value": "1"}]}, "tags[0].key"),
        ("runs/log-batch", {"params": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}, "Duplicate"),
        ("runs/log-batch", {"metrics": [{"key": f"m{index}", "value": 1, "timestamp": 1} for index in range(1_001)]}, "at most 1000 metrics"),
        ("runs/log-batch", {"params": [{"key": f"p{index}", "value": "1"} for index in range(101)]}, "at most 100 params"),
        ("runs/log-batch", {"tags": [{"key": f"t{index}", "value": "1"} for index in range(101)]}, "at most 100 tags"),
        (
            "runs/log-batch",
            {
                "metrics": [{"key": f"m{index}", "value": 1, "timestamp": 1} for index in range(950)],
                "params": [{"key": f"p{index}", "value": "1"} for index in range(60)],
            },
            "at most 1000 metrics, params, and tags",
        ),
        ("runs/update", {"status": "DONE"}, "'status'"),
        ("runs/update", {"end_time": "x"}, "'end_time'"),
        ("runs/log-model", {"model_json": "{"}, "Malformed"),
        ("runs/log-model", {"model_json": "{}"}, "mandatory"),
    ],
)
def test_what_mlflow_refuses_is_refused(tracking, rest, experiment, path, body, words):
    run = tracking.create_run(experiment).info.run_id
    assert_refused(rest.post(path, run_id=run, **body), "INVALID_PARAMETER_VALUE", words)
    assert logged(tracking, run) == ({}, {}, {})


def test_a_run_that_is_not_there(rest):
    for path, body in [
        ("runs/log-metric", {"key": "a", "value": 1, "timestamp": 1}),
        ("runs/log-parameter", {"key": "a", "value": "1"}),
        ("runs/set-tag", {"key": "a", "value": "1"}),
        ("runs/delete-tag", {"key": "a"}),
        ("runs/log-batch", {}),
        ("runs/update", {}),
        ("runs/delete", {}),
        ("runs/restore", {}),
    ]:
        assert_refused(rest.post(path, run_id="nosuchrun", **body), "RESOURCE_DOES_NOT_EXIST", "nosuchrun", status=404)
        assert_refused(rest.post(path, **body), "INVALID_PARAMETER_VALUE", "run_id")
    assert_refused(rest.get("runs/get", run_id="nosuchrun"), "RESOURCE_DOES_NOT_EXIST", status=404)
    assert_refused(rest.get("metrics/get-history", run_id="nosuchrun", metric_key="a"), "RESOURCE_DOES_NOT_EXIST", status=404)
    assert_refused(rest.post("runs/log-batch", run_id="a/../b"), "INVALID_PARAMETER_VALUE", "run_id")
    assert_refused(rest.post("runs/create", experiment_id="123456789"), "RESOURCE_DOES_NOT_EXIST", status=404)


def test_async_logging_is_flushed(tracking, experiment):
    mlflow.set_experiment(experiment_id=experiment)
    with mlflow.start_run() as run:
        for step in range(100):
            mlflow.log_metric("loss", step, step=step, synchronous=False)
        mlflow.log_params({"a": 1}, synchronous=False)
    mlflow.flush_async_logging()
    assert len(points(tracking, run.info.run_id, "loss")) == 100
    assert tracking.get_run(run.info.run_id).data.params == {"a": "1"}


def test_both_worlds_are_one(tracking, rest, experiment):
    made = rest("POST", f"/api/v1/experiments/{experiment}/runs", json={"displayName": "native", "tags": {"only a key": None}}).json()
    rest(
        "POST",
        f"/api/v1/runs/{made['id']}/metrics",
        json={
            "series": [
                {"name": "loss", "kind": "scalar", "times": [1_000_000, 2_000_000], "columns": [{"name": "loss", "values": [1, 0.5]}]},
                {
                    "name": "eval",
                    "kind": "row",
                    "times": [3_000_000],
                    "columns": [{"name": "acc", "values": [0.9]}, {"name": "verdict", "values": ["good"]}],
                },
            ]
        },
    ).raise_for_status()
    run = tracking.get_run(made["id"])
    assert run.info.run_name == "native"
    assert run.data.metrics == {"loss": 0.5, "eval.acc": 0.9}
    assert (run.data.tags["eval.verdict"], run.data.tags["only a key"]) == ("good", "")
    assert points(tracking, made["id"], "loss") == [(1.0, 1_000, 0), (0.5, 2_000, 0)]
    assert points(tracking, made["id"], "eval.acc") == [(0.9, 3_000, 0)]
    tracking.log_metric(made["id"], "loss", 0.25, timestamp=3_000, step=5)
    native = rest("GET", f"/api/v1/runs/{made['id']}").json()
    assert native["metrics"]["loss"]["columns"]["loss"]["last"] == 0.25
    assert native["metrics"]["loss"]["count"] == 3
