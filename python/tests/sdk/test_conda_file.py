"""Conda environment files and requirements files, as people write them."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

from runstead.conda_file import CondaFile, parse_conda_file, write_conda_file
from runstead.requirements_file import read_requirements

FILE = """\
# The environment of the tutorial.
name: "my-env"   # of the project
channels: [conda-forge, 'defaults']
dependencies:
  - python=3.10
  - numpy>=1.2,<2  # fast
  - "scikit-learn"
  - pip:
      - azureml-defaults
      - pkg @ https://example.org/pkg.whl#sha256=00
      - --extra-index-url https://example.org/simple
  - pandas
variables:
  LEVEL: "3"
  MODE: a b
prefix: /opt/envs/my-env
"""
READ = CondaFile(
    "my-env",
    ("conda-forge", "defaults"),
    ("python=3.10", "numpy>=1.2,<2", "scikit-learn", "pandas"),
    ("azureml-defaults", "pkg @ https://example.org/pkg.whl#sha256=00", "--extra-index-url https://example.org/simple"),
    {"LEVEL": "3", "MODE": "a b"},
)


class CondaFileTest(unittest.TestCase):
    def test_whole_file(self) -> None:
        self.assertEqual(parse_conda_file(FILE), READ)

    def test_lists_that_are_not_indented(self) -> None:
        text = "dependencies:\n- python=3.10\n- pip:\n  - six\n- numpy\nchannels:\n- main\n"
        self.assertEqual(parse_conda_file(text), CondaFile(None, ("main",), ("python=3.10", "numpy"), ("six",)))
        self.assertEqual(parse_conda_file("dependencies:\n- pip: [six, attrs]\n").pip_requirements, ("six", "attrs"))

    def test_what_is_written_reads_the_same(self) -> None:
        text = write_conda_file(READ)
        self.assertEqual(parse_conda_file(text), READ)
        self.assertTrue(text.startswith("# Conda environment specification."))
        self.assertIn("\n- pip:\n  - azureml-defaults\n", text)
        odd = CondaFile("x", (), ("[a]", "*", "a: b", "-x"), ("> 1",))
        self.assertEqual(parse_conda_file(write_conda_file(odd)), odd)

    def test_json(self) -> None:
        document = {"name": "x", "channels": ["main"], "dependencies": ["python=3.10", {"pip": ["six"]}]}
        self.assertEqual(parse_conda_file(json.dumps(document)), CondaFile("x", ("main",), ("python=3.10",), ("six",)))

    def test_what_is_no_conda_file_is_said_with_its_line(self) -> None:
        for text, complaint in {
            "dependencies:\n\t- six\n": "line 2 is indented by a tab",
            "packages:\n  - six\n": "line 1 is nothing that a conda environment file has: 'packages:'",
            "dependencies:\n  six: 1\n": "line 2 is nothing",
            "just words\n": "line 1 is nothing",
            "channels: main\n": "line 1 is nothing",
        }.items():
            with self.assertRaisesRegex(ValueError, complaint):
                parse_conda_file(text)


class RequirementsFileTest(unittest.TestCase):
    def test_files_that_it_names_are_read_with_it(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "more").mkdir()
            (folder / "more" / "base.txt").write_text("numpy==2.0.2 # fast\n-r deep.txt\n")
            (folder / "more" / "deep.txt").write_text("attrs\n")
            ours = "# ours\n\n--requirement more/base.txt\nsix \\\n  >=1.16\nx @ https://e.org/x.whl#sha256=0\n"
            (folder / "requirements.txt").write_text(ours)
            lines = [" ".join(line.split()) for line in read_requirements(folder / "requirements.txt")]
            self.assertEqual(lines, ["numpy==2.0.2", "attrs", "six >=1.16", "x @ https://e.org/x.whl#sha256=0"])
            (folder / "more" / "deep.txt").write_text("-r ../requirements.txt\n")
            with self.assertRaisesRegex(ValueError, "requirements.txt names itself"):
                read_requirements(folder / "requirements.txt")


if __name__ == "__main__":
    unittest.main()
