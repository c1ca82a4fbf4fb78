"""The environments that a node keeps: which go when room is needed, what is taken for whole, and what a recipe is shared by."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Callable
from unittest import mock

from runstead.agent.environments import recipe
from runstead.agent.environments.build import variables_for_build
from runstead.agent.environments.conda_translation import requirements_of
from runstead.agent.environments.environment_store import BuiltEnvironment, EnvironmentStore
from runstead.agent.environments.errors import CannotBuild
from runstead.agent.environments.recipe import recipe_or_none
from runstead.agent.environments.redaction import redact
from runstead.agent.narrated_log import NarratedLog, Narration
from tests.agent.wheel_house import WheelHouse

PADDING_BYTES = 1024 * 1024
EVERYTHING = 100 * PADDING_BYTES


@unittest.skipUnless(shutil.which("uv"), "uv is absent")
class StoreTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="runstead-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.house = WheelHouse()
        self.addCleanup(self.house.close)
        for name in ("one", "two", "three"):
            self.house.add(name, padding_bytes=PADDING_BYTES)

    def provide(
        self, *requirements: str, bytes_max: int = EVERYTHING, job: str = "job", is_unwanted: Callable[[], bool] = lambda: False
    ) -> BuiltEnvironment:
        job_folder = self.folder / job
        job_folder.mkdir(exist_ok=True)
        logs = [NarratedLog(name, str(self.folder / "logs" / name)) for name in ("build", "told", "system", "steps")]
        environment = {"name": "test", "specification": {"pipRequirements": self.house.requirements(*requirements)}}
        store = EnvironmentStore(str(self.folder / "environments"), bytes_max)
        built = store.provide(environment, str(job_folder), Narration(*logs[1:]), logs[0], is_unwanted)
        assert built is not None
        return built

    def end_job(self, job: str = "job") -> None:
        (self.folder / job).rmdir()

    def builds(self) -> int:
        return (self.folder / "logs" / "build").read_text().count("Building environment")

    def test_what_was_used_longest_ago_goes_first_and_never_what_is_in_use(self) -> None:
        one = self.provide("one")
        two = self.provide("two")
        os.utime(f"{two.folder}/.runstead/marker.json", (1, 1))
        self.provide("one", job="later")
        self.end_job()
        room_for_two = int(2.5 * one.marker["sizeBytes"])
        three = self.provide("three", bytes_max=room_for_two, job="third")
        self.assertEqual([os.path.exists(each.folder) for each in (one, two, three)], [True, False, True])
        # `one` is the oldest now, and a job runs in it.
        os.utime(f"{one.folder}/.runstead/marker.json", (1, 1))
        self.provide("two", bytes_max=room_for_two, job="fourth")
        self.assertTrue(os.path.exists(one.folder))
        self.end_job("later")
        EnvironmentStore(str(self.folder / "environments"), room_for_two).prune()
        self.assertFalse(os.path.exists(one.folder))

    def test_hit_is_no_build_and_what_has_no_marker_is_none(self) -> None:
        built = self.provide("one")
        self.provide("one")
        self.assertEqual(self.builds(), 1)
        os.unlink(f"{built.folder}/.runstead/marker.json")
        Path(built.folder, "leftover").touch()
        self.provide("one")
        self.assertEqual((self.builds(), os.path.exists(f"{built.folder}/leftover")), (2, False))
        os.unlink(built.interpreter)  # The Python that it was made from was removed.
        self.provide("one")
        self.assertEqual(self.builds(), 3)

    def test_what_a_build_left_is_cleared_away_unless_it_goes_on(self) -> None:
        built = self.provide("one")
        os.unlink(f"{built.folder}/.runstead/marker.json")
        store = EnvironmentStore(str(self.folder / "environments"), EVERYTHING)
        self.end_job()
        with open(self.folder / "environments" / "locks" / os.path.basename(built.folder)) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            store.prune()
            self.assertTrue(os.path.exists(built.folder))
        store.prune()
        self.assertFalse(os.path.exists(built.folder))

    def test_failed_build_leaves_nothing(self) -> None:
        with self.assertRaises(CannotBuild):
            self.provide("none-such")
        self.assertEqual(os.listdir(self.folder / "environments" / "built"), [])
        self.assertEqual(os.listdir(self.folder / "environments" / "files"), [])


#: Stands for programs that cannot be had everywhere: keeps what it was asked, and makes a Python at the prefix that was named.
CONDA_STAND_IN = """#!{python}
import json, os, subprocess, sys
words = sys.argv[1:]
with open(words[words.index("--file") + 1]) as file, open({told!r}, "w") as told:
    json.dump({{"words": words, "file": json.load(file), "alwaysYes": os.environ["MAMBA_ALWAYS_YES"]}}, told)
if {failure!r}:
    sys.exit(print({failure!r}) or 1)
subprocess.run([sys.executable, "-m", "venv", "--without-pip", words[words.index("--prefix") + 1]], check=True)
"""


class CondaTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="runstead-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "bin").mkdir()
        self.told = self.folder / "told.json"
        path = mock.patch.dict(os.environ, PATH=f"{self.folder / 'bin'}:/usr/bin:/bin")
        path.start()
        self.addCleanup(path.stop)

    def install(self, program: str, failure: str = "") -> None:
        text = CONDA_STAND_IN.format(python=sys.executable, told=str(self.told), failure=failure)
        path = self.folder / "bin" / program
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def provide(self, name: str) -> BuiltEnvironment:
        job_folder = self.folder / name
        job_folder.mkdir()
        logs = [NarratedLog(each, str(job_folder / each)) for each in ("build", "told", "system", "steps")]
        specification = {
            "pythonVersion": "3.11",
            "condaChannels": ["conda-forge", "file:///srv/mirror"],
            "condaPackages": ["numpy=1.26", "pip"],
            "pipRequirements": ["six==1.16.0"],
        }
        store = EnvironmentStore(str(self.folder / "environments"), EVERYTHING)
        environment = {"name": name, "specification": specification}
        built = store.provide(environment, str(job_folder), Narration(*logs[1:]), logs[0], lambda: False)
        assert built is not None
        return built

    def test_each_program_is_asked_in_its_own_way_for_the_same(self) -> None:
        for program, first_words in (("conda", ["env", "create"]), ("mamba", ["env", "create"]), ("micromamba", ["create", "--yes"])):
            with self.subTest(program):
                self.install(program)
                built = self.provide(program)
                told = json.loads(self.told.read_text())
                words = told["words"]
                self.assertEqual(words[:-4], first_words)
                self.assertEqual((words[-4], words[-2], os.path.basename(words[-1])), ("--prefix", "--file", "environment.yml"))
                self.assertEqual(
                    (told["file"], told["alwaysYes"]),
                    (
                        {
                            "channels": ["conda-forge", "file:///srv/mirror"],
                            "dependencies": ["python=3.11", "numpy=1.26", "pip", {"pip": ["six==1.16.0"]}],
                        },
                        "true",
                    ),
                )
                self.assertTrue(os.access(built.interpreter, os.X_OK))
                (self.folder / "bin" / program).unlink()
                shutil.rmtree(built.folder)

    def test_failure_is_told_in_its_own_words(self) -> None:
        self.install("micromamba", "error    libmamba Could not solve for environment specs\n└─ nothing provides numpy 1.26")
        with self.assertRaises(CannotBuild) as raised:
            self.provide("unsolved")
        self.assertEqual(
            str(raised.exception),
            "micromamba ended with exit code 1:\nerror    libmamba Could not solve for environment specs\n└─ nothing provides numpy 1.26",
        )
        self.install("micromamba", "critical libmamba Download error (6) Could not resolve hostname [https://conda.example/noarch/repodata.json]")
        with self.assertRaisesRegex(CannotBuild, r"repodata\.json\]\nThe conda channels, or the package index, cannot be reached"):
            self.provide("far")
        self.assertEqual(os.listdir(self.folder / "environments" / "built"), [])


class RecipeTest(unittest.TestCase):
    def key(self, **specification: Any) -> str:
        found = recipe_or_none(specification)
        assert found is not None
        return found.key

    def test_key_is_of_what_is_built(self) -> None:
        key = self.key(pipRequirements=["b", "a"])
        self.assertEqual(key, self.key(pipRequirements=["a", "b"], environmentVariables={"A": "1"}))
        self.assertNotEqual(key, self.key(pipRequirements=["a", "b", "c"]))
        self.assertNotEqual(key, self.key(pipRequirements=["a", "b"], pythonVersion="3.99"))
        with mock.patch("platform.machine", return_value="riscv64"):
            self.assertNotEqual(key, self.key(pipRequirements=["b", "a"]))
        with mock.patch("platform.python_version", return_value="3.11.7"):
            self.assertEqual(self.key(pipRequirements=["a"]), self.key(pipRequirements=["a"], pythonVersion="3.11"))
            self.assertNotEqual(self.key(pipRequirements=["a"]), self.key(pipRequirements=["a"], pythonVersion="3.1"))

    def test_nothing_to_build(self) -> None:
        for specification in ({}, {"pipRequirements": []}, {"userManaged": True, "pipRequirements": ["six"]}):
            self.assertIsNone(recipe_or_none(specification))

    def test_azureml_defaults_is_left_out(self) -> None:
        found = recipe_or_none({"pipRequirements": ["azureml-defaults==1.61", "azureml-core", "six"]})
        assert found is not None
        self.assertEqual(found.requirements, ("azureml-core", "six"))
        self.assertIn("azureml-defaults is left out", found.notes[0])

    def test_conda_packages_without_a_conda(self) -> None:
        with mock.patch.object(recipe, "conda_or_none", return_value=None):
            found = recipe_or_none({"condaPackages": ["numpy=1.26", "pip"], "pipRequirements": ["six"], "condaChannels": ["main"]})
            assert found is not None
            self.assertEqual((found.requirements, found.conda_packages, found.conda_channels), (("six", "numpy==1.26.*"), (), ()))
        with mock.patch.object(recipe, "conda_or_none", return_value="/opt/micromamba"):
            found = recipe_or_none({"condaPackages": ["numpy=1.26", "pip"], "pipRequirements": ["six"]})
            assert found is not None
            self.assertEqual((found.requirements, found.conda_packages), (("six",), ("numpy=1.26", "pip")))


class TranslationTest(unittest.TestCase):
    def test_conda_versions_as_pip_writes_them(self) -> None:
        given = {
            "numpy": "numpy",
            "numpy=1.26": "numpy==1.26.*",
            "numpy=1.26.4": "numpy==1.26.4",
            "numpy==1.26": "numpy==1.26",
            "numpy=1.26.*": "numpy==1.26.*",
            "numpy 1.26.4 py311_0": "numpy==1.26.4",
            "numpy=1.26.4=py311h64a7726_0": "numpy==1.26.4",
            "numpy>=1.2,<2": "numpy>=1.2,<2",
            "numpy >=1.2, <2": "numpy>=1.2,<2",
            "conda-forge::PyTorch=2.5": "torch==2.5.*",
            "scikit-learn!=1.0": "scikit-learn!=1.0",
        }
        self.assertEqual({package: requirements_of([package])[0] for package in given}, given)
        self.assertEqual(requirements_of(["pip", "cpuonly"]), [])

    def test_what_has_no_form_for_pip_is_named(self) -> None:
        with self.assertRaisesRegex(CannotBuild, r"no form for pip: cudatoolkit=11\.3, _libgcc_mutex, numpy=1\.2\|1\.3\. This node"):
            requirements_of(["cudatoolkit=11.3", "six", "_libgcc_mutex", "numpy=1.2|1.3"])


class SettingsTest(unittest.TestCase):
    def variables(self, **own: str) -> dict[str, str]:
        with mock.patch.dict(os.environ, own, clear=True):
            return variables_for_build()

    def test_uv_hears_of_the_settings_of_pip(self) -> None:
        found = self.variables(PIP_INDEX_URL="http://a", PIP_EXTRA_INDEX_URL="http://b http://c", PIP_FIND_LINKS="/d /e")
        self.assertEqual((found["UV_DEFAULT_INDEX"], found["UV_INDEX"], found["UV_FIND_LINKS"]), ("http://a", "http://b http://c", "/d,/e"))
        found = self.variables(PIP_INDEX_URL="http://a", UV_INDEX_URL="http://b", PIP_RETRIES="7")
        self.assertEqual((found.get("UV_DEFAULT_INDEX"), found["PIP_RETRIES"]), (None, "7"))

    def test_settings_of_the_agent_stay_with_it(self) -> None:
        found = self.variables(RUNSTEAD_TOKEN="t", PYTHONPATH="/p", PIP_USER="1", HOME="/h")
        self.assertEqual({name for name in found if not name.startswith(("PIP_", "UV_", "GIT_", "CONDA_", "MAMBA_"))}, {"HOME"})

    def test_credentials_are_kept_out_of_logs(self) -> None:
        text = "Looking in https://user:pass@pypi.example/simple, https://token@b.example and git+ssh://git@example.org/x"
        shown = "Looking in https://***@pypi.example/simple, https://***@b.example and git+ssh://git@example.org/x"
        self.assertEqual(redact(text), shown)


if __name__ == "__main__":
    unittest.main()
