"""Requests as they arrive: of which type their body is, how refusals are worded; and what MLflow's own pages ask for."""

import uuid

import pytest
from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.exceptions import MlflowException
from rest import assert_refused

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{bad", "INVALID_PARAMETER_VALUE"),
        (b'"words"', "INVALID_PARAMETER_VALUE"),
        (b"[1]", "INVALID_PARAMETER_VALUE"),
        (b"1", "INVALID_PARAMETER_VALUE"),
        (b'"[1]"', "INVALID_PARAMETER_VALUE"),
    ],
)
def test_a_body_is_a_json_object(rest, body, code):
    assert_refused(rest("POST", "runs/create", data=body, headers=JSON), code)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "application/json-patch+json"])
def test_a_body_is_of_type_json(rest, kind):
    refusal = rest("POST", "experiments/create", data=b'{"name": "x"}', headers={"Content-Type": kind})
    assert_refused(refusal, "INVALID_PARAMETER_VALUE", "Content-Type must be one of ['application/json']")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "runs/create", "POST"),
        ("DELETE", "experiments/search", "GET, POST"),
        ("PUT", "runs/log-batch", "POST"),
        ("POST", "/api/2.0/mlflow-artifacts/artifacts", "GET"),
        ("PATCH", "/api/3.0/mlflow/traces/tr-1/assessments", "POST"),
        ("GET", "/v1/traces", "POST"),
    ],
)
def test_another_method_than_there_is(rest, method, path, allowed):
    refused = rest(method, path, data=b"x", headers={"Content-Type": "image/png"})
    assert_refused(refused, "ENDPOINT_NOT_FOUND", f"{allowed} is", status=405)
    assert refused.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["/graphql", "/api/3.0/mlflow/scorers/register", "/ajax-api/2.0/mlflow/runs/create-promptlab-run", "/ajax-api/3.0/mlflow/gateway/endpoints/create"])
def test_what_is_not_offered_is_said_so(rest, path):
    assert_refused(rest("POST", path, {}), "ENDPOINT_NOT_FOUND", "There is no POST", status=404)


def test_a_number_is_repeated_as_it_was_written(rest):
    text = '{"tags": [{"key": "name", "value": "8"}], "name": 9.0}'
    answer = rest("POST", "experiments/create", data=text, headers=JSON)
    assert_refused(answer, "INVALID_PARAMETER_VALUE", "Invalid value 9.0 for parameter 'name'", "of type 'float'")
    assert_refused(rest.post("experiments/create", name=9), "INVALID_PARAMETER_VALUE", "Invalid value 9 for", "of type 'int'")


@pytest.mark.parametrize("given", ["abc", "1.5", "x y", "../1", "e" * 300])
def test_ids_of_experiments_are_numbers(rest, experiment, given):
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": given}}
    for refused in (
        rest.get("experiments/get", experiment_id=given),
        rest.post("experiments/delete", experiment_id=given),
        rest.post("experiments/update", experiment_id=given, new_name="x"),
        rest.post("experiments/set-experiment-tag", experiment_id=given, key="k", value="v"),
        rest.post("runs/create", experiment_id=given),
        rest.post("runs/search", experiment_ids=[experiment, given]),
        rest.post("logged-models", experiment_id=given),
        rest.post("logged-models/search", experiment_ids=[given]),
        rest.get("traces", experiment_ids=[given]),
        rest.post("/api/3.0/mlflow/traces/search", locations=[place]),
        rest.post("/api/3.0/mlflow/traces", trace={"trace_info": {"trace_id": "tr-1", "trace_location": place}}),
        rest.post("traces/delete-traces", experiment_id=given, max_timestamp_millis=1),
    ):
        assert_refused(refused, "INVALID_PARAMETER_VALUE", "Experiment ID must be a valid integer")
    assert_refused(rest.get("experiments/get", experiment_id="-1"), "RESOURCE_DOES_NOT_EXIST", status=404)


@pytest.mark.parametrize(
    ("method", "path", "given", "missing"),
    [
        ("POST", "runs/create", {}, "experiment_id"),
        ("POST", "runs/create", {"experiment_id": ""}, "experiment_id"),
        ("POST", "experiments/search", {}, "max_results"),
        ("GET", "experiments/search", {}, "max_results"),
        ("POST", "runs/outputs", {"run_id": "r"}, "models"),
        ("GET", "traces", {}, "experiment_ids"),
        ("POST", "/api/3.0/mlflow/traces/search", {}, "locations"),
        ("GET", "/api/3.0/mlflow/traces/batchGet", {}, "trace_ids"),
        ("POST", "/api/3.0/mlflow/traces/batchGetInfos", {}, "trace_ids"),
        ("POST", "traces/link-to-run", {"run_id": "r"}, "trace_ids"),
        ("POST", "traces/link-prompts", {"trace_id": "t"}, "prompt_versions"),
    ],
)
def test_what_a_request_cannot_do_without(rest, method, path, given, missing):
    response = rest("GET", path, params=given) if method == "GET" else rest("POST", path, given)
    assert_refused(response, "INVALID_PARAMETER_VALUE", missing)


def test_refusals_in_the_words_that_programs_look_for(tracking, rest, experiment):
    with pytest.raises(MlflowException, match=r"Run .+ not found"):
        tracking.delete_tag("nobody", "key")
    with pytest.raises(MlflowException, match=r"No Experiment with id=123456 exists"):
        tracking.get_experiment("123456")
    with pytest.raises(MlflowException, match=r"Experiment\(name=.+\) already exists"):
        tracking.create_experiment(tracking.get_experiment(experiment).name)
    run = tracking.create_run(experiment).info.run_id
    refused = rest("GET", "artifacts/list", params={"run_id": run, "path": "../up"})
    assert refused.json() == {"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid path"}


def read(tracking, run, name, digest, context=None):
    tags = [] if context is None else [InputTag("mlflow.data.context", context)]
    dataset = Dataset(name=name, digest=digest, source_type="local", source="{}")
    tracking.log_inputs(run.info.run_id, [DatasetInput(dataset=dataset, tags=tags)])


def test_datasets_of_experiments(tracking, rest, experiment):
    search = "/ajax-api/2.0/mlflow/experiments/search-datasets"
    assert_refused(rest.post(search), "INVALID_PARAMETER_VALUE", "at least one experiment_id")
    at_most = rest.post(search, experiment_ids=[experiment] * 20)
    assert (at_most.status_code, at_most.json()) == (200, {})
    too_many = rest.post(search, experiment_ids=[str(number) for number in range(21)])
    assert_refused(too_many, "INVALID_PARAMETER_VALUE", "more than 20 experiment_ids")
    assert rest.post(search, experiment_ids=[experiment]).json() == {}
    first, second = tracking.create_run(experiment), tracking.create_run(experiment)
    read(tracking, first, "wine", "d1", "training")
    read(tracking, second, "wine", "d1", "training")
    read(tracking, second, "beer", "d2")
    summaries = rest.post(search, experiment_ids=[experiment]).json()["dataset_summaries"]
    assert sorted(summaries, key=lambda one: one["name"]) == [
        {"experiment_id": experiment, "name": "beer", "digest": "d2"},
        {"experiment_id": experiment, "name": "wine", "digest": "d1", "context": "training"},
    ]


@pytest.mark.parametrize(
    ("filter_string", "found"),
    [
        ("dataset.name = 'wine'", {"one", "two"}),
        ("datasets.name LIKE 'b%'", {"two"}),
        ("dataset.name ILIKE 'WINE'", {"one", "two"}),
        ("dataset.digest = 'd1'", {"one"}),
        ("dataset.context = 'training'", {"one"}),
        ("datasets.context != 'training'", {"two"}),
        ("dataset.name IN ('beer', 'milk')", {"two", "three"}),
        ("dataset.name NOT IN ('beer', 'milk') AND params.p = '1'", {"one"}),
    ],
)
def test_runs_are_found_by_what_they_read(tracking, experiment, filter_string, found):
    for name, inputs in {
        "one": [("wine", "d1", "training")],
        "two": [("wine", "d9", "test"), ("beer", "d2", None)],
        "three": [("milk", "d3", None)],
        "four": [],
    }.items():
        run = tracking.create_run(experiment, run_name=name)
        if name == "one":
            tracking.log_param(run.info.run_id, "p", "1")
        for name_of, digest, context in inputs:
            read(tracking, run, name_of, digest, context)
    assert {run.info.run_name for run in tracking.search_runs([experiment], filter_string)} == found


@pytest.mark.parametrize(
    ("filter_string", "found"),
    [
        ("artifact_uri LIKE 'mlflow-artifacts:/%/artifacts'", {"here"}),
        ("attributes.artifact_uri LIKE 'mlflow-artifacts:/{experiment}/%'", {"here"}),
        ("artifact_uri LIKE 'mlflow-artifacts:/_%/{run}/art%'", {"here"}),
        ("artifact_uri LIKE '%{run}%'", {"here"}),
        ("artifact_uri ILIKE '%/ARTIFACTS'", {"here", "bucket"}),
        ("artifact_uri LIKE '%/ARTIFACTS'", set()),
        ("artifact_uri LIKE 'S3:%'", set()),
        ("artifact_uri ILIKE 'S3:%'", {"bucket"}),
        ("artifact_uri LIKE '%/{experiment}/{experiment}/%'", set()),
        ("artifact_uri = 'mlflow-artifacts:/{experiment}/{run}/artifacts'", {"here"}),
        ("artifact_uri != 'mlflow-artifacts:/{experiment}/{run}/artifacts'", {"bucket"}),
        ("artifact_uri != 's3://bucket'", {"here", "bucket"}),
    ],
)
def test_runs_are_found_by_the_address_of_their_artifacts(tracking, experiment, filter_string, found):
    elsewhere = tracking.create_experiment("bucket " + experiment, artifact_location="s3://bucket/x")
    run = tracking.create_run(experiment, run_name="here").info.run_id
    tracking.create_run(elsewhere, run_name="bucket")
    asked = filter_string.format(experiment=experiment, run=run)
    assert {one.info.run_name for one in tracking.search_runs([experiment, elsewhere], asked)} == found


@pytest.mark.parametrize("filter_string", ["dataset.color = 'x'", "dataset.name > 'x'", "dataset.name = 5"])
def test_what_datasets_are_not_asked(tracking, experiment, filter_string):
    with pytest.raises(MlflowException) as refusal:
        tracking.search_runs([experiment], filter_string)
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"


def test_a_metric_of_a_dataset_names_it_whole(tracking, rest, experiment):
    given = {"run_id": tracking.create_run(experiment).info.run_id, "key": "k", "value": 1, "timestamp": 1}
    for part in ({"dataset_name": "wine"}, {"dataset_digest": "d1"}):
        assert_refused(rest.post("runs/log-metric", **given, **part), "INVALID_PARAMETER_VALUE", "Both dataset_name and dataset_digest")
    assert rest.post("runs/log-metric", **given, dataset_name="wine", dataset_digest="d1").status_code == 200


def test_runs_that_are_not_there_have_no_history(tracking, rest, experiment):
    run = tracking.create_run(experiment).info.run_id
    tracking.log_metric(run, "loss", 0.5, timestamp=1, step=0)
    history = rest.get("metrics/get-history-bulk-interval", run_ids=["nobody", run], metric_key="loss").json()
    assert history == {"metrics": [{"key": "loss", "value": 0.5, "timestamp": 1, "step": 0, "run_id": run}]}


def test_a_tag_of_a_deleted_run(tracking, rest, experiment):
    run = tracking.create_run(experiment).info.run_id
    tracking.delete_run(run)
    assert_refused(rest.post("runs/delete-tag", run_id=run, key="none"), "INVALID_PARAMETER_VALUE", "must be in the 'active' state")


def test_versions_of_a_run_that_is_not_here(tracking, rest, experiment):
    """It may be one of another server; one that is here must be the run that is named."""
    name = "elsewhere " + uuid.uuid4().hex
    tracking.create_registered_model(name)
    for named in ("gone", "another"):
        made = tracking.create_model_version(name, "runs:/gone/model", named)
        assert (made.source, made.run_id, made.status) == ("runs:/gone/model", named, "READY")
        assert tracking.get_model_version_download_uri(name, made.version) == "runs:/gone/model"
    here = tracking.create_run(experiment).info.run_id
    for given in ({"source": "runs:/gone/model"}, {"source": f"runs:/{here}/model", "run_id": "gone"}):
        assert_refused(rest.post("model-versions/create", name=name, **given), "INVALID_PARAMETER_VALUE", "must identify the resource")


def test_versions_that_came_from_no_run(tracking, rest, experiment):
    name = "m" + experiment
    tracking.create_registered_model(name)
    tracking.create_model_version(name, "s3://bucket/x")
    for other in ("run_id != 'x'", "run_id NOT IN ('x')"):
        assert [one.version for one in tracking.search_model_versions(f"name = '{name}' AND {other}")] in ([1], ["1"])
    assert not tracking.search_model_versions(f"name = '{name}' AND run_id = 'x'")


def test_a_file_of_a_model_version(tracking, rest, experiment):
    run = tracking.create_run(experiment).info
    tracking.log_text(run.run_id, "flavors: {}", "model/MLmodel")
    tracking.create_registered_model("m" + run.run_id)
    tracking.create_model_version("m" + run.run_id, f"runs:/{run.run_id}/model", run.run_id)
    named = {"name": "m" + run.run_id, "version": "1"}
    assert rest("GET", "/model-versions/get-artifact", params={**named, "path": "MLmodel"}).text == "flavors: {}"
    refused = rest("GET", "/model-versions/get-artifact", params={**named, "path": "../x"})
    assert_refused(refused, "INVALID_PARAMETER_VALUE", "Invalid path")
    absent = rest("GET", "/model-versions/get-artifact", params={**named, "path": "nothing"})
    assert_refused(absent, "RESOURCE_DOES_NOT_EXIST", status=404)
