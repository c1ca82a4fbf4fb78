"""Scripts that are submitted to a server and use azureml-core as it is installed: they find their run, and all that they log is kept."""

import hashlib
import json
import sys
import textwrap
import time
import urllib.error
import urllib.request

import pytest

END_SECONDS_MAX = 240
TERMINAL = ("Completed", "Failed", "Canceled")


class Jobs:
    """Submits scripts to be run by the Python of these tests, and waits for their end."""

    def __init__(self, url, native, experiment):
        self._url = url
        self._native = native
        self._experiment = experiment

    def submit(self, code):
        """The id of the run of a script."""
        content = textwrap.dedent(code).encode()
        digest = hashlib.sha256(content).hexdigest()
        snapshots = "/api/v1/workspaces/lab/snapshots"
        request = urllib.request.Request(f"{self._url}{snapshots}/contents/{digest}", method="PUT", data=content)
        request.add_header("content-type", "application/octet-stream")
        urllib.request.urlopen(request).close()
        files = [{"path": "script.py", "sizeBytes": len(content), "sha256": digest}]
        snapshot = self._native("POST", snapshots, {"files": files})["id"]
        job = {"script": "script.py", "snapshotId": snapshot, "interpreter": sys.executable}
        return self._native("POST", f"/api/v1/experiments/{self._experiment}/jobs", {"definition": job})["runId"]

    def wait(self, run_id):
        """The run when it has ended."""
        deadline = time.monotonic() + END_SECONDS_MAX
        while time.monotonic() < deadline:
            run = self._native("GET", "/api/v1/runs/" + run_id)
            if run["status"] in TERMINAL:
                return run
            time.sleep(0.2)
        raise AssertionError(f"{run_id} did not end")

    def log(self, run_id):
        with urllib.request.urlopen(f"{self._url}/api/v1/runs/{run_id}/files/azureml-logs/70_driver_log.txt") as reply:
            return reply.read().decode()

    def completed(self, code):
        """The run of a script that has to end well."""
        run_id = self.submit(code)
        run = self.wait(run_id)
        assert run["status"] == "Completed", self.log(run_id)
        return run


@pytest.fixture
def jobs(server, native, folder):
    made = native("POST", "/api/v1/workspaces/lab/experiments", {"name": "jobs", "existOk": True})
    return Jobs(server.url, native, made["id"])


def test_a_script_finds_its_run_and_what_it_logs_is_kept_though_it_flushes_nothing(jobs):
    run = jobs.completed(
        """
        import azureml.core
        from azureml.core import Run

        assert azureml.core.VERSION.startswith("1.61"), azureml.core.__file__
        assert "site-packages" in azureml.core.__file__
        run = Run.get_context(allow_offline=False)
        for step in range(120):
            run.log("loss", 1 / (step + 1), step=step)
        run.log_list("fibonacci", [1, 1, 2, 3])
        run.log_row("point", x=1, y=2.5)
        run.log_table("table", {"a": [1, 2], "b": ["x", "y"]})
        run.tag("quality", "good")
        run.tag("worth another look")
        run.set_tags({"team": "vision"})
        run.add_properties({"author": "ada"})
        print("logged to", run.id, run.experiment.name, run.experiment.workspace.name)
        """
    )
    assert {name: one["count"] for name, one in run["metrics"].items() if not name.startswith("system/")} == {
        "loss": 120,
        "fibonacci": 4,
        "point": 1,
        "table": 2,
    }
    assert run["tags"] == {"quality": "good", "worth another look": None, "team": "vision"}
    assert run["properties"]["author"] == "ada"
    assert f"logged to {run['id']} jobs lab" in jobs.log(run["id"])


def test_every_method_of_a_run(jobs):
    run = jobs.completed(
        """
        import base64, os
        from azureml.core import Run

        run = Run.get_context(allow_offline=False)
        matrix = {"schema_type": "confusion_matrix", "schema_version": "1.0.0", "data": {"class_labels": ["0", "1"], "matrix": [[1, 2], [3, 4]]}}
        run.log_confusion_matrix("confusion", matrix)
        with open("dot.png", "wb") as picture:
            picture.write(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="))
        run.log_image("dot", path="dot.png")
        table = {"probability_tables": [[[1, 0, 1, 0]]], "percentile_tables": [[[1, 0, 1, 0]]], "probability_thresholds": [0.5],
                 "percentile_thresholds": [0.5], "class_labels": ["a"]}
        run.log_accuracy_table("accuracy", {"schema_type": "accuracy_table", "schema_version": "1.0.1", "data": table})
        bins = {"bin_averages": [1.0], "bin_errors": [0.1], "bin_counts": [2], "bin_edges": [0.0, 2.0]}
        run.log_predictions("predicted", {"schema_type": "predictions", "schema_version": "1.0.0", "data": bins})
        run.log_residuals("residuals", {"schema_type": "residuals", "schema_version": "1.0.0", "data": {"bin_edges": [0.0, 1.0], "bin_counts": [3]}})
        run.log("mse", 0.5)
        run.log("verdict", "good")
        run.flush()
        assert sorted(run.get_metrics()) == ["accuracy", "confusion", "dot", "mse", "predicted", "residuals", "verdict"], run.get_metrics()
        assert run.get_metrics("mse") == {"mse": 0.5}

        os.makedirs("made/deep", exist_ok=True)
        for name in ("made/a.txt", "made/deep/b.txt"):
            with open(name, "w") as file:
                file.write(name)
        run.upload_file("kept/a.txt", "made/a.txt")
        run.upload_files(["kept/b.txt"], ["made/deep/b.txt"])
        run.upload_folder("folder", "made")
        names = run.get_file_names()
        assert {"kept/a.txt", "kept/b.txt", "folder/a.txt", "folder/deep/b.txt"} <= set(names), names
        run.download_file("kept/b.txt", "back.txt")
        assert open("back.txt").read() == "made/deep/b.txt"
        model = run.register_model("made-in-a-job", model_path="kept/a.txt")
        assert (model.version, model.run_id) == (1, run.id)

        run.tag("quality", "good")
        run.add_properties({"author": "ada"})
        assert run.get_tags()["quality"] == "good"
        assert run.get_properties()["author"] == "ada"
        try:
            run.add_properties({"author": "bob"})
        except Exception as error:
            assert "author" in str(error), error
        else:
            raise AssertionError("a property was changed")

        with run.child_run(name="fold 1") as child:
            child.log("mse", 1)
            assert child.parent.id == run.id
        assert child.get_status() == "Completed", child.get_status()
        tagged = run.create_children(tag_key="alpha", tag_values=["0.1", "0.2"])
        tagged[0].complete()
        tagged[1].fail(error_details="The data is not there.", error_code="NoData")
        cancelled = run.create_children(count=1)[0]
        cancelled.cancel()
        ends = [one.get_status() for one in (*tagged, cancelled)]
        assert ends == ["Completed", "Failed", "Canceled"], ends
        assert len(list(run.get_children())) == 4
        assert [one.id for one in run.get_children(status="Failed")] == [tagged[1].id]
        assert run.parent is None
        details = run.get_details()
        assert details["runId"] == run.id and details["status"] == "Running", details
        assert details["runDefinition"]["script"] == "script.py", details["runDefinition"]
        assert any(name.startswith("azureml-logs/65_job_prep") for name in details["logFiles"]), details["logFiles"]
        run.complete()
        assert run.get_status() == "Running", run.get_status()
        """
    )
    assert run["metrics"]["mse"]["count"] == 1


def test_a_script_that_says_that_it_failed(jobs):
    run_id = jobs.submit(
        """
        from azureml.core import Run

        run = Run.get_context(allow_offline=False)
        run.log("mse", 0.5)
        run.fail(error_details="The data is not there.", error_code="NoData")
        raise SystemExit(3)
        """
    )
    run = jobs.wait(run_id)
    assert (run["status"], run["error"]["code"], run["error"]["message"]) == ("Failed", "NoData", "The data is not there.")
    assert run["metrics"]["mse"]["count"] == 1


def test_a_script_that_raises(jobs):
    run = jobs.wait(jobs.submit("from azureml.core import Run\nRun.get_context().log('a', 1)\nraise ValueError('no such column')\n"))
    assert (run["status"], run["metrics"]["a"]["count"]) == ("Failed", 1)
    assert "no such column" in json.dumps(run["error"])


def test_a_script_submits_children(jobs):
    jobs.completed(
        """
        import os
        from azureml.core import Run, ScriptRunConfig

        run = Run.get_context(allow_offline=False)
        os.makedirs("child", exist_ok=True)
        with open("child/child.py", "w") as file:
            file.write("from azureml.core import Run\\nrun = Run.get_context()\\nrun.log('mse', 0.5)\\nprint(run.parent.id)\\n")
        child = run.submit_child(ScriptRunConfig(source_directory="child", script="child.py", compute_target="local"))
        child.wait_for_completion(raise_on_error=True)
        assert child.get_status() == "Completed", child.get_status()
        assert child.parent.id == run.id
        assert child.get_metrics() == {"mse": 0.5}
        assert [one.id for one in run.get_children()] == [child.id]
        """
    )
