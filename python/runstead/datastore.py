"""Datastores from Python: upload and download files of a workspace, and name paths of it for jobs."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from runstead.artifacts import SINGLE_REQUEST_BYTES, hash_file, send_chunks
from runstead.connection import Connection, path_of
from runstead.data_reference import DataReference, clean_path
from runstead.errors import RunsteadError

if TYPE_CHECKING:
    from runstead.workspace import Workspace

#: Of every workspace; the name is Azure's.
DEFAULT_DATASTORE = "workspaceblobstore"
CHUNK_BYTES = 1024 * 1024


class Datastore:
    """The files that a workspace keeps for its jobs.

    >>> datastore = workspace.get_default_datastore()
    >>> datastore.upload("data", target_path="iris", overwrite=True)
    """

    #: What `path` gives; another SDK over this one names its own.
    reference_class: type[DataReference] = DataReference

    def __init__(self, workspace: Workspace, name: str = DEFAULT_DATASTORE) -> None:
        self.workspace = workspace
        self._document = workspace.connection.call("GET", path_of("workspaces", workspace.name, "datastores", name))
        self.name = str(self._document["name"])

    @classmethod
    def get(cls, workspace: Workspace, datastore_name: str) -> Any:
        """The datastore of that name; raises when there is none."""
        return cls(workspace, datastore_name)

    @classmethod
    def get_default(cls, workspace: Workspace) -> Any:
        return cls(workspace)

    def path(self, path: str | None = None, data_reference_name: str | None = None) -> DataReference:
        """A file or folder for a job: `.as_download()`, `.as_mount()` or `.as_upload()` say how."""
        return self.reference_class(self, data_reference_name, path)

    def as_download(self, path_on_compute: str | None = None) -> DataReference:
        """All of it, for a job."""
        return self.path().as_download(path_on_compute)

    def as_mount(self) -> DataReference:
        """All of it, for a job."""
        return self.path().as_mount()

    def as_upload(self, path_on_compute: str | None = None) -> DataReference:
        return self.path().as_upload(path_on_compute)

    def upload(
        self, src_dir: str | os.PathLike[str], target_path: str | None = None, overwrite: bool = False, show_progress: bool = True
    ) -> DataReference:
        """Uploads a folder with all that is below it. Without `overwrite` a file that is there stays as it is, and is said."""
        root = Path(src_dir)
        if not root.is_dir():
            raise self.workspace.errors.user(f"{src_dir} is not a folder.", hint="Single files go with upload_files.")
        files = [Path(folder, name) for folder, _, names in sorted(os.walk(root)) for name in sorted(names)]
        return self.upload_files(files, str(root), target_path, overwrite, show_progress)

    def upload_files(
        self,
        files: Sequence[str | os.PathLike[str]],
        relative_root: str | os.PathLike[str] | None = None,
        target_path: str | None = None,
        overwrite: bool = False,
        show_progress: bool = True,
    ) -> DataReference:
        """Uploads files; what `relative_root` is of their paths is left out, without it all but their names."""
        folder = clean_path(target_path)
        total = len(files)
        for number, file in enumerate(files, 1):
            source = Path(file)
            if not source.is_file():
                raise self.workspace.errors.user(f"There is no file {source}.")
            within = source.name if relative_root is None else _relative(source, Path(relative_root), self.workspace.errors.user)
            path = "/".join(part for part in (folder, within) if part)
            done = self._upload_or_leave(source, path, overwrite)
            if show_progress:
                print(f"{'Uploaded' if done else 'Left as it is (overwrite=False)'}: {path} ({number} of {total})", file=sys.stdout)
        return self.path(folder or None)

    def download(
        self,
        target_path: str | os.PathLike[str],
        prefix: str | None = None,
        overwrite: bool = False,
        show_progress: bool = True,
    ) -> int:
        """Downloads what lies at or below `prefix`, with its whole path below `target_path`; returns how many files were written."""
        written = 0
        connection = self.workspace.connection
        for file in list_data(connection, self.workspace.name, self.name, clean_path(prefix)):
            target = Path(target_path, *file["path"].split("/"))
            if target.exists() and not overwrite:
                if show_progress:
                    print(f"Left as it is (overwrite=False): {target}", file=sys.stdout)
                continue
            fetch_file(connection, data_path_of(self.workspace.name, self.name, file["path"]), file, target)
            written += 1
            if show_progress:
                print(f"Downloaded: {file['path']}", file=sys.stdout)
        return written

    def _upload_or_leave(self, source: Path, path: str, overwrite: bool) -> bool:
        try:
            send_data(self.workspace.connection, data_path_of(self.workspace.name, self.name, path), source, {"overwrite": overwrite})
        except RunsteadError as error:
            if error.code != "already-exists":
                raise
            return False
        return True

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, workspace={self.workspace.name!r})"


def data_path_of(workspace: str, datastore: str, path: str) -> str:
    """The route of a file of a datastore, in which the slashes of its own path stay."""
    return f"{path_of('workspaces', workspace, 'datastores', datastore, 'files')}/{quote(path, safe='/')}"


def list_data(
    connection: Connection, workspace: str, datastore: str, path: str, patience_seconds: float | None = None
) -> Iterator[dict[str, Any]]:
    """The files at or below a path, which is empty for all of them."""
    cursor = None
    route = path_of("workspaces", workspace, "datastores", datastore, "files")
    while True:
        query = {"prefix": path or None, "cursor": cursor, "limit": 1000}
        page = connection.call("GET", route, query=query, patience_seconds=patience_seconds)
        yield from (file for file in page["files"] if not path or file["path"] == path or file["path"].startswith(f"{path}/"))
        cursor = page["nextCursor"]
        if cursor is None:
            return


def send_data(
    connection: Connection, route: str, source: Path, query: Mapping[str, Any], patience_seconds: float | None = None
) -> None:
    """Sends a file to a route: a large one in chunks, so that an upload that was broken off goes on where it was."""
    size = source.stat().st_size
    if size <= SINGLE_REQUEST_BYTES:
        send_file(connection, route, source, query, patience_seconds)
        return
    whole = {**query, "sizeBytes": size, "sha256": hash_file(source)}

    def send(chunk: bytes, offset: int, patience_seconds: float | None = 0) -> dict[str, Any]:
        headers = {"Content-Type": "application/octet-stream"}
        with connection.stream("PATCH", route, chunk, headers, {**whole, "offset": offset}, patience_seconds) as stream:
            return dict(stream.json())

    # An empty chunk asks how far it is.
    begun = send(b"", 0, patience_seconds)
    if begun["file"] is None:
        send_chunks(send, lambda: int(send(b"", 0, patience_seconds)["receivedBytes"]), source, int(begun["receivedBytes"]))


def send_file(
    connection: Connection, route: str, source: Path, query: Mapping[str, Any] | None = None, patience_seconds: float | None = None
) -> None:
    """Streams a file to a route, with its hash, by which the server knows that it is whole."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(source.stat().st_size),
        "X-Content-SHA256": hash_file(source),
    }
    with connection.stream("PUT", route, _FileBody(source), headers, query, patience_seconds) as reply:
        reply.json()


class _FileBody(Iterable[bytes]):
    """The bytes of a file from the beginning, each time that they are asked for."""

    def __init__(self, source: Path) -> None:
        self._source = source

    def __iter__(self) -> Iterator[bytes]:
        with open(self._source, "rb") as content:
            yield from iter(lambda: content.read(CHUNK_BYTES), b"")


def fetch_file(connection: Connection, route: str, file: Mapping[str, Any], target: Path) -> None:
    """`target` appears only when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with connection.stream("GET", route) as reply, open(partial, "wb") as sink:
            for piece in iter(lambda: reply.read(CHUNK_BYTES), b""):
                digest.update(piece)
                sink.write(piece)
        if digest.hexdigest() != file["sha256"]:
            raise RunsteadError(f"{file['path']} was cut off or changed while it was downloaded; download it again.")
        os.replace(partial, target)
    finally:
        if partial.exists():
            partial.unlink()


def _relative(source: Path, root: Path, refuse: type[RunsteadError]) -> str:
    try:
        return source.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        raise refuse(f"{source} does not lie below relative_root, {root}.") from None
