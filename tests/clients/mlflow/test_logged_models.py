"""Logged models of MLflow 3: made, finished, tagged, measured and found."""

import json

import mlflow
import pytest
from rest import assert_refused
from mlflow.exceptions import MlflowException


def test_a_logged_model_is_what_was_said_of_it(tracking, experiment):
    made = tracking.create_logged_model(experiment, name="ridge", model_type="regressor", params={"alpha": "0.1"}, tags={"team": "vision"})
    assert made.status.value == "PENDING"
    assert made.artifact_location == f"mlflow-artifacts:/{experiment}/models/{made.model_id}/artifacts"
    tracking.finalize_logged_model(made.model_id, "READY")
    tracking.set_logged_model_tags(made.model_id, {"team": "sound", "size": "small"})
    tracking.delete_logged_model_tag(made.model_id, "size")
    model = tracking.get_logged_model(made.model_id)
    assert (model.status.value, model.params, model.tags, model.model_type) == ("READY", {"alpha": "0.1"}, {"team": "sound"}, "regressor")
    with pytest.raises(MlflowException) as caught:
        tracking.delete_logged_model_tag(made.model_id, "size")
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    tracking.delete_logged_model(made.model_id)
    for work in (lambda: tracking.get_logged_model(made.model_id), lambda: tracking.get_logged_model("m-nothing")):
        with pytest.raises(MlflowException) as caught:
            work()
        assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    with pytest.raises(MlflowException) as caught:
        tracking.create_logged_model(experiment, name="a/b")
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_found_by_what_they_say(tracking, experiment):
    for index, name in enumerate(["one", "two", "three"]):
        made = tracking.create_logged_model(experiment, name=name, params={"index": str(index)}, tags={"odd": str(index % 2)})
        tracking.finalize_logged_model(made.model_id, "READY" if index else "FAILED")

    def names(**options):
        return [model.name for model in tracking.search_logged_models([experiment], **options)]

    by_name = [{"field_name": "name", "ascending": True}]
    assert names(order_by=by_name) == ["one", "three", "two"]
    assert names(filter_string="params.index = '1'") == ["two"]
    assert names(filter_string="tags.odd = '0' AND name LIKE 't%'") == ["three"]
    assert names(filter_string="status = 'READY'", order_by=by_name) == ["three", "two"]
    assert names(filter_string="name IN ('one', 'four')") == ["one"]
    assert names(filter_string="metrics.loss < 1") == []
    (two,) = tracking.search_logged_models([experiment], "name = 'two'")
    made = two.creation_timestamp
    for comparison in (f"= {made}", f">= {made}", f"<= {made}"):
        assert "two" in names(filter_string=f"creation_timestamp {comparison}"), comparison
    for comparison in (f"!= {made}", f"> {made}", f"< {made}"):
        assert "two" not in names(filter_string=f"creation_timestamp {comparison}"), comparison
    assert names(filter_string="model_type != 'agent' AND source_run_id NOT IN ('none')", order_by=by_name) == ["one", "three", "two"]
    page = tracking.search_logged_models([experiment], order_by=by_name, max_results=2)
    rest = tracking.search_logged_models([experiment], order_by=by_name, max_results=2, page_token=page.token)
    assert [model.name for model in [*page, *rest]] == ["one", "three", "two"]
    for bad in ("metrics.loss LIKE 'x'", "things.x = '1'", "name > 'a'"):
        with pytest.raises(MlflowException) as caught:
            names(filter_string=bad)
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_which_versions_were_registered_of_it_is_a_tag(tracking, experiment):
    """In the words of Python's JSON, which clients compare as they are."""
    name = "Modèle " + experiment
    tracking.create_registered_model(name)
    model = tracking.create_logged_model(experiment)
    for _ in range(2):
        tracking.create_model_version(name, model.artifact_location, model_id=model.model_id)
    told = tracking.get_logged_model(model.model_id).tags["mlflow.modelVersions"]
    assert told == json.dumps([{"name": name, "version": 1}, {"name": name, "version": 2}])


def test_files_by_their_path(tracking, rest, experiment):
    model = tracking.create_logged_model(experiment)
    place = model.artifact_location.removeprefix("mlflow-artifacts:/")
    assert rest("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{place}/deep/MLmodel", data=b"flavors: {}").status_code == 200
    files = f"/ajax-api/2.0/mlflow/logged-models/{model.model_id}/artifacts/files"
    assert rest("GET", files, params={"artifact_file_path": "deep/MLmodel"}).text == "flavors: {}"
    assert_refused(rest("GET", files), "BAD_REQUEST", "artifact_file_path")
    assert_refused(rest("GET", files, params={"artifact_file_path": "none"}), "RESOURCE_DOES_NOT_EXIST", status=404)
    directories = f"logged-models/{model.model_id}/artifacts/directories"
    for path in ("..", "%2e%2e", "/etc", "deep/../.."):
        assert_refused(rest("GET", files, params={"artifact_file_path": path}), "INVALID_PARAMETER_VALUE", "Invalid path")
        assert_refused(rest.get(directories, artifact_directory_path=path), "INVALID_PARAMETER_VALUE", "Invalid path")
    assert [one["path"] for one in rest.get(directories, artifact_directory_path="deep").json()["files"]] == ["deep/MLmodel"]


@pytest.mark.parametrize("status", ["", " ", [], True, "READY", 9])
def test_a_status_is_one_that_there_is(tracking, rest, experiment, status):
    model = tracking.create_logged_model(experiment).model_id
    assert_refused(rest("PATCH", f"logged-models/{model}", {"model_id": model, "status": status}), "INVALID_PARAMETER_VALUE", "status")
    assert tracking.get_logged_model(model).status == "PENDING"
