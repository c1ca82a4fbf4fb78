"""Datastores and data references from Python, natively and under the azureml names, against a real server."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import patch

from runstead import Datastore, RunsteadError, ScriptRunConfig
from runstead.artifacts import CHUNK_BYTES
from runstead.submission import job_definition
from tests.sdk.server_case import PYTHON_ROOT, ServerCase

sys.path.append(str(PYTHON_ROOT / "azureml_compat" / "core"))

from azureml.core import Datastore as AzureDatastore  # noqa: E402
from azureml.core import RunConfiguration, Workspace  # noqa: E402
from azureml.core import ScriptRunConfig as AzureScriptRunConfig  # noqa: E402
from azureml.data.data_reference import DataReference  # noqa: E402


class DatastoresTest(ServerCase):
    def fill(self, target: str) -> Datastore:
        (self.folder / "data" / "more").mkdir(parents=True)
        (self.folder / "data" / "train.csv").write_text("1,2")
        (self.folder / "data" / "more" / "ä b.csv").write_text("3,4")
        datastore = self.workspace.get_default_datastore()
        datastore.upload("data", target_path=target, show_progress=False)
        return datastore

    def test_a_folder_goes_up_and_comes_down(self) -> None:
        datastore = self.fill("updown")
        self.assertEqual(datastore.download("fetched", prefix="updown", show_progress=False), 2)
        self.assertEqual(Path("fetched/updown/more/ä b.csv").read_text(), "3,4")
        self.assertEqual(datastore.download("fetched", prefix="updown", show_progress=False), 0)
        Path("data/train.csv").write_text("new")
        told = io.StringIO()
        with redirect_stdout(told):
            datastore.upload_files(["data/train.csv"], "data", "updown")
        self.assertEqual(told.getvalue(), "Left as it is (overwrite=False): updown/train.csv (1 of 1)\n")
        datastore.upload_files(["data/train.csv"], "data", "updown", overwrite=True, show_progress=False)
        datastore.download("fetched", prefix="updown", overwrite=True, show_progress=False)
        self.assertEqual(Path("fetched/updown/train.csv").read_text(), "new")

    def test_a_large_file_that_was_broken_off_goes_on_where_it_was(self) -> None:
        content = os.urandom(3 * CHUNK_BYTES - 1)
        Path("large.bin").write_bytes(content)
        datastore = self.workspace.get_default_datastore()
        connection = self.workspace.connection
        stream, offsets = connection.stream, []

        def sent(method: str, path: str, body: bytes, headers: object, query: dict[str, int], *rest: object) -> object:
            if body:
                offsets.append(query["offset"])
                if len(offsets) == 2:
                    raise KeyboardInterrupt
            return stream(method, path, body, headers, query, *rest)

        with patch.object(connection, "stream", sent):
            with self.assertRaises(KeyboardInterrupt):
                datastore.upload_files(["large.bin"], show_progress=False)
            datastore.upload_files(["large.bin"], show_progress=False)
        self.assertEqual(offsets, [0, CHUNK_BYTES, CHUNK_BYTES, 2 * CHUNK_BYTES])
        datastore.download("back", prefix="large.bin", show_progress=False)
        self.assertTrue(Path("back/large.bin").read_bytes() == content)

    def test_there_is_one_and_others_are_refused_by_name(self) -> None:
        self.assertEqual(list(self.workspace.datastores), ["workspaceblobstore"])
        with self.assertRaisesRegex(RunsteadError, "There is no datastore elsewhere"):
            Datastore.get(self.workspace, "elsewhere")

    def test_references_become_data_of_the_job(self) -> None:
        datastore = self.workspace.get_default_datastore()
        Path("train.py").write_text("")
        reference = datastore.path("iris/a-b").as_download("input")
        config = ScriptRunConfig(".", "train.py", arguments=["--data", reference], data_references=[datastore.path("m").as_upload()])
        definition = job_definition(config, RunsteadError)
        self.assertEqual(definition["arguments"], ["--data", "$AZUREML_DATAREFERENCE_iris_a_b"])
        store = "workspaceblobstore"
        self.assertEqual(
            definition["data"],
            [
                {"name": "m", "datastore": store, "path": "m", "mode": "upload"},
                {"name": "iris_a_b", "datastore": store, "path": "iris/a-b", "mode": "download", "pathOnCompute": "input"},
            ],
        )
        with self.assertRaisesRegex(RunsteadError, "Two different data references have the name m"):
            job_definition(ScriptRunConfig(".", "train.py", arguments=[datastore.path("m"), datastore.path("n", "m")]), RunsteadError)

    def test_azureml_names_run_a_job_over_its_data_and_its_client_log_tells_of_it(self) -> None:
        self.fill("azure")
        workspace = Workspace.from_config() if Path("config.json").exists() else Workspace.get("quickstart")
        datastore = AzureDatastore.get(workspace, "workspaceblobstore")
        reference = DataReference(datastore, data_reference_name="in_data", path_on_datastore="azure")
        self.assertEqual((str(reference), reference.mode), ("$AZUREML_DATAREFERENCE_in_data", "mount"))
        run_config = RunConfiguration()
        run_config.data_references = {"out": datastore.path("results").as_upload(overwrite=True).to_config()}
        saved = run_config.save(name="with-data", path=".")
        self.assertEqual(vars(RunConfiguration.load(saved).data_references["out"]), vars(run_config.data_references["out"]))
        Path("code").mkdir()
        Path("code/train.py").write_text(
            "import os, sys\nfrom azureml.core import Run\nrun = Run.get_context()\n"
            "run.log('files', len(os.listdir(sys.argv[1])))\nopen(os.environ['AZUREML_DATAREFERENCE_out'], 'w').write('42')\n"
        )
        from azureml.core import Experiment

        run = Experiment(workspace, "data").submit(AzureScriptRunConfig("code", "train.py", [reference], run_config))
        run.wait_for_completion()
        self.assertEqual(run.get_metrics(), {"files": 2})
        datastore.download("back", prefix="results", show_progress=False)
        self.assertEqual(Path("back/results").read_text(), "42")
        run.download_file("logs/azureml/110_azureml.log", "110.log")
        told = Path("110.log").read_text()
        self.assertRegex(told, f"INFO .process .*azureml names over runstead .*: run {run.id}, workspace quickstart, server http")
        self.assertRegex(told, "INFO .process .* Connected to http")
        self.assertRegex(told, "INFO .process .* Batch 1 sent: 1 record of this run by now")
