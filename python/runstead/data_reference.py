"""What a job takes of a datastore, or leaves there: named, with the way in which it comes to the node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Mapping

from runstead.errors import UserError

if TYPE_CHECKING:
    from runstead.datastore import Datastore

DOWNLOAD, MOUNT, UPLOAD = MODES = ("download", "mount", "upload")
#: The variable in which a script finds the local path, and which stands for it in an argument.
VARIABLE_PREFIX = "AZUREML_DATAREFERENCE_"
NAME = re.compile(r"[A-Za-z0-9_]{1,200}")


class DataReference:
    """A path of a datastore for a job; `str()` of it is an argument that becomes the local path.

    >>> data = workspace.get_default_datastore().path("iris").as_download()
    >>> config = ScriptRunConfig(".", "train.py", arguments=["--data", data])
    """

    def __init__(
        self,
        datastore: Datastore | str,
        data_reference_name: str | None = None,
        path_on_datastore: str | None = None,
        mode: str = MOUNT,
        path_on_compute: str | None = None,
        overwrite: bool = False,
    ) -> None:
        self.datastore = datastore
        self.path_on_datastore = clean_path(path_on_datastore)
        self.data_reference_name = data_reference_name or self._name_of_path()
        self.mode = mode
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite
        if not NAME.fullmatch(self.data_reference_name):
            raise UserError(
                f"{self.data_reference_name!r} cannot be the name of a data reference.",
                hint="It becomes part of an environment variable: letters, digits and underscores, at most 200.",
            )
        if mode not in MODES:
            raise UserError(f"A data reference has the mode {', '.join(MODES)}, not {mode!r}.")

    def path(self, path: str | None = None, data_reference_name: str | None = None) -> DataReference:
        """A path below this one."""
        joined = "/".join(part for part in (self.path_on_datastore, clean_path(path)) if part)
        return type(self)(self.datastore, data_reference_name, joined, self.mode, self.path_on_compute, self.overwrite)

    def as_download(self, path_on_compute: str | None = None, overwrite: bool = False) -> DataReference:
        """Files of its own for the job, fetched before the script starts."""
        return self._as(DOWNLOAD, path_on_compute, overwrite)

    def as_mount(self) -> DataReference:
        """The files read-only; a node fetches them once for all jobs that mount them."""
        return self._as(MOUNT, self.path_on_compute, False)

    def as_upload(self, path_on_compute: str | None = None, overwrite: bool = False) -> DataReference:
        """What the script has left at the local path goes to the datastore when it has ended."""
        return self._as(UPLOAD, path_on_compute, overwrite)

    def definition(self) -> dict[str, Any]:
        """As a job names it."""
        document: dict[str, Any] = {
            "name": self.data_reference_name,
            "datastore": self.datastore if isinstance(self.datastore, str) else self.datastore.name,
            "path": self.path_on_datastore,
            "mode": self.mode,
        }
        if self.path_on_compute:
            document["pathOnCompute"] = str(self.path_on_compute)
        if self.overwrite:
            document["overwrite"] = True
        return document

    def __str__(self) -> str:
        return f"${VARIABLE_PREFIX}{self.data_reference_name}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.definition()})"

    def _as(self, mode: str, path_on_compute: str | None, overwrite: bool) -> DataReference:
        return type(self)(
            self.datastore, self.data_reference_name, self.path_on_datastore, mode, path_on_compute or self.path_on_compute, overwrite
        )

    def _name_of_path(self) -> str:
        store = self.datastore if isinstance(self.datastore, str) else self.datastore.name
        return re.sub(r"[^A-Za-z0-9_]", "_", self.path_on_datastore)[-200:] or store


def clean_path(path: str | None) -> str:
    """Without the slashes at its ends and what means the folder itself."""
    parts = str(path or "").replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def references_of(data_references: Any, arguments: Any) -> list[dict[str, Any]]:
    """What a job names of a configuration: its references by name, and those that stand among its arguments."""
    given = data_references or {}
    by_name: dict[str, dict[str, Any]] = {}
    named = given.items() if isinstance(given, Mapping) else ((one.data_reference_name, one) for one in given)
    for name, reference in [*named, *((one.data_reference_name, one) for one in arguments or () if hasattr(one, "data_reference_name"))]:
        document = {**reference.definition(), "name": name}
        if by_name.setdefault(name, document) != document:
            raise UserError(f"Two different data references have the name {name}.", hint="Give one of them data_reference_name=.")
    return list(by_name.values())
