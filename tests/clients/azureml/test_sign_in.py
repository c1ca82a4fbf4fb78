"""Signing in with a token of the server, as whoever is not its own user does."""

import json
import os
import subprocess
import sys
import tempfile

import pytest

WHO = """
from azureml.core import Experiment, Workspace

run = Experiment(Workspace.from_config(), "sign-in").start_logging(snapshot_directory=None)
run.complete()
print("made by", run.get_details()["submittedBy"])
"""


@pytest.fixture
def run_with(server, folder):
    """Runs code with what `runstead azureml login` says to somebody who has this token."""

    def run(token):
        login = [*server.command, "azureml", "login", "--url", server.url, "--workspace", "lab", "--query", "export", "-o", "tsv"]
        said = subprocess.run(login, cwd=folder, env={**os.environ, "RUNSTEAD_TOKEN": token}, capture_output=True, text=True)
        if said.returncode != 0:
            return said
        home = tempfile.mkdtemp(prefix="runstead-azureml-home-")
        script = f"{said.stdout}\nexec {sys.executable} -W ignore -c '{WHO}'"
        return subprocess.run(["bash", "-c", script], cwd=folder, env={**os.environ, "HOME": home}, capture_output=True, text=True)

    return run


@pytest.fixture
def token(server):
    """A token that is ada's, and what ends it."""

    def call(*words):
        done = subprocess.run([*server.command, "token", *words, "--url", server.url, "-o", "json"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    made = call("create", "--subject", "ada")
    return made["token"], lambda: call("revoke", made["id"])


def test_runs_are_made_by_whom_the_token_names_until_it_ends(token, run_with):
    text, revoke = token
    done = run_with(text)
    assert "made by ada" in done.stdout, done.stdout + done.stderr
    revoke()
    refused = run_with(text)
    assert refused.returncode != 0 and "made by" not in refused.stdout
