"""azureml-mlflow beside azureml-core: both log to the same runs, and each reads what the other has logged."""

import pathlib

import mlflow
import pytest


@pytest.fixture
def tracking(workspace):
    mlflow.set_tracking_uri(workspace.get_mlflow_tracking_uri())
    yield
    mlflow.end_run()


def test_mlflow_logs_to_a_run_that_azureml_core_reads(tracking, workspace, experiment, tmp_path):
    mlflow.set_experiment(experiment.name)
    with mlflow.start_run(run_name="ridge") as active:
        mlflow.log_param("alpha", 0.5)
        for step in range(3):
            mlflow.log_metric("mse", 1 / (step + 1), step=step)
        mlflow.set_tag("quality", "good")
        (tmp_path / "notes.txt").write_text("from mlflow")
        mlflow.log_artifact(str(tmp_path / "notes.txt"), "kept")
    run = workspace.get_run(active.info.run_id)
    assert (run.get_status(), run.experiment.name, run.display_name) == ("Completed", experiment.name, "ridge")
    assert run.get_metrics() == {"mse": [1.0, 0.5, 1 / 3]}
    assert run.get_tags()["quality"] == "good"
    assert run.get_file_names() == ["kept/notes.txt"]
    run.download_file("kept/notes.txt", str(tmp_path / "back.txt"))
    assert (tmp_path / "back.txt").read_text() == "from mlflow"


def test_azureml_core_logs_to_a_run_that_mlflow_reads(tracking, experiment, tmp_path):
    with experiment.start_logging(snapshot_directory=None) as run:
        run.log("mse", 0.5)
        run.log("mse", 0.25)
        run.log_row("point", x=1, y=2.5)
        run.tag("quality", "good")
        (tmp_path / "notes.txt").write_text("from azureml-core")
        run.upload_file("outputs/notes.txt", str(tmp_path / "notes.txt"))
    client = mlflow.tracking.MlflowClient()
    found = client.get_run(run.id)
    assert found.info.status == "FINISHED"
    assert found.data.metrics["mse"] == 0.25
    assert found.data.metrics["point.y"] == 2.5
    assert found.data.tags["quality"] == "good"
    assert [one.value for one in client.get_metric_history(run.id, "mse")] == [0.5, 0.25]
    assert [one.path for one in client.list_artifacts(run.id, "outputs")] == ["outputs/notes.txt"]
    path = client.download_artifacts(run.id, "outputs/notes.txt", str(tmp_path))
    assert open(path).read() == "from azureml-core"
    assert [one.info.run_id for one in client.search_runs([found.info.experiment_id])] == [run.id]


@pytest.mark.parametrize("names_run", [True, False])
def test_a_model_that_mlflow_registers_is_one_of_the_workspace(tracking, workspace, experiment, tmp_path, names_run):
    from azureml.core import Model

    mlflow.set_experiment(experiment.name)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "MLmodel").write_text("flavors: {}\n")
    (tmp_path / "model" / "weights.txt").write_text("weights")
    with mlflow.start_run() as active:
        mlflow.log_artifacts(str(tmp_path / "model"), "model")
    name = "model-" + active.info.run_id
    source = active.info.artifact_uri + "/model"
    if names_run:
        client = mlflow.tracking.MlflowClient()
        client.create_registered_model(name)
        client.create_model_version(name, source, active.info.run_id)
    else:
        mlflow.register_model(source, name)
    model = Model(workspace, name)
    assert (model.version, model.run_id, model.experiment_name) == (1, active.info.run_id, experiment.name)
    back = model.download(str(tmp_path / "core"))
    assert sorted(path.name for path in pathlib.Path(back).iterdir()) == ["MLmodel", "weights.txt"]
    back = mlflow.artifacts.download_artifacts(f"models:/{name}/1", dst_path=str(tmp_path / "mlflow"))
    assert sorted(path.name for path in pathlib.Path(back).rglob("*.txt")) == ["weights.txt"]
