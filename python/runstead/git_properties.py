"""The state of the git repository that a source folder lies in, as properties of its run."""

from __future__ import annotations

import os
import subprocess
from urllib.parse import urlsplit, urlunsplit

#: A repository that takes longer to look through is described without what took long.
TIMEOUT_SECONDS = 2.0


def git_properties(folder: str | os.PathLike[str]) -> dict[str, str]:
    """Repository, branch, commit and whether it was changed since, under the names that azureml-core and MLflow give them.

    Empty outside a repository, and where git is not installed.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return {}
    repository = _without_credentials(_git(folder, "config", "--get", "remote.origin.url") or "")
    branch = _git(folder, "symbolic-ref", "--short", "--quiet", "HEAD")
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no")
    found = {
        "azureml.git.repository_uri": repository,
        "mlflow.source.git.repoURL": repository,
        "azureml.git.branch": branch,
        "mlflow.source.git.branch": branch,
        "azureml.git.commit": commit,
        "mlflow.source.git.commit": commit,
        "azureml.git.dirty": None if changes is None else str(bool(changes)),
    }
    return {key: value for key, value in found.items() if value}


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
