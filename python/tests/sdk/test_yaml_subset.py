"""The part of YAML that configuration files are written in: what is read, what is refused and where, and that what is written reads back."""

from __future__ import annotations

import json
import math
import unittest

from runstead.yaml_subset import YamlError, parse_yaml, write_yaml

RUNCONFIG = """\
# The script to run.
script: train.py   # a comment
arguments:
- --alpha
- 0.5
- "a # b"
target: local
maxRunDurationSeconds:
nodeCount: 1
environment:
# Environment variables set for the run.
  environmentVariables:
    EXAMPLE_ENV_VAR: EXAMPLE_VALUE
  python:
    userManagedDependencies: false
    condaDependencies:
      dependencies:
      - python=3.6.2
      - pip:
        - scikit-learn==1.5
        - azureml-defaults
  spark:
    packages:
    - group: com.microsoft.ml.spark
      artifact: mmlspark_2.11
      version: '0.12'
dataReferences: {}
history: {outputCollection: true, directoriesToWatch: [logs, other logs]}
url: https://example.org/a#b
"""


class Reading(unittest.TestCase):
    def test_a_run_configuration_as_the_sdk_writes_it(self) -> None:
        self.assertEqual(
            parse_yaml(RUNCONFIG),
            {
                "script": "train.py",
                "arguments": ["--alpha", 0.5, "a # b"],
                "target": "local",
                "maxRunDurationSeconds": None,
                "nodeCount": 1,
                "environment": {
                    "environmentVariables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"},
                    "python": {
                        "userManagedDependencies": False,
                        "condaDependencies": {
                            "dependencies": ["python=3.6.2", {"pip": ["scikit-learn==1.5", "azureml-defaults"]}]
                        },
                    },
                    "spark": {"packages": [{"group": "com.microsoft.ml.spark", "artifact": "mmlspark_2.11", "version": "0.12"}]},
                },
                "dataReferences": {},
                "history": {"outputCollection": True, "directoriesToWatch": ["logs", "other logs"]},
                "url": "https://example.org/a#b",
            },
        )

    def test_json_is_read(self) -> None:
        document = {"script": "train.py", "list": [1, 2.5, None, True, "x: y"], "inner": {"a": {}, "b": []}}
        for indent in (None, 4):
            self.assertEqual(parse_yaml(json.dumps(document, indent=indent)), document)

    def test_scalars(self) -> None:
        text = "a: ~\nb: 0x1\nc: 1e3\nd: -7\ne: 'it''s'\nf: \"tab\\t\"\ng: yes\nh: .inf\ni: 1.2.3\nj: True\n"
        expected = {"a": None, "b": "0x1", "c": 1000.0, "d": -7, "e": "it's", "f": "tab\t", "g": "yes", "h": math.inf, "i": "1.2.3", "j": True}
        self.assertEqual(parse_yaml(text), expected)

    def test_blocks_of_text(self) -> None:
        text = "a: |\n  one\n   two\n\n  three\nb: >-\n  one\n  two\n\n  three\nc: |+\n  end\n\nd: 1\n"
        self.assertEqual(parse_yaml(text), {"a": "one\n two\n\nthree\n", "b": "one two\nthree", "c": "end\n\n", "d": 1})

    def test_nothing_at_all(self) -> None:
        for text in ("", "\n# only a comment\n", "---\n"):
            self.assertIsNone(parse_yaml(text))


class Refusing(unittest.TestCase):
    def test_what_is_wrong_is_named_with_its_place(self) -> None:
        for text, line, column, message in (
            ("a: 1\n b: 2\n", 2, 2, "indented further"),
            ("a: [1, 2\nb: 3\n", 2, 1, "was expected here"),
            ("a: [1, 2\n", 1, 4, "never closed"),
            ("a: {b 1}\n", 1, 8, '":" was expected'),
            ("a: 'open\n", 1, 4, "no closing '"),
            ("a: 1\na: 2\n", 2, 1, "there twice"),
            ("a: 1\nb\n", 2, 1, "a field was expected"),
            ("a:\n\tb: 1\n", 2, 1, "tab"),
            ("a: &anchor 1\n", 1, 4, "not read here"),
            ("a: b: c\n", 1, 5, "second field"),
            ("- 1\nb: 2\n", 2, 1, "belongs to nothing"),
            ("a: \"x\" y\n", 1, 8, "nothing may follow"),
        ):
            with self.subTest(text=text), self.assertRaises(YamlError) as caught:
                parse_yaml(text)
            self.assertEqual((caught.exception.line, caught.exception.column), (line, column), caught.exception.message)
            self.assertIn(message, caught.exception.message)


class Writing(unittest.TestCase):
    def test_what_is_written_reads_back(self) -> None:
        document = {
            "plain": "train.py",
            "texts": ["", "null", "true", "5", "1e3", "a: b", "# no comment", "- x", "it's", 'quo"te', "new\nline", "한국어", " x ", "a:", "@x", "[x"],
            "numbers": [0, -1, 2.5, 1e300, math.inf],
            "nothing": None,
            "empty": {},
            "none": [],
            "inner": {"deep": {"list": [{"pip": ["a==1", "b"]}, "c"]}, "flag": False},
            "rows": [[1, 2], [], {}],
            "odd key: ": 1,
        }
        written = write_yaml(document, {"plain": "What runs."})
        self.assertTrue(written.startswith("# What runs.\nplain: train.py\n"))
        self.assertEqual(parse_yaml(written), document)

    def test_it_looks_as_people_write_it(self) -> None:
        self.assertEqual(
            write_yaml({"script": "train.py", "arguments": ["--alpha", 0.5], "environment": {"python": {"dependencies": [{"pip": ["a"]}]}}, "x": None}),
            "script: train.py\narguments:\n- --alpha\n- 0.5\nenvironment:\n  python:\n    dependencies:\n    - pip:\n      - a\nx:\n".replace(
                "- --alpha", '- "--alpha"'
            ),
        )


if __name__ == "__main__":
    unittest.main()
