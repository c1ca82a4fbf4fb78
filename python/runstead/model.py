"""Models: what training made, registered by name in versions, found and downloaded again."""

from __future__ import annotations

import builtins
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Mapping, TypeVar
from urllib.parse import quote

from runstead.connection import path_of
from runstead.datastore import fetch_file, send_data
from runstead.errors import RunsteadError

if TYPE_CHECKING:
    from runstead.workspace import Workspace

PAGE_SIZE = 1000
Own = TypeVar("Own", bound="Model")


class Model:
    """A version of a registered model; the constructor finds one.

    >>> Model.register(workspace, model_path="model.pkl", model_name="ridge", tags={"team": "vision"}).version
    1
    >>> Model(workspace, "ridge").download(target_dir="fetched")
    'fetched/model.pkl'
    """

    def __init__(
        self,
        workspace: Workspace,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        version: int | str | None = None,
    ) -> None:
        """By name in its newest version, by name and version (or alias), or by an id, `name:version`."""
        if id is not None:
            name, _, version = id.rpartition(":")
        if not name:
            raise workspace.errors.user("A model is found by its name or its id (name:version).")
        path = path_of("workspaces", workspace.name, "models", name, "versions", str(version or "latest"))
        self._take(workspace, workspace.connection.call("GET", path))

    @classmethod
    def register(
        cls: type[Own],
        workspace: Workspace,
        model_path: str | os.PathLike[str],
        model_name: str,
        tags: Mapping[str, str] | None = None,
        properties: Mapping[str, str] | None = None,
        description: str | None = None,
        model_framework: str | None = None,
        model_framework_version: str | None = None,
        run_id: str | None = None,
    ) -> Own:
        """Registers a local file or folder as the next version of a model."""
        source = Path(model_path)
        files = [source] if source.is_file() else sorted(file for file in source.rglob("*") if file.is_file())
        if not files:
            raise workspace.errors.user(f"There is no file at {model_path}.")
        said = _said(tags, properties, description, model_framework, model_framework_version)
        model = cls._registered(workspace, model_name, {"source": {"upload": True}, **said, **({} if run_id is None else {"runId": run_id})})
        for file in files:
            path = file.relative_to(source.parent).as_posix()
            send_data(workspace.connection, f"{model._path('files')}/{quote(path, safe='/')}", file, {})
        model._take(workspace, workspace.connection.call("POST", model._path("complete")))
        return model

    @classmethod
    def list(
        cls: type[Own],
        workspace: Workspace,
        name: str | None = None,
        tags: Mapping[str, str] | None = None,
        run_id: str | None = None,
        latest: bool = False,
    ) -> builtins.list[Own]:
        """The versions of the models of a workspace, the newest first."""
        parts = ("model-versions",) if name is None else ("models", name, "versions")
        query = {"runId": run_id} if name is None and run_id is not None else {}
        found: builtins.list[Own] = []
        seen: set[str] = set()
        for document in _pages(workspace, path_of("workspaces", workspace.name, *parts), "versions", query):
            if any(document["tags"].get(key) != value for key, value in (tags or {}).items()):
                continue
            if run_id is not None and document["runId"] != run_id:
                continue
            if latest and document["name"] in seen:
                continue
            seen.add(document["name"])
            found.append(cls._of(workspace, document))
        return found

    def download(self, target_dir: str | os.PathLike[str] = ".", exist_ok: bool = False) -> str:
        """Downloads its files, and returns the path of the file or folder that it is."""
        tops = set()
        connection = self.workspace.connection
        for file in _pages(self.workspace, self._path("files"), "files", {}):
            target = Path(target_dir, *file["path"].split("/"))
            tops.add(file["path"].split("/")[0])
            if target.exists() and not exist_ok:
                raise self.workspace.errors.user(f"{target} is there already.", hint="Give exist_ok=True to write over it.")
            fetch_file(connection, f"{self._path('files')}/{quote(file['path'], safe='/')}", file, target)
        if not tops:
            raise self.workspace.errors.user(f"Model {self.id} has no files here: they lie at {self.source}.")
        return str(Path(target_dir, tops.pop()) if len(tops) == 1 else Path(target_dir))

    def update(self, tags: Mapping[str, str] | None = None, description: str | None = None) -> None:
        """Sets tags, beside those there are, and the description."""
        body: dict[str, Any] = {} if tags is None else {"tags": dict(tags)}
        if description is not None:
            body["description"] = description
        self._take(self.workspace, self.workspace.connection.call("PATCH", self._path(), body))

    def add_tags(self, tags: Mapping[str, str]) -> None:
        self.update(tags=tags)

    def remove_tags(self, tags: builtins.list[str]) -> None:
        self._take(self.workspace, self.workspace.connection.call("PATCH", self._path(), {"removeTags": builtins.list(tags)}))

    def add_properties(self, properties: Mapping[str, str]) -> None:
        """Adds properties; those there are cannot be changed."""
        body = {"properties": dict(properties)}
        self._take(self.workspace, self.workspace.connection.call("PATCH", self._path(), body))

    def set_alias(self, alias: str) -> None:
        """Lets an alias, such as `champion`, stand for this version."""
        path = path_of("workspaces", self.workspace.name, "models", self.name, "aliases", alias)
        self.workspace.connection.call("PUT", path, {"version": self.version})
        self.aliases = [*(one for one in self.aliases if one != alias), alias]

    def delete(self) -> None:
        """Deletes this version with its files; its number is not given out again."""
        self.workspace.connection.call("DELETE", self._path())

    @classmethod
    def _registered(cls: type[Own], workspace: Workspace, name: str, body: Mapping[str, Any]) -> Own:
        path = path_of("workspaces", workspace.name, "models", name, "versions")
        return cls._of(workspace, workspace.connection.call("POST", path, body))

    @classmethod
    def _of(cls: type[Own], workspace: Workspace, document: Mapping[str, Any]) -> Own:
        model = cls.__new__(cls)
        model._take(workspace, document)
        return model

    def _take(self, workspace: Workspace, document: Mapping[str, Any]) -> None:
        self.workspace = workspace
        self.id = str(document["id"])
        self.name = str(document["name"])
        self.version = int(document["version"])
        self.description: str | None = document["description"]
        self.tags: dict[str, str] = dict(document["tags"])
        self.properties: dict[str, str] = dict(document["properties"])
        self.aliases: builtins.list[str] = builtins.list(document["aliases"])
        self.run_id: str | None = document["runId"]
        self.experiment_name: str | None = document["experimentName"]
        self.model_framework: str | None = document["framework"]
        self.model_framework_version: str | None = document["frameworkVersion"]
        self.source = str(document["source"])
        self.created_time = str(document["createdTime"])
        self.created_by = str(document["createdBy"])

    def _path(self, *parts: str) -> str:
        return path_of("workspaces", self.workspace.name, "models", self.name, "versions", str(self.version), *parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, version={self.version})"


def register_run_model(workspace: Workspace, run_id: str, model_name: str, model_path: str | None, **said: Any) -> Model:
    """Registers a file or folder of a run; without a path, the one under `outputs` that has the name of the model."""
    body = {"source": {"runId": run_id, "path": model_path or f"outputs/{model_name}"}, **_said(**said)}
    try:
        return workspace._model_class()._registered(workspace, model_name, body)
    except RunsteadError as error:
        if error.code != "not-found" or model_path is not None:
            raise
        raise workspace.errors.user(
            f"Run {run_id} has no outputs/{model_name}.", hint="Name the file or folder with model_path, such as outputs/model.pkl."
        ) from None


def _said(
    tags: Mapping[str, str] | None = None,
    properties: Mapping[str, str] | None = None,
    description: str | None = None,
    model_framework: str | None = None,
    model_framework_version: str | None = None,
) -> dict[str, Any]:
    said = {
        "tags": None if tags is None else dict(tags),
        "properties": None if properties is None else dict(properties),
        "description": description,
        "framework": model_framework,
        "frameworkVersion": model_framework_version,
    }
    return {key: value for key, value in said.items() if value is not None}


def _pages(workspace: Workspace, path: str, items: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        given = {**query, "limit": PAGE_SIZE, **({} if cursor is None else {"cursor": cursor})}
        page = workspace.connection.call("GET", path, query=given)
        yield from page[items]
        cursor = page["nextCursor"]
        if cursor is None:
            return
