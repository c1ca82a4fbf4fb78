"""Submitting scripts with azureml-core as it is installed: to this machine and to a cluster, followed to their end."""

import os
import pathlib
import subprocess
import sys
import time
import uuid
import zipfile

import pytest

START_SECONDS_MAX = 240


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
        "if '--wait' in sys.argv:\n"
        "    time.sleep(600)\n"
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


def test_a_script_on_a_cluster_of_the_client(workspace, experiment, source, capsys):
    from azureml.core import ScriptRunConfig
    from azureml.core.compute import AmlCompute, ComputeTarget

    name = "cpu-" + uuid.uuid4().hex[:8]
    configuration = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", min_nodes=0, max_nodes=1)
    cluster = ComputeTarget.create(workspace, name, configuration)
    cluster.wait_for_completion(show_output=True)
    config = ScriptRunConfig(source_directory=source, script="train.py", arguments=["--seen"], compute_target=cluster)
    # Where the scripts of these tests find the package.
    config.run_config.environment.python.user_managed_dependencies = True
    config.run_config.environment.python.interpreter_path = sys.executable
    run = experiment.submit(config)
    details = run.wait_for_completion(show_output=True)
    printed = capsys.readouterr().out
    assert (details["status"], details["target"]) == ("Completed", name), printed
    assert "arguments ['--seen']" in printed and "Execution Summary" in printed
    assert run.get_metrics() == {"mse": 0.25}
    logs = run.get_details_with_logs()["logFiles"]
    assert any("from the snapshot" in text for text in logs.values())
    assert [one.id for one in experiment.get_runs()] == [run.id]
    config.arguments = ["--wait"]
    cancelled = experiment.submit(config)
    until = time.monotonic() + START_SECONDS_MAX
    while cancelled.get_status() != "Running":
        assert time.monotonic() < until, cancelled.get_details()
        time.sleep(0.2)
    cancelled.cancel()
    cancelled.wait_for_completion(raise_on_error=False)
    assert cancelled.get_status() == "Canceled"
    cluster.delete()
    assert name not in workspace.compute_targets


def test_a_script_whose_folder_comes_as_a_zip_file(experiment, source, monkeypatch):
    from azureml.core import ScriptRunConfig

    monkeypatch.setenv("AML_FORCE_EXECUTE_WITH_ZIP", "1")
    for target in ("local", "zip-target"):
        config = ScriptRunConfig(source_directory=source, script="train.py", compute_target="local")
        config.run_config.target = target
        if target == "zip-target":
            with pytest.raises(Exception, match="zip-target"):
                experiment.submit(config)
        else:
            run = experiment.submit(config)
            assert run.wait_for_completion()["status"] == "Completed"
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
