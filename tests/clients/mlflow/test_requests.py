"""Requests as they arrive: of which type their body is, how refusals are worded; and what MLflow's own pages ask for."""

import pytest
from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.exceptions import MlflowException
from rest import assert_refused

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{bad", "BAD_REQUEST"),
        (b'"words"', "BAD_REQUEST"),
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


@pytest.mark.parametrize("filter_string", ["dataset.color = 'x'", "dataset.name > 'x'", "dataset.name = 5"])
def test_what_datasets_are_not_asked(tracking, experiment, filter_string):
    with pytest.raises(MlflowException) as refusal:
        tracking.search_runs([experiment], filter_string)
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"


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
