"""Models that runs log: files, datasets and metrics with them, registered, loaded back, and registered by the native API too."""

import uuid

import mlflow
import pytest
import requests
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge


@pytest.fixture(scope="module")
def logged(server):
    """A run that autologging watched, and the logged model that it made: once, as MLflow asks another Python what the model needs."""
    mlflow.set_tracking_uri(server.url)
    mlflow.set_experiment("ridge " + uuid.uuid4().hex)
    mlflow.sklearn.autolog()
    x, y = load_diabetes(return_X_y=True)
    try:
        with mlflow.start_run() as run:
            model = Ridge(alpha=0.5).fit(x, y)
    finally:
        mlflow.sklearn.autolog(disable=True)
    return run.info.run_id, model


def same(one, other):
    return list(one.coef_) == list(other.coef_)


def test_autologging_tells_what_was_read_and_made(tracking, logged):
    run_id, model = logged
    run = tracking.get_run(run_id)
    (read,) = run.inputs.dataset_inputs
    assert [(tag.key, tag.value) for tag in read.tags] == [("mlflow.data.context", "train")]
    (made,) = run.outputs.model_outputs
    logged_model = tracking.get_logged_model(made.model_id)
    assert (logged_model.source_run_id, str(logged_model.status), logged_model.params["alpha"]) == (run_id, "READY", "0.5")
    measured = {metric.key: (metric.value, metric.dataset_digest) for metric in logged_model.metrics}
    assert measured["training_r2_score"] == (run.data.metrics["training_r2_score"], read.dataset.digest)
    assert same(mlflow.sklearn.load_model(f"models:/{made.model_id}"), model)
    assert same(mlflow.sklearn.load_model(f"runs:/{run_id}/model"), model)
    found = mlflow.search_logged_models([run.info.experiment_id], "metrics.training_r2_score > 0", output_format="list")
    assert [one.model_id for one in found] == [made.model_id]
    runs = tracking.search_runs([run.info.experiment_id])
    assert [(len(one.inputs.dataset_inputs), len(one.outputs.model_outputs)) for one in runs] == [(1, 1)]


def test_registered_versions_are_loaded_and_copied(tracking, logged):
    run_id, model = logged
    name = "ridge " + uuid.uuid4().hex
    made = tracking.get_run(run_id).outputs.model_outputs[0].model_id
    mlflow.register_model(f"models:/{made}", name)
    mlflow.register_model(f"runs:/{run_id}/model", name)
    tracking.set_registered_model_alias(name, "champion", "1")
    tracking.copy_model_version(f"models:/{name}@champion", name + " copy")
    for uri in (f"models:/{name}/1", f"models:/{name}/2", f"models:/{name}@champion", f"models:/{name}/latest", f"models:/{name} copy/1"):
        assert same(mlflow.sklearn.load_model(uri), model), uri
    assert [int(one.version) for one in tracking.search_model_versions(f"run_id = '{run_id}' AND name = '{name}'", order_by=["version_number ASC"])] == [1, 2]
    tracking.delete_logged_model(made)
    assert same(mlflow.sklearn.load_model(f"models:/{name} copy/1"), model)


def test_what_the_native_api_registered_is_loaded(server, tracking, logged, tmp_path):
    run_id, model = logged
    mlflow.sklearn.save_model(model, tmp_path / "model", pip_requirements=["scikit-learn"])
    tracking.log_artifacts(run_id, str(tmp_path / "model"), "outputs/model")
    workspace = requests.get(server.url + "/api/v1/workspaces", timeout=30).json()["workspaces"][0]["name"]
    name = "native-" + uuid.uuid4().hex
    path = f"{server.url}/api/v1/workspaces/{workspace}/models/{name}/versions"
    made = requests.post(path, json={"source": {"runId": run_id, "path": "outputs/model"}}, timeout=30).json()
    assert (made["version"], made["runId"], made["status"]) == (1, run_id, "ready")
    assert same(mlflow.sklearn.load_model(f"models:/{name}/1"), model)
