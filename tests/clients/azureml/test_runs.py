"""What notebooks do: start runs, log, tag, make children, find them again, and read back what was logged."""

import base64
import math

import pytest
import requests


@pytest.fixture
def run(experiment):
    begun = experiment.start_logging(snapshot_directory=None)
    yield begun
    if begun.get_status() == "Running":
        begun.complete()


def test_the_workspace(workspace, experiment):
    from azureml.core import Experiment, Workspace

    assert workspace.name == "lab"
    assert workspace.get_details()["id"].endswith("/workspaces/lab")
    assert [one.name for one in Workspace.list(workspace.subscription_id)["lab"]] == ["lab"]
    assert experiment.name in workspace.experiments
    experiment.set_tags({"team": "vision", "old": "yes"})
    experiment.remove_tags(["old"])
    experiment.refresh()
    assert experiment.tags == {"team": "vision"}
    assert [one.name for one in Experiment.list(workspace, experiment_name=experiment.name)] == [experiment.name]
    experiment.archive()
    assert experiment.name not in [one.name for one in Experiment.list(workspace)]
    experiment.reactivate()
    assert experiment.name in [one.name for one in Experiment.list(workspace)]


def test_metrics_of_every_inline_kind(run, native):
    run.log("mse", 1.5)
    run.log("mse", 0.5)
    run.log("epochs", 3)
    run.log("long", 2**60 + 1)
    run.log("verdict", "good")
    run.log("nan", math.nan)
    run.log("infinite", -math.inf)
    run.log("stepped", 1.0, step=4)
    run.log_list("fibonacci", [1, 1, 2, 3])
    run.log_row("point", x=1, y=2.5)
    run.log_table("table", {"a": [1, 2], "b": ["x", "y"]})
    run.flush()
    logged = run.get_metrics()
    assert math.isnan(logged.pop("nan"))
    assert logged == {
        "mse": [1.5, 0.5],
        "epochs": 3,
        "long": 2**60 + 1,
        "verdict": "good",
        "infinite": -math.inf,
        "stepped": 1.0,
        "fibonacci": [1, 1, 2, 3],
        "point": {"x": 1, "y": 2.5},
        "table": {"a": [1, 2], "b": ["x", "y"]},
    }
    assert run.get_metrics("mse") == {"mse": [1.5, 0.5]}
    assert run.get_metrics("nothing") == {}
    metrics = native("GET", "/api/v1/runs/" + run.id)["metrics"]
    assert (metrics["mse"]["kind"], metrics["mse"]["count"], metrics["table"]["kind"]) == ("scalar", 2, "table")


def test_many_points_are_each_there_once(run):
    for value in range(300):
        run.log("loss", value)
    run.flush()
    assert run.get_metrics()["loss"] == list(range(300))


def test_tags_and_properties(run, experiment):
    run.tag("quality", "good")
    run.tag("worth another look")
    run.set_tags({"gone": "soon"})
    run.remove_tags(["gone"])
    run.add_properties({"author": "ada"})
    assert run.get_tags() == {"quality": "good", "worth another look": None}
    assert run.get_properties() == {"author": "ada"}
    other = experiment.start_logging(snapshot_directory=None)
    other.complete()
    found = lambda **how: [one.id for one in experiment.get_runs(**how)]  # noqa: E731
    assert found() == [other.id, run.id]
    assert found(tags={"quality": "good"}) == [run.id]
    assert found(tags="worth another look") == [run.id]
    assert found(tags={"quality": "bad"}) == []
    assert found(properties={"author": "ada"}) == [run.id]
    assert found(properties="author", tags="quality") == [run.id]


def test_children(run, experiment):
    from azureml.core import Run

    child = run.child_run(name="fold 1")
    child.log("mse", 1)
    assert child.parent.id == run.id
    grandchild = child.child_run()
    grandchild.complete()
    child.complete()
    tagged = run.create_children(tag_key="alpha", tag_values=["0.1", "0.2"])
    assert [one.get_tags() for one in tagged] == [{"alpha": "0.1"}, {"alpha": "0.2"}]
    assert len(run.create_children(count=3)) == 3
    assert len(list(run.get_children())) == 6
    assert len(list(run.get_children(recursive=True))) == 7
    assert [one.id for one in run.get_children(tags={"alpha": "0.2"})] == [tagged[1].id]
    assert [one.id for one in experiment.get_runs()] == [run.id]
    assert len(list(experiment.get_runs(include_children=True))) == 8
    assert Run(experiment, run.id).get_metrics(recursive=True)[child.id] == {"mse": 1}


def test_how_runs_end(workspace, experiment):
    completed, failed, cancelled = (experiment.start_logging(snapshot_directory=None) for _ in range(3))
    completed.complete()
    failed.fail(error_details="The data is not there.", error_code="NoData")
    cancelled.cancel()
    assert [one.get_status() for one in (completed, failed, cancelled)] == ["Completed", "Failed", "Canceled"]
    error = failed.get_details()["error"]["error"]
    assert (error["code"], error["message"]) == ("NoData", "The data is not there.")
    again = workspace.get_run(completed.id)
    assert (again.id, again.experiment.name) == (completed.id, experiment.name)
    again.display_name = "The first one"
    assert workspace.get_run(completed.id).display_name == "The first one"
    with pytest.raises(Exception, match="nothing"):
        workspace.get_run("nothing")


def test_files(run, folder):
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "a ü.txt").write_text("hello")
    (folder / "data" / "empty.txt").write_text("")
    run.upload_file("outputs/model.pkl", str(folder / "data" / "a ü.txt"))
    run.upload_folder("kept", str(folder / "data"))
    assert sorted(run.get_file_names()) == ["kept/a ü.txt", "kept/empty.txt", "outputs/model.pkl"]
    run.download_file("outputs/model.pkl", str(folder / "model.pkl"))
    assert (folder / "model.pkl").read_text() == "hello"
    run.download_files(prefix="kept", output_directory=str(folder / "back"))
    assert (folder / "back" / "kept" / "a ü.txt").read_text() == "hello"
    with pytest.raises(Exception, match="nothing.txt"):
        run.download_file("nothing.txt", str(folder / "nothing.txt"))
    matrix = {"schema_type": "confusion_matrix", "schema_version": "v1", "data": {"class_labels": ["0", "1"], "matrix": [[1, 2], [3, 4]]}}
    run.log_confusion_matrix("confusion", matrix)
    run.flush()
    assert run.get_metrics()["confusion"] == "aml://artifactId/ExperimentRun/dcid.{}/confusion".format(run.id)


def test_metrics_of_kinds_that_are_files(run, native, tmp_path):
    picture = tmp_path / "dot.png"
    picture.write_bytes(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="))
    table = {
        "probability_tables": [[[1, 0, 1, 0]]],
        "percentile_tables": [[[1, 0, 1, 0]]],
        "probability_thresholds": [0.5],
        "percentile_thresholds": [0.5],
        "class_labels": ["a"],
    }
    run.log_image("dot", path=str(picture))
    run.log_accuracy_table("accuracy", {"schema_type": "accuracy_table", "schema_version": "1.0.1", "data": table})
    predictions = {"bin_averages": [1.0], "bin_errors": [0.1], "bin_counts": [2], "bin_edges": [0.0, 2.0]}
    run.log_predictions("predicted", {"schema_type": "predictions", "schema_version": "1.0.0", "data": predictions})
    run.log_residuals("residuals", {"schema_type": "residuals", "schema_version": "1.0.0", "data": {"bin_edges": [0.0, 1.0], "bin_counts": [3]}})
    run.flush()
    logged = run.get_metrics(populate=True)
    assert sorted(logged) == ["accuracy", "dot", "predicted", "residuals"]
    assert logged["accuracy"].convert_to_object()["data"] == table
    assert logged["predicted"].convert_to_object()["data"] == predictions
    assert logged["residuals"].convert_to_object()["data"]["bin_counts"] == [3]


def test_a_service_principal_signs_in_with_a_token_as_its_password(workspace, native):
    from azureml.core import Workspace
    from azureml.core.authentication import ServicePrincipalAuthentication

    made = native("POST", "/api/v1/tokens", {"permissions": ["workspace.read", "run.read"], "workspace": "lab", "expiresInSeconds": 3600})
    principal = ServicePrincipalAuthentication("adfs", "anyone", made["token"])
    found = Workspace(workspace.subscription_id, workspace.resource_group, "lab", auth=principal)
    assert found.get_details()["id"] == workspace.get_details()["id"]


def test_the_address_of_a_run_leads_to_its_page(run):
    page = requests.get(run.get_portal_url())
    assert page.status_code == 200
    assert page.url.endswith(f"/w/lab/runs/{run.id}")
