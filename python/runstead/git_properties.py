"""The state of the git repository that a source folder lies in, as properties of its run."""

from __future__ import annotations

import os
import subprocess
from urllib.parse import urlsplit, urlunsplit

#: A repository that takes longer to look through is described without what took long.
TIMEOUT_SECONDS = 2.0


def git_properties(folder: str | os.PathLike[str]) -> dict[str, str]:
    """Repository, branch, commit and whether it was changed since, under the names that azureml-core and MLflow give them.

    The variables AZUREML_GIT_REPOSITORY_URI, _BRANCH, _COMMIT and _DIRTY say otherwise, and _BUILD_ID and _BUILD_URI which
    build it is: for builds without a repository. Empty outside a repository, and where git is not installed.
    """
    is_repository = _git(folder, "rev-parse", "--is-inside-work-tree") == "true"
    ask = (lambda *arguments: _git(folder, *arguments)) if is_repository else (lambda *arguments: None)
    repository = _given("REPOSITORY_URI") or ask("ls-remote", "--get-url")
    # Git answers with the name of a remote that has no address.
    repository = None if repository == "origin" else _without_credentials(repository or "")
    branch = _given("BRANCH") or ask("symbolic-ref", "--short", "--quiet", "HEAD")
    commit = _given("COMMIT") or ask("rev-parse", "--verify", "--quiet", "HEAD")
    found = {
        "azureml.git.repository_uri": repository,
        "mlflow.source.git.repoURL": repository,
        "azureml.git.branch": branch,
        "mlflow.source.git.branch": branch,
        "azureml.git.commit": commit,
        "mlflow.source.git.commit": commit,
        "azureml.git.dirty": _is_dirty(ask("status", "--porcelain", ".")),
        "azureml.git.build_id": _given("BUILD_ID"),
        "azureml.git.build_uri": _given("BUILD_URI"),
    }
    return {key: value for key, value in found.items() if value}


def _given(name: str) -> str | None:
    return os.environ.get(f"AZUREML_GIT_{name}", "").strip() or None


def _is_dirty(changes: str | None) -> str | None:
    """`changes` are those of the folder alone, files that git does not know included: they are part of what runs."""
    given = _given("DIRTY")
    if given is not None:
        return str(given.lower() in ("1", "true"))
    return None if changes is None else str(bool(changes))


def _git(folder: str | os.PathLike[str], *arguments: str) -> str | None:
    command = ["git", "-C", os.fspath(folder), *arguments]
    # Another program's locks are not to be waited for, and nobody sits there to be asked for a password.
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_SECONDS
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _without_credentials(address: str) -> str:
    parts = urlsplit(address)
    if not parts.scheme or "@" not in parts.netloc:
        return address
    return urlunsplit(parts._replace(netloc=parts.netloc.rsplit("@", 1)[1]))
