"""The same snippets on azureml-core as it is installed and on our own names: what they show is the same."""

import json
import os
import pathlib
import subprocess
import sys
import uuid

import pytest

HERE = pathlib.Path(__file__).resolve().parent
SNIPPETS = sorted((HERE / "snippets").glob("*.py"))
PYTHON = HERE.parent.parent.parent / "python"
OURS = [PYTHON, PYTHON / "azureml_compat" / "core"]
SNIPPET_SECONDS_MAX = 300

PROGRAM = """
import json, sys
from azureml.core import Experiment, Workspace

def show(what, value):
    shown.append([what, value])

shown = []
path, unique = sys.argv[1:]
workspace = Workspace.from_config()
experiment = Experiment(workspace, unique)
exec(compile(open(path, encoding="utf-8").read(), path, "exec"))
with open("shown.json", "w") as file:
    json.dump(shown, file, default=str)
"""


def shown_by(python, variables, snippet, place, config):
    """What a snippet shows, run in a folder of its own."""
    place.mkdir()
    (place / "config.json").write_text(json.dumps(config))
    command = [python, "-W", "ignore", "-c", PROGRAM, str(snippet), "snippet-" + uuid.uuid4().hex[:8]]
    done = subprocess.run(command, cwd=place, env=variables, capture_output=True, text=True, timeout=SNIPPET_SECONDS_MAX)
    assert done.returncode == 0, done.stderr
    return {what: value for what, value in json.loads((place / "shown.json").read_text())}


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda path: path.stem)
def test_what_a_snippet_shows(snippet, server, folder, tmp_path):
    config = {**json.loads((folder / "config.json").read_text()), "runstead_url": server.url}
    real = shown_by(sys.executable, dict(os.environ), snippet, tmp_path / "real", config)
    base = sys._base_executable
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AZUREML_", "ARM_", "MSI_", "VIRTUAL_ENV", "PYTHON"))}
    ours["PYTHONPATH"] = os.pathsep.join(map(str, OURS))
    assert shown_by(base, ours, snippet, tmp_path / "ours", config) == real
