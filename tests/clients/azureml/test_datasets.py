"""Datasets of azureml-core with the engine that it brings: made of files of the datastore, registered, read here and in jobs."""

import os
import sys
import uuid

import pytest

END_SECONDS_MAX = 240
SCRIPT = """
import os, sys
from azureml.core import Dataset, Run

run = Run.get_context(allow_offline=False)
_, mounted, downloaded, output, table = sys.argv
assert run.input_datasets["folder"] == os.environ["folder"] == mounted
assert sorted(os.listdir(mounted)) == ["a.csv", "deep"] and os.listdir(os.path.join(mounted, "deep")) == ["b.csv"]
assert run.input_datasets["one"] == downloaded and open(downloaded).read() == "x,y\\n1,2\\n3,4\\n"
assert run.input_datasets["table"].id == os.environ["table"] == table
assert run.input_datasets["table"].to_pandas_dataframe().to_dict("list") == {"x": [1, 3], "y": [2, 4]}
assert Dataset.get_by_id(run.experiment.workspace, table).to_pandas_dataframe().shape == (2, 2)
assert run.output_datasets["result"] == output
with open(os.path.join(output, "out.txt"), "w") as file:
    file.write(run.id)
run.log("rows", 2)
"""


@pytest.fixture
def datastore(workspace):
    return workspace.get_default_datastore()


@pytest.fixture
def place(tmp_path, datastore):
    """A folder of the datastore that is this test's alone, with two files."""
    from azureml.core import Dataset

    (tmp_path / "source" / "deep").mkdir(parents=True)
    (tmp_path / "source" / "a.csv").write_text("x,y\n1,2\n3,4\n")
    (tmp_path / "source" / "deep" / "b.csv").write_text("x,y\n5,6\n")
    name = "test-" + uuid.uuid4().hex
    made = Dataset.File.upload_directory(str(tmp_path / "source"), (datastore, name))
    assert sorted(made.to_path()) == ["/a.csv", "/deep/b.csv"]
    return name


def test_files_are_listed_downloaded_and_read(place, datastore, tmp_path):
    from azureml.core import Dataset

    files = Dataset.File.from_files((datastore, place))
    assert sorted(files.to_path()) == ["/a.csv", "/deep/b.csv"]
    assert sorted(Dataset.File.from_files((datastore, place + "/*.csv")).to_path()) == ["/a.csv"]
    downloaded = files.download(str(tmp_path / "back"))
    assert sorted(os.path.relpath(path, tmp_path / "back") for path in downloaded) == ["a.csv", "deep/b.csv"]
    table = Dataset.Tabular.from_delimited_files([(datastore, place + "/a.csv"), (datastore, place + "/deep/b.csv")])
    assert table.to_pandas_dataframe().to_dict("list") == {"x": [1, 3, 5], "y": [2, 4, 6]}
    assert table.take(1).to_pandas_dataframe().to_dict("list") == {"x": [1], "y": [2]}


def test_registered_ones_have_versions_descriptions_and_tags(workspace, place, datastore):
    from azureml.core import Dataset

    name = "data-" + uuid.uuid4().hex
    table = Dataset.Tabular.from_delimited_files((datastore, place + "/a.csv"))
    first = table.register(workspace, name, description="Two rows", tags={"team": "vision"})
    assert (first.name, first.version, first.description, first.tags) == (name, 1, "Two rows", {"team": "vision"})
    with pytest.raises(Exception, match="already a dataset registered"):
        table.register(workspace, name)
    # What is the same as the newest one is no version of its own.
    assert table.register(workspace, name, create_new_version=True).version == 1
    second = table.take(1).register(workspace, name, create_new_version=True)
    assert (second.version, second.description) == (2, "Two rows")
    assert Dataset.get_by_name(workspace, name).version == 2
    assert Dataset.get_by_name(workspace, name, version=1).to_pandas_dataframe().shape == (2, 2)
    assert Dataset.get_by_id(workspace, second.id).name == name
    assert Dataset.get_by_id(workspace, table.skip(1)._ensure_saved(workspace)).to_pandas_dataframe()["x"].tolist() == [3]
    assert second.add_tags({"quality": "good"}).tags == {"team": "vision", "quality": "good"}
    assert second.remove_tags(["team"]).tags == {"quality": "good"}
    assert second.update(description="One row").description == "One row"
    assert name in workspace.datasets and name in Dataset.get_all(workspace)
    for absent in ({"name": "nothing"}, {"name": name, "version": 9}):
        with pytest.raises(Exception, match="Cannot find dataset"):
            Dataset.get_by_name(workspace, **absent)
    second.unregister_all_versions()
    assert name not in Dataset.get_all(workspace)


def test_a_frame_is_uploaded_and_registered(workspace, place, datastore):
    import pandas
    from azureml.core import Dataset

    frame = pandas.DataFrame({"x": [1, 2], "name": ["a", "b"]})
    made = Dataset.Tabular.register_pandas_dataframe(frame, (datastore, place + "/frames"), "frame-" + uuid.uuid4().hex, show_progress=False)
    assert made.to_pandas_dataframe().equals(frame)


def test_a_job_gets_them_and_leaves_an_output(workspace, place, datastore, experiment, tmp_path):
    from azureml.core import Dataset, ScriptRunConfig
    from azureml.core.runconfig import RunConfiguration
    from azureml.data import OutputFileDatasetConfig

    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "train.py").write_text(SCRIPT)
    files = Dataset.File.from_files((datastore, place))
    table = Dataset.Tabular.from_delimited_files((datastore, place + "/a.csv"))
    here = RunConfiguration()
    here.environment.python.user_managed_dependencies = True
    here.environment.python.interpreter_path = sys.executable
    arguments = [
        files.as_named_input("folder").as_mount(),
        Dataset.File.from_files((datastore, place + "/a.csv")).as_named_input("one").as_download(),
        OutputFileDatasetConfig(name="result", destination=(datastore, place + "/{run-id}/{output-name}")),
        table.as_named_input("table"),
    ]
    run = experiment.submit(ScriptRunConfig(str(tmp_path / "code"), "train.py", arguments=arguments, run_config=here))
    run.wait_for_completion(show_output=True)
    assert run.get_metrics() == {"rows": 2}
    left = Dataset.File.from_files((datastore, f"{place}/{run.id}/result")).download(str(tmp_path / "left"))
    assert [open(path).read() for path in left] == [run.id]

    first = files.take(1).as_named_input("first").as_mount()
    with pytest.raises(Exception, match="input first cannot be mounted"):
        experiment.submit(ScriptRunConfig(str(tmp_path / "code"), "train.py", arguments=[first], run_config=here))
