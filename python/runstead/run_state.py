"""What every part of a run shares: its experiment, its document as last read, and the link to the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError
from runstead.run_link import RunLink, flush_before_read, link_to

if TYPE_CHECKING:
    from runstead.experiment import Experiment


class RunState:
    """The state of a Run object."""

    def _begin(self, experiment: Experiment, document: Mapping[str, Any], outputs: str | None) -> None:
        self._experiment = experiment
        self._document = dict(document)
        self._outputs = outputs
        self._link: RunLink = link_to(experiment.workspace.connection, experiment.workspace.name, str(document["id"]))

    @property
    def _connection(self) -> Connection:
        return self._link.connection

    def _path(self, *segments: str) -> str:
        return path_of("runs", self._link.run_id, *segments)

    def _known(self, field: str) -> Any:
        """A field as last read. Of the run of a job only the id is known until the rest is asked for."""
        if field not in self._document:
            self._refresh()
        return self._document[field]

    def _refresh(self) -> dict[str, Any]:
        """The run as the server has it now, after all that this process wrote."""
        flush_before_read(self._connection)
        self._document = dict(self._connection.call("GET", self._path()))
        return self._document

    def _refuse(self, message: str, hint: str = "") -> RunsteadError:
        return self._connection.errors.user(message, hint=hint)
