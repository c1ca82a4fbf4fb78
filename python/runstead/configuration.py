"""Where the server is and which workspace is meant: environment variables, else the nearest config.json."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Iterator, NamedTuple

from runstead.errors import UserError

DEFAULT_URL = "http://127.0.0.1:8155"
CONFIG_FILE_NAME = "config.json"
CONFIG_FOLDERS = (".", ".azureml", ".runstead", "aml_config")


class Settings(NamedTuple):
    url: str
    #: Name or id; None means the only workspace of the server.
    workspace: str | None
    token: str | None
    #: The file that was read, if any.
    path: Path | None


def discover(path: str | os.PathLike[str] | None = None, file_name: str | None = None) -> Settings:
    """Finds the server and the workspace.

    A path given here (a file, or a folder to begin at) wins over RUNSTEAD_URL and RUNSTEAD_WORKSPACE; these win over
    the config.json nearest to the working directory.
    """
    token = os.environ.get("RUNSTEAD_TOKEN") or None
    if path is not None:
        found = find_config(Path(path), file_name)
        if found is None:
            raise _not_found(Path(path), file_name)
        return _settings(*found, token)
    url = os.environ.get("RUNSTEAD_URL")
    workspace = os.environ.get("RUNSTEAD_WORKSPACE") or None
    found = None if url and workspace else find_config(Path.cwd(), file_name)
    if found is None:
        if not url:
            raise _not_found(Path.cwd(), file_name)
        return Settings(url, workspace, token, None)
    settings = _settings(*found, token)
    return settings._replace(url=url or settings.url, workspace=workspace or settings.workspace)


def find_config(start: Path, file_name: str | None = None) -> tuple[Path, dict[str, Any]] | None:
    """The nearest config.json that names a workspace, from `start` up through its parents."""
    start = start.expanduser()
    if start.is_file():
        return start, _read(start, must_name_workspace=True)
    for candidate in _candidates(start.absolute(), file_name or CONFIG_FILE_NAME):
        if candidate.is_file():
            config = _read(candidate, must_name_workspace=False)
            # Other tools keep a config.json too: one without a workspace is not ours.
            if config.get("workspace_name"):
                return candidate, config
    return None


def write_config(path: Path, config: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(config, indent=4) + "\n", encoding="utf-8")


def _candidates(start: Path, file_name: str) -> Iterator[Path]:
    for folder in (start, *start.parents):
        for inner in CONFIG_FOLDERS:
            yield folder / inner / file_name


def _read(path: Path, must_name_workspace: bool) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as reason:
        if must_name_workspace:
            raise UserError(f"The workspace configuration {path} cannot be read: {reason}.") from reason
        return {}
    if not isinstance(config, dict):
        config = {}
    if must_name_workspace and not config.get("workspace_name"):
        raise UserError(
            f"The workspace configuration {path} names no workspace.",
            hint='It holds {"workspace_name": …, "runstead_url": …}.',
        )
    return config


def _settings(path: Path, config: dict[str, Any], token: str | None) -> Settings:
    return Settings(str(config.get("runstead_url") or DEFAULT_URL), str(config["workspace_name"]), token, path)


def _not_found(start: Path, file_name: str | None) -> UserError:
    return UserError(
        f"The workspace configuration file {file_name or CONFIG_FILE_NAME} could not be found in {start} or its parent directories.",
        hint="Set RUNSTEAD_URL and RUNSTEAD_WORKSPACE, or write the file with Workspace.write_config().",
    )
