"""Submitting scripts with azureml-core as it is installed: to this machine and to a cluster, followed to their end."""

import os
import pathlib
import subprocess
import sys
import zipfile

import pytest


@pytest.fixture
def source(tmp_path):
    """A source folder with one script, which prints its arguments, and fails or goes on for a while when it is told to."""
    (tmp_path / "code" / "deep").mkdir(parents=True)
    (tmp_path / "code" / "deep" / "data.txt").write_text("from the snapshot")
    (tmp_path / "code" / "train.py").write_text(
        "import sys, time\n"
        "from azureml.core import Run\n"
        "run = Run.get_context(allow_offline=False)\n"
        "print('arguments', sys.argv[1:])\n"
        "print(open('deep/data.txt').read())\n"
        "run.log('mse', 0.25)\n"
        "if '--seen' in sys.argv:\n"
        "    time.sleep(5)\n"
        "if '--fail' in sys.argv:\n"
        "    raise ValueError('no such column')\n"
    )
    return str(tmp_path / "code")


def test_a_script_on_this_machine(experiment, source, capsys):
    from azureml.core import ScriptRunConfig

    # The package prints nothing of a run that has ended before it first looks.
    arguments = ["--rate", 0.1, "--seen"]
    config = ScriptRunConfig(source_directory=source, script="train.py", arguments=arguments, compute_target="local")
    run = experiment.submit(config, tags={"quality": "good"})
    details = run.wait_for_completion(show_output=True)
    printed = capsys.readouterr().out
    assert details["status"] == "Completed", printed
    assert "arguments ['--rate', '0.1', '--seen']" in printed
    assert "from the snapshot" in printed
    assert "Execution Summary" in printed
    assert details["runDefinition"]["script"] == "train.py"
    assert details["runDefinition"]["arguments"] == ["--rate", "0.1", "--seen"]
    assert run.get_metrics() == {"mse": 0.25}
    assert run.get_tags() == {"quality": "good"}
    assert "azureml-logs/70_driver_log.txt" in details["logFiles"]
    found = next(experiment.get_runs(type="azureml.scriptrun"))
    assert (found.id, type(found).__name__) == (run.id, "ScriptRun")
    # The second time nothing is sent of a folder that has not changed; then only what has.
    again = experiment.submit(config)
    assert again.get_properties()["ContentSnapshotId"] == run.get_properties()["ContentSnapshotId"]
    with open(os.path.join(source, "deep", "data.txt"), "w") as file:
        file.write("changed since")
    changed = experiment.submit(config)
    assert changed.wait_for_completion()["status"] == again.wait_for_completion()["status"] == "Completed"
    logs = changed.get_all_logs(destination=source + "-logs")
    assert any("changed since" in open(log).read() for log in logs)
    os.mkdir(source + "-restored")
    with zipfile.ZipFile(run.restore_snapshot(path=source + "-restored")) as restored:
        assert sorted(restored.namelist()) == ["deep/data.txt", "train.py"]
        assert restored.read("deep/data.txt") == b"from the snapshot"


def test_a_script_that_fails(experiment, source, capsys):
    from azureml.core import ScriptRunConfig
    from azureml.exceptions import ActivityFailedException

    config = ScriptRunConfig(source_directory=source, script="train.py", arguments=["--fail"], compute_target="local")
    run = experiment.submit(config)
    with pytest.raises(ActivityFailedException, match="no such column"):
        run.wait_for_completion(show_output=True)
    assert run.get_status() == "Failed"
    assert run.get_metrics() == {"mse": 0.25}


def test_run_details_shows_such_a_run(experiment, folder, server):
    with experiment.start_logging(snapshot_directory=None) as run:
        run.log("mse", 0.25)
    python = pathlib.Path(__file__).resolve().parents[3] / "python"
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (python, python / "azureml_compat" / "widgets")))}
    code = (
        "from azureml.core import Workspace\n"
        "from azureml.widgets import RunDetails\n"
        f"run = Workspace.from_config().get_run({run.id!r})\n"
        "RunDetails(run).show()\n"
    )
    shown = subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=variables, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    assert run.id in shown.stdout and "mse" in shown.stdout
