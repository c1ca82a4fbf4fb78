"""Workspace with the arguments that azureml-core takes. What concerns Azure accounts alone is accepted and means nothing here."""

from __future__ import annotations

from typing import Any, Mapping

from azureml.core.compute import ComputeTarget
from azureml.core.compute_target import LocalTarget
from azureml.exceptions import AZUREML_ERRORS, UserErrorException, WorkspaceException
from runstead.compute import LOCAL, ComputeTargets
from runstead.configuration import DEFAULT_URL, Settings, discover
from runstead.connection import Connection, path_of
from runstead.datastore import Datastore as NativeDatastore
from runstead.errors import RunsteadError, UserError
from runstead.experiment import Experiment as NativeExperiment
from runstead.model import Model as NativeModel
from runstead.workspace import Workspace as NativeWorkspace


class Workspace(NativeWorkspace):
    """A workspace of the Runstead server that RUNSTEAD_URL or the nearest config.json names."""

    errors = AZUREML_ERRORS

    def __init__(
        self, subscription_id: str = "", resource_group: str = "", workspace_name: str = "", auth: Any = None, **ignored: Any
    ) -> None:
        self._connect(_server_settings()._replace(workspace=workspace_name or None))

    @classmethod
    def from_config(
        cls, path: str | None = None, auth: Any = None, _logger: Any = None, _file_name: str | None = None
    ) -> Workspace:
        workspace = cls.__new__(cls)
        try:
            settings = discover(path, _file_name)
        except UserError as error:
            raise UserErrorException(error.message, hint=error.hint) from None
        workspace._connect(settings)
        return workspace

    @staticmethod
    def get(
        name: str, auth: Any = None, subscription_id: str | None = None, resource_group: str | None = None, **ignored: Any
    ) -> Workspace:
        return Workspace(workspace_name=name)

    @staticmethod
    def create(
        name: str,
        auth: Any = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        exist_ok: bool = False,
        **ignored: Any,
    ) -> Workspace:
        connection = Workspace._server()
        body = {"name": name, **({"resourceGroup": resource_group} if resource_group else {})}
        try:
            connection.call("POST", path_of("workspaces"), body)
        except RunsteadError as error:
            if error.code != "already-exists" or not exist_ok:
                raise
        return Workspace(workspace_name=name)

    @staticmethod
    def list(subscription_id: str | None = None, auth: Any = None, resource_group: str | None = None) -> dict[str, list[Workspace]]:
        found = Workspace._server().call("GET", path_of("workspaces"), query={"limit": 1000})["workspaces"]
        return {
            one["name"]: [Workspace(workspace_name=one["name"])] for one in found if resource_group in (None, one["resourceGroup"])
        }

    @property
    def location(self) -> str:
        return "local"

    @property
    def compute_targets(self) -> Mapping[str, Any]:
        """`local` and every cluster, by name."""
        return ComputeTargets({LOCAL: LocalTarget(), **{target.name: target for target in ComputeTarget.list(self)}})

    def get_details(self) -> dict[str, Any]:
        """The workspace as Azure describes one."""
        details = self._details
        group = f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
        return {
            "id": f"{group}/providers/Microsoft.MachineLearningServices/workspaces/{self.name}",
            "name": self.name,
            "location": self.location,
            "type": "Microsoft.MachineLearningServices/workspaces",
            "workspaceid": self.id,
            "description": details["description"],
            "friendlyName": self.name,
            "creationTime": details["createdTime"],
        }

    def __repr__(self) -> str:
        return f"Workspace.create(name={self.name!r}, subscription_id={self.subscription_id!r}, resource_group={self.resource_group!r})"

    @classmethod
    def _experiment_class(cls) -> type[NativeExperiment]:
        from azureml.core.experiment import Experiment

        return Experiment

    @classmethod
    def _datastore_class(cls) -> type[NativeDatastore]:
        from azureml.core.datastore import Datastore

        return Datastore

    @classmethod
    def _model_class(cls) -> type[NativeModel]:
        from azureml.core.model import Model

        return Model

    @classmethod
    def _server(cls) -> Any:
        settings = _server_settings()
        return Connection(settings.url, settings.token, cls.errors)

    def _connect(self, settings: Settings) -> None:
        try:
            super()._connect(settings)
        except RunsteadError as error:
            if error.code != "not-found":
                raise
            raise WorkspaceException(f"Workspace not found: {error.message}", code=error.code, hint=error.hint) from None


def _server_settings() -> Settings:
    """The server alone: the workspace is named by the caller."""
    try:
        return discover()
    except UserError:
        return Settings(DEFAULT_URL, None, None, None)
