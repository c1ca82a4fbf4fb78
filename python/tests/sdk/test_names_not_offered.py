"""Names of azureml-core that are not offered say so; others are as unknown as ever."""

from __future__ import annotations

import importlib
import sys
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "azureml_compat" / "core"))

import azureml.core  # noqa: E402
import azureml.core.runconfig  # noqa: E402
from azureml._not_offered import MODULES, NAMES  # noqa: E402


class NamesNotOfferedTest(unittest.TestCase):
    def test_a_real_name_says_that_it_is_not_offered(self) -> None:
        with self.assertRaisesRegex(ImportError, "^azureml.core.Dataset is not offered by Runstead yet; see docs/guides/python.md"):
            from azureml.core import Dataset  # noqa: F401
        with self.assertRaisesRegex(ImportError, "^azureml.core.runconfig.DockerConfiguration is not offered"):
            from azureml.core.runconfig import DockerConfiguration  # noqa: F401
        for name in ("azureml.core.webservice", "azureml.mlflow"):
            with self.assertRaisesRegex(ModuleNotFoundError, f"^{name} is not offered by Runstead yet"):
                importlib.import_module(name)
        with self.assertRaisesRegex(ModuleNotFoundError, "^azureml.train is not offered"):
            importlib.import_module("azureml.train.hyperdrive")

    def test_a_misspelt_name_looks_like_one(self) -> None:
        with self.assertRaisesRegex(ImportError, "^cannot import name 'Experimnet' from 'azureml.core'"):
            from azureml.core import Experimnet  # noqa: F401
        with self.assertRaisesRegex(ModuleNotFoundError, "^No module named 'azureml.core.modle'"):
            importlib.import_module("azureml.core.modle")
        self.assertFalse(hasattr(azureml.core, "Datset"))

    def test_what_is_offered_is_not_in_the_list(self) -> None:
        for module, names in NAMES.items():
            self.assertEqual(names & set(vars(importlib.import_module(module))), set(), module)
        self.assertEqual(MODULES & set(sys.modules), set())
