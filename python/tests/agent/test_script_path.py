"""What a job's script finds: its environment's own packages first, ours where there are none."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Sequence

from runstead.agent.job_environment import SCRIPT_PATH_FOLDER

PYTHON_FOLDER = os.path.dirname(os.path.dirname(os.path.dirname(SCRIPT_PATH_FOLDER)))


class ScriptPathTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def install(self, root: str, files: dict[str, str]) -> str:
        for name, content in files.items():
            path = os.path.join(self.folder, root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(content)
        return os.path.join(self.folder, root)

    def run_script(self, code: str, environment_path: Sequence[str] = ()) -> str:
        script = os.path.join(self.install("work", {"script.py": code}), "script.py")
        path = os.pathsep.join([SCRIPT_PATH_FOLDER, *environment_path])
        process = subprocess.run(
            [sys.executable, script], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
        )
        self.assertEqual(process.stderr, "")
        return process.stdout

    def test_script_finds_runstead_and_azureml_of_this_installation(self) -> None:
        output = self.run_script("import runstead, azureml.core\nprint(runstead.__file__)\nprint(azureml.core.__file__)")
        expected = [
            os.path.join(PYTHON_FOLDER, "runstead", "__init__.py"),
            os.path.join(PYTHON_FOLDER, "azureml_compat", "core", "azureml", "core", "__init__.py"),
        ]
        self.assertEqual(output.splitlines(), expected)

    def test_azureml_of_the_environment_wins(self) -> None:
        root = self.install("environment", {"azureml/__init__.py": "", "azureml/core/__init__.py": ""})
        output = self.run_script("import azureml.core\nprint(azureml.core.__file__)", [root])
        self.assertEqual(output, f"{root}/azureml/core/__init__.py\n")

    def test_environment_with_another_part_of_azureml_gets_our_core(self) -> None:
        root = self.install("environment", {"azureml/__init__.py": "", "azureml/dataprep/__init__.py": ""})
        output = self.run_script("import azureml.core, azureml.dataprep\nprint(azureml.core.__file__)", [root])
        self.assertTrue(output.startswith(PYTHON_FOLDER), output)

    def test_parts_of_ours_are_not_mixed_with_a_real_core(self) -> None:
        root = self.install("environment", {"azureml/__init__.py": "", "azureml/core/__init__.py": ""})
        code = "import importlib.util\nimport azureml\nprint(importlib.util.find_spec('azureml.widgets'))"
        self.assertEqual(self.run_script(code, [root]), "None\n")

    def test_other_sitecustomize_is_run_once(self) -> None:
        root = self.install("environment", {"sitecustomize.py": "print('the other', __file__)"})
        output = self.run_script("import sitecustomize\nprint(sitecustomize.__file__)", [root])
        self.assertEqual(output, f"the other {root}/sitecustomize.py\n{root}/sitecustomize.py\n")

    def test_script_that_imports_neither_has_nothing_added_to_its_path(self) -> None:
        output = self.run_script("import sys\nprint([folder for folder in sys.path if 'runstead' in folder])")
        self.assertEqual(output, f"{[SCRIPT_PATH_FOLDER]}\n")

    def test_module_that_does_not_exist_is_missing_as_ever(self) -> None:
        code = "try:\n  import azureml_nothing\nexcept ModuleNotFoundError as error:\n  print(error)"
        self.assertEqual(self.run_script(code), "No module named 'azureml_nothing'\n")


if __name__ == "__main__":
    unittest.main()
