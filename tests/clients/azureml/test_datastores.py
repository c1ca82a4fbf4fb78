"""Files of the default datastore: uploaded and downloaded by the client itself, and read by jobs."""

import os
import urllib.request
import uuid

import pytest


@pytest.fixture
def place():
    """A folder of the datastore that is this test's alone."""
    return "test-" + uuid.uuid4().hex


@pytest.fixture
def source(tmp_path):
    (tmp_path / "source" / "deep").mkdir(parents=True)
    (tmp_path / "source" / "a ü+1%.csv").write_text("x,y\n1,2\n")
    (tmp_path / "source" / "deep" / "b&<c>.txt").write_text("second")
    (tmp_path / "source" / "empty.txt").write_text("")
    return tmp_path / "source"


def read(folder):
    """The files below a folder by their paths, with what they hold."""
    found = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
    return {os.path.relpath(path, folder): open(path, "rb").read() for path in found}


def test_a_folder_goes_up_and_comes_back(workspace, native, source, place, tmp_path, capsys):
    store = workspace.get_default_datastore()
    reference = store.upload(str(source), target_path=place)
    assert (reference.datastore.name, reference.path_on_datastore) == (store.name, place)
    assert "Uploaded 3 files" in capsys.readouterr().out
    listed = native("GET", f"/api/v1/workspaces/lab/datastores/{store.name}/files?prefix={place}/")["files"]
    assert [one["path"] for one in listed] == [f"{place}/{name}" for name in ("a ü+1%.csv", "deep/b&<c>.txt", "empty.txt")]
    assert store.download(str(tmp_path / "back"), prefix=place, show_progress=False) == 3
    assert read(tmp_path / "back" / place) == read(source)
    assert store.download(str(tmp_path / "part"), prefix=f"{place}/deep", show_progress=False) == 1
    assert store.download(str(tmp_path / "nothing"), prefix=f"{place}/none", show_progress=False) == 0


def test_a_file_that_is_there_is_left_unless_it_is_to_be_overwritten(workspace, source, place, tmp_path, capsys):
    from azureml.core import Datastore

    store = Datastore.get(workspace, "workspaceblobstore")
    path = str(source / "deep" / "b&<c>.txt")
    store.upload_files([path], relative_root=str(source), target_path=place)
    with open(path, "w") as file:
        file.write("changed")
    store.upload_files([path], relative_root=str(source), target_path=place)
    assert "Target already exists. Skipping upload" in capsys.readouterr().out
    store.download(str(tmp_path / "before"), prefix=place, show_progress=False)
    store.upload_files([path], relative_root=str(source), target_path=place, overwrite=True)
    store.download(str(tmp_path / "after"), prefix=place, show_progress=False)
    name = os.path.join(place, "deep", "b&<c>.txt")
    assert (read(tmp_path / "before"), read(tmp_path / "after")) == ({name: b"second"}, {name: b"changed"})


def test_a_file_of_several_blocks(workspace, place, tmp_path):
    (tmp_path / "source").mkdir()
    with open(tmp_path / "source" / "large.bin", "wb") as file:
        for part in range(70):
            file.write(bytes([part]) * (1 << 20))
    store = workspace.get_default_datastore()
    store.upload(str(tmp_path / "source"), target_path=place, show_progress=False)
    assert store.download(str(tmp_path / "back"), prefix=place, show_progress=False) == 1
    assert read(tmp_path / "back" / place) == read(tmp_path / "source")


def test_a_job_reads_what_was_uploaded(workspace, experiment, source, place, tmp_path, server):
    from azureml.core import ScriptRunConfig
    from azureml.core.runconfig import DataReferenceConfiguration

    store = workspace.get_default_datastore()
    store.upload(str(source), target_path=place, show_progress=False)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "train.py").write_text(
        "import os, sys\n"
        "print('data', sorted(os.listdir(sys.argv[1])))\n"
        "from azureml.core import Run\n"
        "store = Run.get_context(allow_offline=False).experiment.workspace.get_default_datastore()\n"
        f"print('downloaded', store.download('back', prefix={place + '/deep'!r}, show_progress=False))\n"
    )
    folder = store.path(place).as_download()
    config = ScriptRunConfig(source_directory=str(tmp_path / "code"), script="train.py", arguments=[str(folder)], compute_target="local")
    config.run_config.data_references = {folder.data_reference_name: DataReferenceConfiguration(store.name, "download", place)}
    run = experiment.submit(config)
    run.wait_for_completion()
    with urllib.request.urlopen(f"{server.url}/api/v1/runs/{run.id}/files/azureml-logs/70_driver_log.txt") as reply:
        log = reply.read().decode()
    assert "data ['a ü+1%.csv', 'deep', 'empty.txt']" in log and "downloaded 1" in log, log
