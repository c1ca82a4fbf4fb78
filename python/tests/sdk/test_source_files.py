"""Which files of a folder belong to its snapshot."""

from __future__ import annotations

import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from runstead import snapshot
from runstead.connection import Connection
from runstead.errors import SnapshotError
from runstead.git_properties import git_properties
from runstead.ignore import IgnoreRules
from runstead.snapshot import list_source_files

CONNECTION = Connection("http://127.0.0.1:1")


class IgnoreRulesTest(unittest.TestCase):
    def check(self, lines: list[str], ignored: list[str], kept: list[str]) -> None:
        rules = IgnoreRules(lines)
        for path in ignored:
            self.assertTrue(rules.ignores(path.rstrip("/"), path.endswith("/")), f"{path} should be ignored by {lines}")
        for path in kept:
            self.assertFalse(rules.ignores(path.rstrip("/"), path.endswith("/")), f"{path} should be kept by {lines}")

    def test_a_name_matches_at_any_depth(self) -> None:
        self.check(["*.ckpt", "secret.txt"], ["a.ckpt", "x/y/b.ckpt", "x/secret.txt"], ["a.ckpt.txt", "secrets.txt"])

    def test_a_slash_ties_to_the_folder(self) -> None:
        self.check(["/data", "models/*.bin"], ["data", "models/a.bin"], ["x/data", "x/models/a.bin", "models/x/a.bin"])

    def test_a_slash_at_the_end_means_folders(self) -> None:
        self.check(["build/"], ["build/", "x/build/"], ["build"])

    def test_two_stars_span_folders(self) -> None:
        self.check(["a/**/b", "logs/**", "**/tmp"], ["a/b", "a/x/y/b", "logs/x", "logs/x/y", "tmp", "x/tmp"], ["logs", "b"])

    def test_the_last_rule_that_matches_decides(self) -> None:
        self.check(["*.csv", "!small.csv", "data/small.csv"], ["big.csv", "data/small.csv"], ["small.csv", "other/small.csv"])

    def test_comments_spaces_and_escapes(self) -> None:
        self.check(
            ["# all", "", "  ", "\\#file", "a\\ ", "name  ", "[ab].txt", "[!c]x"],
            ["#file", "a ", "name", "a.txt", "dx"],
            ["all", "c.txt", "cx"],
        )

    def test_version_control_is_never_part_of_a_source(self) -> None:
        self.check([], [".git/", "x/__pycache__/", ".runstead/"], [".gitignore", "git/"])


class ListSourceFilesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, *paths: str, content: str = "x") -> None:
        for path in paths:
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")

    def listed(self) -> list[str]:
        return [file.path for file in list_source_files(self.folder, CONNECTION)]

    def test_files_are_listed_with_slashes_sizes_and_whether_they_can_be_executed(self) -> None:
        self.write("train.py", "pkg/model.py", content="four")
        os.chmod(self.folder / "train.py", 0o755)
        files = list_source_files(self.folder, CONNECTION)
        self.assertEqual(
            [(file.path, file.size, file.executable) for file in files], [("pkg/model.py", 4, False), ("train.py", 4, True)]
        )

    def test_amlignore_takes_the_place_of_gitignore(self) -> None:
        self.write("a.py", "b.csv", "c.bin")
        self.write(".gitignore", content="*.csv\n")
        self.assertEqual(self.listed(), [".gitignore", "a.py", "c.bin"])
        self.write(".amlignore", content="*.bin\n")
        self.assertEqual(self.listed(), [".amlignore", ".gitignore", "a.py", "b.csv"])

    def test_what_lies_in_an_ignored_folder_is_not_even_looked_at(self) -> None:
        self.write("a.py", "data/deep/x.csv", ".venv/pyvenv.cfg", ".venv/lib/site.py")
        self.write(".amlignore", content="data/\n!data/deep/x.csv\n")
        self.assertEqual(self.listed(), [".amlignore", "a.py"])

    def test_a_link_that_leads_nowhere_and_a_pipe_are_left_out(self) -> None:
        self.write("a.py")
        os.symlink("nowhere", self.folder / "broken")
        os.symlink("a.py", self.folder / "alias.py")
        os.mkfifo(self.folder / "pipe")
        self.assertEqual(self.listed(), ["a.py", "alias.py"])

    def test_the_number_of_files_is_limited(self) -> None:
        with patch.object(snapshot, "SNAPSHOT_FILES", 3):
            self.write("1", "2")
            self.assertEqual(len(self.listed()), 2)
            self.write("3")
            self.assertEqual(len(self.listed()), 3)
            self.write("4")
            with self.assertRaisesRegex(SnapshotError, "more than the 3 files .* .amlignore"):
                self.listed()

    def test_the_size_is_limited(self) -> None:
        with patch.object(snapshot, "SNAPSHOT_BYTES", 3 * 1024 * 1024):
            self.write("a", content="x" * (3 * 1024 * 1024))
            self.assertEqual(self.listed(), ["a"])
            self.write("b")
            with self.assertRaisesRegex(SnapshotError, "more than the 3 MB"):
                self.listed()

    def test_a_missing_folder_is_named(self) -> None:
        with self.assertRaisesRegex(SnapshotError, "nowhere does not exist"):
            list_source_files(self.folder / "nowhere", CONNECTION)


class GitPropertiesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def git(self, *arguments: str) -> str:
        author = ["-c", "user.name=someone", "-c", "user.email=someone@example.org"]
        command = ["git", "-C", str(self.folder), *author, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def test_a_folder_outside_a_repository_has_none(self) -> None:
        self.assertEqual(git_properties(self.folder), {})
        self.assertEqual(git_properties(self.folder / "nowhere"), {})

    def test_a_repository_is_described_without_its_secrets(self) -> None:
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", "https://me:secret@example.org/code.git")
        (self.folder / "train.py").write_text("1", encoding="utf-8")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message=first")
        expected = {
            "azureml.git.repository_uri": "https://example.org/code.git",
            "mlflow.source.git.repoURL": "https://example.org/code.git",
            "azureml.git.branch": "main",
            "mlflow.source.git.branch": "main",
            "azureml.git.commit": self.git("rev-parse", "HEAD"),
            "mlflow.source.git.commit": self.git("rev-parse", "HEAD"),
            "azureml.git.dirty": "False",
        }
        self.assertEqual(git_properties(self.folder), expected)
        (self.folder / "train.py").write_text("2", encoding="utf-8")
        self.assertEqual(git_properties(self.folder)["azureml.git.dirty"], "True")

    def test_only_what_lies_in_the_folder_makes_it_dirty(self) -> None:
        self.git("init", "--quiet")
        (self.folder / "source").mkdir()
        (self.folder / "source" / "train.py").touch()
        self.git("add", ".")
        self.git("commit", "--quiet", "--message=first")
        (self.folder / "beside.py").touch()
        self.assertEqual(git_properties(self.folder / "source")["azureml.git.dirty"], "False")
        (self.folder / "source" / "new.py").touch()
        self.assertEqual(git_properties(self.folder / "source")["azureml.git.dirty"], "True")

    def test_a_repository_without_commit_or_remote_has_its_branch(self) -> None:
        self.git("init", "--quiet", "--initial-branch=main")
        expected = {"azureml.git.branch": "main", "mlflow.source.git.branch": "main", "azureml.git.dirty": "False"}
        self.assertEqual(git_properties(self.folder), expected)

    def test_a_build_may_say_it_all(self) -> None:
        build = {
            "AZUREML_GIT_REPOSITORY_URI": "https://me:secret@example.org/code.git",
            "AZUREML_GIT_COMMIT": "abc",
            "AZUREML_GIT_DIRTY": "true",
            "AZUREML_GIT_BUILD_ID": "17",
            "AZUREML_GIT_BUILD_URI": "https://example.org/builds/17",
        }
        expected = {
            "azureml.git.repository_uri": "https://example.org/code.git",
            "mlflow.source.git.repoURL": "https://example.org/code.git",
            "azureml.git.commit": "abc",
            "mlflow.source.git.commit": "abc",
            "azureml.git.dirty": "True",
            "azureml.git.build_id": "17",
            "azureml.git.build_uri": "https://example.org/builds/17",
        }
        with patch.dict(os.environ, build):
            self.assertEqual(git_properties(self.folder), expected)


if __name__ == "__main__":
    unittest.main()
