"""Models from Python against a real server: registered from runs and from files, found, tagged, downloaded."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

from runstead import Experiment, Model, RunsteadError
from runstead.artifacts import CHUNK_BYTES
from tests.sdk.server_case import ServerCase


class ModelsTest(ServerCase):
    def test_a_file_of_a_run_becomes_a_model(self) -> None:
        run = Experiment(self.workspace, "models").start_logging()
        (self.folder / "model.pkl").write_text("weights")
        run.upload_file("outputs/ridge-of-run", "model.pkl")
        model = run.register_model("ridge-of-run", tags={"quality": "good"}, properties={"rows": "442"}, model_framework="ScikitLearn")
        self.assertEqual((model.id, model.run_id, model.experiment_name), ("ridge-of-run:1", run.id, "models"))
        self.assertEqual((model.tags, model.properties, model.model_framework), ({"quality": "good"}, {"rows": "442"}, "ScikitLearn"))
        with self.assertRaisesRegex(RunsteadError, "has no outputs/nothing"):
            run.register_model("nothing")
        run.complete()
        found = Model(self.workspace, "ridge-of-run")
        self.assertEqual(found.download(target_dir="fetched"), str(Path("fetched", "ridge-of-run")))
        self.assertEqual(Path("fetched", "ridge-of-run").read_text(), "weights")
        with self.assertRaisesRegex(RunsteadError, "is there already"):
            found.download(target_dir="fetched")
        self.assertEqual([one.id for one in Model.list(self.workspace, run_id=run.id)], ["ridge-of-run:1"])

    def test_a_large_file_whose_upload_was_broken_off_goes_on_where_it_was(self) -> None:
        content = os.urandom(2 * CHUNK_BYTES - 1)
        Path("large.bin").write_bytes(content)
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
                Model.register(self.workspace, "large.bin", "large-model")
            model = Model.register(self.workspace, "large.bin", "large-model")
        self.assertEqual(offsets, [0, CHUNK_BYTES, CHUNK_BYTES])
        self.assertTrue(Path(model.download("back")).read_bytes() == content)

    def test_a_folder_of_this_machine_becomes_versions(self) -> None:
        (self.folder / "model" / "data").mkdir(parents=True)
        (self.folder / "model" / "MLmodel").write_text("flavors")
        (self.folder / "model" / "data" / "w b.bin").write_bytes(bytes(1000))
        first = Model.register(self.workspace, "model", "folder-model", description="first")
        second = Model.register(self.workspace, "model", "folder-model", tags={"a": "1"})
        self.assertEqual((first.version, second.version), (1, 2))
        first.set_alias("champion")
        self.assertEqual(Model(self.workspace, "folder-model", version="champion").version, 1)
        self.assertEqual(Model(self.workspace, id="folder-model:2").tags, {"a": "1"})
        self.assertEqual(second.download("got", exist_ok=True), str(Path("got", "model")))
        self.assertEqual(Path("got", "model", "data", "w b.bin").stat().st_size, 1000)
        second.add_tags({"b": "2"})
        second.remove_tags(["a"])
        second.add_properties({"p": "x"})
        again = Model(self.workspace, "folder-model")
        self.assertEqual((again.tags, again.properties), ({"b": "2"}, {"p": "x"}))
        self.assertEqual([one.version for one in Model.list(self.workspace, "folder-model")], [2, 1])
        self.assertEqual([one.version for one in Model.list(self.workspace, "folder-model", latest=True)], [2])
        again.delete()
        self.assertEqual(Model(self.workspace, "folder-model").version, 1)
        with self.assertRaises(RunsteadError):
            Model(self.workspace, "no-such-model")
        with self.assertRaisesRegex(RunsteadError, "There is no file at nowhere"):
            Model.register(self.workspace, "nowhere", "folder-model")
