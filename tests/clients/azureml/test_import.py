"""What was exported from a workspace with azureml-core comes over whole to another server."""

import json
import os
import pathlib
import subprocess
import sys
import urllib.request

EXPORTER = pathlib.Path(__file__).resolve().parents[3] / "examples" / "azureml" / "export_azureml.py"


def test_runs_that_are_exported_and_imported(experiment, folder, fresh_server, tmp_path):
    (folder / "notes.txt").write_text("kept")
    with experiment.start_logging(snapshot_directory=None) as run:
        run.log("mse", 0.5)
        run.log("mse", float("nan"))
        run.log("stepped", 1.0, step=4)
        run.log_row("point", x=1, y=2.5)
        run.log_list("fibonacci", [1, 1, 2, 3])
        run.tag("quality", "good")
        run.tag("worth another look")
        run.add_properties({"author": "ada"})
        run.upload_file("outputs/notes.txt", "notes.txt")
        child = run.child_run(name="fold 1")
        child.log("verdict", "bad")
        child.fail(error_details="The data is not there.", error_code="NoData")
    exported = tmp_path / "export"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(EXPORTER), str(exported), "--experiment", experiment.name], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout == f"{experiment.name}: 0 runs\n"

    target = fresh_server()
    request = urllib.request.Request(target.url + "/api/v1/workspaces", data=b'{"name": "arrived"}', headers={"content-type": "application/json"})
    urllib.request.urlopen(request).close()
    command = [*target.command, "import", "azureml", str(exported), "--url", target.url, "--workspace", "arrived", "--output", "json"]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("RUNSTEAD_")}
    reports = []
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, env=variables)
        assert done.returncode == 0, done.stderr + done.stdout
        reports.append(json.loads(done.stdout))
    # The package adds files of its own.
    files = len(run.get_file_names()) + len(child.get_file_names())
    assert [(one["runs"], one["runsThere"], one["files"]) for one in reports] == [(2, 0, files), (0, 2, 0)]

    def read(path):
        with urllib.request.urlopen(target.url + path) as reply:
            return json.load(reply)

    whole = read("/api/v1/runs/" + run.id)
    assert (whole["status"], whole["tags"], whole["properties"]["author"]) == ("Completed", {"quality": "good", "worth another look": None}, "ada")
    counts = {name: (metric["kind"], metric["count"]) for name, metric in whole["metrics"].items()}
    assert counts == {"mse": ("scalar", 2), "stepped": ("scalar", 1), "point": ("row", 1), "fibonacci": ("list", 4)}
    failed = read("/api/v1/runs/" + child.id)
    assert (failed["status"], failed["parentId"], failed["displayName"], failed["error"]["message"]) == (
        "Failed",
        run.id,
        "fold 1",
        "The data is not there.",
    )
    original = run.get_details()
    assert whole["endTime"][:19] == original["endTimeUtc"][:19]
    with urllib.request.urlopen(f"{target.url}/api/v1/runs/{run.id}/files/outputs/notes.txt") as reply:
        assert reply.read() == b"kept"
