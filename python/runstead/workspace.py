"""A workspace: what holds experiments, runs and compute targets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Mapping

from runstead.quotas import Quotas
from runstead.compute import LOCAL, ComputeTarget, ComputeTargets, list_clusters
from runstead.configuration import CONFIG_FILE_NAME, Settings, discover, write_config
from runstead.connection import Connection, path_of
from runstead.errors import NATIVE_ERRORS

if TYPE_CHECKING:
    from runstead.datastore import Datastore
    from runstead.model import Model
    from runstead.experiment import Experiment
    from runstead.run import Run


class Workspace:
    """A workspace of a server.

    >>> workspace = Workspace.from_config()
    >>> workspace.name
    'quickstart'
    """

    #: What the errors of this SDK are; another SDK over it names its own.
    errors = NATIVE_ERRORS

    def __init__(self, name: str | None = None, url: str | None = None, token: str | None = None) -> None:
        settings = discover() if url is None else Settings(url, name, token, None)
        self._connect(settings._replace(workspace=name or settings.workspace, token=token or settings.token))

    @classmethod
    def from_config(cls, path: str | None = None, file_name: str | None = None) -> Workspace:
        """The workspace that RUNSTEAD_URL and RUNSTEAD_WORKSPACE or the nearest config.json name."""
        workspace = cls.__new__(cls)
        workspace._connect(discover(path, file_name))
        return workspace

    @classmethod
    def _of_job(cls, settings: Settings) -> Workspace:
        """The workspace of the job that this process runs in: known without asking, so that a script starts without the server."""
        workspace = cls.__new__(cls)
        workspace.connection = Connection(settings.url, settings.token, cls.errors)
        workspace._name = str(settings.workspace)
        workspace._document = None
        return workspace

    @property
    def name(self) -> str:
        return self._name

    @property
    def id(self) -> str:
        return str(self._details["id"])

    @property
    def subscription_id(self) -> str:
        return str(self._details["subscriptionId"])

    @property
    def resource_group(self) -> str:
        return str(self._details["resourceGroup"])

    @property
    def description(self) -> str:
        return str(self._details["description"])

    @property
    def experiments(self) -> Mapping[str, Experiment]:
        """Every experiment by name."""
        return {document["name"]: self._experiment_class()._from_document(self, document) for document in self._list_experiments()}

    @property
    def compute_targets(self) -> Mapping[str, ComputeTarget]:
        """`local` and every cluster, by name."""
        return ComputeTargets({LOCAL: ComputeTarget(LOCAL), **{cluster.name: cluster for cluster in list_clusters(self)}})

    @property
    def quotas(self) -> Quotas:
        """How many cores clusters may have at once, and requests for more."""
        return Quotas(self)

    @property
    def datastores(self) -> Mapping[str, Datastore]:
        """Every datastore by name."""
        found = self.connection.call("GET", path_of("workspaces", self.name, "datastores"))["datastores"]
        return {one["name"]: self._datastore_class()(self, one["name"]) for one in found}

    @property
    def models(self) -> Mapping[str, Model]:
        """The newest version of each registered model, by name."""
        return {model.name: model for model in self._model_class().list(self, latest=True)}

    def get_default_datastore(self) -> Datastore:
        return self._datastore_class()(self)

    def get_run(self, run_id: str) -> Run:
        document = self.connection.call("GET", path_of("runs", run_id))
        experiment = self._experiment_class()._from_document(
            self, {"id": document["experimentId"], "name": document["experimentName"]}
        )
        return experiment._run_from_document(document)

    def get_portal_url(self) -> str:
        """The studio's page of the workspace."""
        return f"{self.connection.url}/w/{self.name}/experiments"

    def write_config(self, path: str | None = None, file_name: str | None = None) -> Path:
        """Writes `.azureml/config.json`, by which from_config() finds the workspace again."""
        target = Path(path or ".") / ".azureml" / (file_name or CONFIG_FILE_NAME)
        config = {
            "subscription_id": self.subscription_id,
            "resource_group": self.resource_group,
            "workspace_name": self.name,
            "runstead_url": self.connection.url,
        }
        write_config(target, config)
        return target

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, url={self.connection.url!r})"

    @classmethod
    def _experiment_class(cls) -> type[Experiment]:
        from runstead.experiment import Experiment

        return Experiment

    @classmethod
    def _datastore_class(cls) -> type[Datastore]:
        from runstead.datastore import Datastore

        return Datastore

    @classmethod
    def _model_class(cls) -> type[Model]:
        from runstead.model import Model

        return Model

    def _connect(self, settings: Settings) -> None:
        self.connection = Connection(settings.url, settings.token, self.errors)
        name = settings.workspace or self._only_workspace()
        self._document: dict[str, Any] | None = self.connection.call("GET", path_of("workspaces", name))
        self._name = str(self._details["name"])

    def _only_workspace(self) -> str:
        names = [str(one["name"]) for one in self.connection.call("GET", path_of("workspaces"))["workspaces"]]
        if len(names) == 1:
            return names[0]
        raise self.errors.user(
            "No workspace is named.", hint=f"Set RUNSTEAD_WORKSPACE to one of: {', '.join(names) or '(the server has none yet)'}."
        )

    @property
    def _details(self) -> dict[str, Any]:
        if self._document is None:
            self._document = self.connection.call("GET", path_of("workspaces", self._name))
        return self._document

    def _list_experiments(self, **query: Any) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            page = self.connection.call("GET", path_of("workspaces", self.name, "experiments"), query={"cursor": cursor, **query})
            yield from page["experiments"]
            cursor = page["nextCursor"]
            if cursor is None:
                return
