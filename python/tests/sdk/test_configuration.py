"""Where the server and the workspace are found."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from runstead.configuration import DEFAULT_URL, Settings, discover
from runstead.errors import UserError


class DiscoverTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.inner = self.root / "project" / "notebooks"
        self.inner.mkdir(parents=True)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.inner)
        variables = {name: value for name, value in os.environ.items() if not name.startswith("RUNSTEAD_")}
        self.enter(variables)

    def enter(self, variables: dict[str, str]) -> None:
        patched = patch.dict(os.environ, variables, clear=True)
        patched.start()
        self.addCleanup(patched.stop)

    def write(self, path: str, config: object) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(config if isinstance(config, str) else json.dumps(config), encoding="utf-8")
        return target

    def test_the_environment_wins_over_files(self) -> None:
        self.write("config.json", {"workspace_name": "from-file", "runstead_url": "http://file:1"})
        self.enter({"RUNSTEAD_URL": "http://here:2", "RUNSTEAD_WORKSPACE": "mine", "RUNSTEAD_TOKEN": "secret"})
        self.assertEqual(discover(), Settings("http://here:2", "mine", "secret", None))

    def test_half_an_environment_is_completed_by_a_file(self) -> None:
        path = self.write("config.json", {"workspace_name": "from-file", "runstead_url": "http://file:1"})
        self.enter({"RUNSTEAD_URL": "http://here:2"})
        self.assertEqual(discover(), Settings("http://here:2", "from-file", None, path))

    def test_a_url_alone_leaves_the_workspace_to_the_server(self) -> None:
        self.enter({"RUNSTEAD_URL": "http://here:2"})
        self.assertEqual(discover(), Settings("http://here:2", None, None, None))

    def test_the_nearest_file_is_found_in_each_of_its_folders(self) -> None:
        self.write("config.json", {"workspace_name": "far"})
        for folder in (".", ".azureml", ".runstead", "aml_config"):
            path = self.write(f"project/{folder}/config.json", {"workspace_name": f"in {folder}"})
            self.assertEqual(discover(), Settings(DEFAULT_URL, f"in {folder}", None, path))
            path.unlink()
        self.assertEqual(discover().workspace, "far")

    def test_a_config_of_another_tool_is_passed_over(self) -> None:
        self.write("project/config.json", {"theme": "dark"})
        self.write("project/notebooks/config.json", "not json")
        path = self.write("config.json", {"workspace_name": "far"})
        self.assertEqual(discover().path, path)

    def test_a_path_that_is_given_wins_over_everything(self) -> None:
        self.enter({"RUNSTEAD_URL": "http://here:2", "RUNSTEAD_WORKSPACE": "mine"})
        path = self.write("elsewhere/workspace.json", {"workspace_name": "given", "runstead_url": "http://given:3"})
        self.assertEqual(discover(path), Settings("http://given:3", "given", None, path))
        self.assertEqual(discover(path.parent, "workspace.json").workspace, "given")

    def test_a_given_file_that_is_broken_is_named(self) -> None:
        path = self.write("broken.json", "{")
        with self.assertRaisesRegex(UserError, "broken.json cannot be read"):
            discover(path)
        path = self.write("empty.json", {})
        with self.assertRaisesRegex(UserError, "empty.json names no workspace"):
            discover(path)

    def test_nothing_found_says_what_to_do(self) -> None:
        with self.assertRaisesRegex(UserError, "Set RUNSTEAD_URL and RUNSTEAD_WORKSPACE"):
            discover(self.inner)


if __name__ == "__main__":
    unittest.main()
