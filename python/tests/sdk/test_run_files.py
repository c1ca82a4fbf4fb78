"""Files of a run, against a real server: up, down, its outputs and its source."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from runstead import RunsteadError, UserError
from tests.sdk.server_case import ServerCase


class FilesTest(ServerCase):
    def test_files_go_up_and_come_down(self) -> None:
        Path("model.pkl").write_bytes(b"model")
        Path("folder/deep").mkdir(parents=True)
        Path("folder/deep/a.txt").write_text("a", encoding="utf-8")
        with self.experiment.start_logging() as run:
            run.upload_file("outputs/model.pkl", "model.pkl")
            run.upload_file("notes.txt", io.BytesIO(b"notes"))
            run.upload_folder("data", "folder")
            run.upload_files(["x/1", "x/2"], ["model.pkl", "model.pkl"])
            self.assertEqual(run.get_file_names(), ["data/deep/a.txt", "notes.txt", "outputs/model.pkl", "x/1", "x/2"])
        run.download_file("outputs/model.pkl", "down/model.pkl")
        self.assertEqual(Path("down/model.pkl").read_bytes(), b"model")
        run.download_file("notes.txt")
        self.assertEqual(Path("notes.txt").read_bytes(), b"notes")
        run.download_files("x/", "all")
        run.download_files("data/", "cut", append_prefix=False)
        self.assertEqual((Path("all/x/2").read_bytes(), Path("cut/deep/a.txt").read_text(encoding="utf-8")), (b"model", "a"))
        with self.assertRaisesRegex(UserError, "no files that begin with y/"):
            run.download_files("y/")
        with self.assertRaises(RunsteadError) as missing:
            run.download_file("nothing")
        self.assertEqual((missing.exception.code, Path("nothing").exists()), ("not-found", False))

    def test_a_large_file_goes_in_chunks(self) -> None:
        content = bytes(range(256)) * 4096 * 20
        Path("large.bin").write_bytes(content)
        with self.experiment.start_logging() as run:
            run.upload_file("large.bin", "large.bin")
        run.download_file("large.bin", "again.bin")
        self.assertEqual(Path("again.bin").read_bytes(), content)

    def test_a_path_that_would_leave_the_run_is_refused(self) -> None:
        Path("a").write_bytes(b"a")
        with self.experiment.start_logging() as run:
            for path in ("../../etc/passwd", "a/../../b", "nul\0"):
                with self.assertRaises(RunsteadError) as refused:
                    run.upload_file(path, "a")
                self.assertEqual(refused.exception.code, "invalid-path", path)

    def test_outputs_are_uploaded_at_the_end(self) -> None:
        with self.experiment.start_logging(outputs="outputs") as run:
            Path("outputs/model.txt").write_text("model", encoding="utf-8")
        self.assertEqual(run.get_file_names(), ["outputs/model.txt"])

    def test_outputs_that_are_no_folder_are_refused_before_a_run_is_made(self) -> None:
        before = len(list(self.experiment.get_runs()))
        with self.assertRaisesRegex(UserError, "^outputs is a folder, not False"):
            self.experiment.start_logging(outputs=False)  # type: ignore[arg-type]
        self.assertEqual(len(list(self.experiment.get_runs())), before)

    def test_the_source_is_kept_as_a_snapshot(self) -> None:
        Path("source").mkdir()
        Path("source/train.py").write_text("print('hello')", encoding="utf-8")
        with self.experiment.start_logging(snapshot_directory="source") as run:
            pass
        again = self.experiment.start_logging(snapshot_directory="source")
        self.assertEqual(again.get_snapshot_id(), run.get_snapshot_id())
        again.complete()
        with zipfile.ZipFile(run.restore_snapshot(path="source.zip")) as archive:
            self.assertEqual(archive.read("train.py"), b"print('hello')")
