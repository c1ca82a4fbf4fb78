"""The files of a run: artifacts uploaded and downloaded, outputs collected, snapshots."""

from __future__ import annotations

import io
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from runstead.artifacts import download_file, list_files, upload_file
from runstead.connection import path_of
from runstead.errors import RunsteadError
from runstead.records import file_line
from runstead.run_link import flush_before_read
from runstead.run_state import RunState
from runstead.snapshot import take_snapshot

if TYPE_CHECKING:
    from runstead.model import Model

#: An upload waits this long for the server; then the file is noted in the spool and uploaded later.
UPLOAD_PATIENCE_SECONDS = 5.0


class RunFiles(RunState):
    """The file methods of a run."""

    def upload_file(self, name: str, path_or_stream: Any) -> None:
        """Uploads a local file, or what an open one gives, as the artifact `name`.

        >>> run.upload_file("outputs/model.pkl", "model.pkl")
        """
        if hasattr(path_or_stream, "read"):
            binary = io.BytesIO(path_or_stream.read().encode()) if isinstance(path_or_stream, io.TextIOBase) else path_or_stream
            self._upload(name, self._link.spool.keep_content(binary), own=True)
        else:
            self._upload(name, Path(path_or_stream), own=False)

    def upload_files(self, names: Sequence[str], paths: Sequence[str]) -> None:
        """Uploads several files, each under the name at its place."""
        if len(names) != len(paths):
            raise TypeError(f"names and paths must be lists of equal lengths; there are {len(names)} names and {len(paths)} paths.")
        for name, path in zip(names, paths):
            self.upload_file(name, path)

    def upload_folder(self, name: str, path: str) -> None:
        """Uploads all files of a folder, their paths after `name`."""
        folder = Path(path)
        if not folder.is_dir():
            raise self._refuse(f"The folder {path} does not exist.")
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            self._upload(f"{name.rstrip('/')}/{file.relative_to(folder).as_posix()}", file, own=False)

    def get_file_names(self) -> list[str]:
        """The paths of all files, logs too."""
        flush_before_read(self._connection)
        return [str(file["path"]) for file in list_files(self._connection, self._link.run_id)]

    def download_file(self, name: str, output_file_path: str | None = None) -> None:
        """Downloads a file, by default to its name in the working directory."""
        flush_before_read(self._connection)
        base = name.rsplit("/", 1)[-1]
        target = Path(output_file_path or base)
        if target.is_dir() or str(output_file_path or "").endswith(("/", os.sep)):
            target = target / base
        download_file(self._connection, self._link.run_id, name, target)

    def download_files(
        self,
        prefix: str | None = None,
        output_directory: str | None = None,
        output_paths: Sequence[str] | None = None,
        append_prefix: bool = True,
    ) -> None:
        """Downloads the files whose path begins with `prefix` (a folder, or part of a name), or all of them."""
        flush_before_read(self._connection)
        names = [str(file["path"]) for file in list_files(self._connection, self._link.run_id, prefix)]
        if not names:
            raise self._refuse(f"Run {self._link.run_id} has no files{f' that begin with {prefix}' if prefix else ''}.")
        targets = list(output_paths) if output_paths else [self._target(name, prefix, append_prefix) for name in names]
        if len(targets) != len(names):
            raise self._refuse(f"There are {len(names)} files and {len(targets)} output paths.")
        folder = Path(output_directory or ".")
        for name, target in zip(names, targets):
            download_file(self._connection, self._link.run_id, name, folder / target)

    def register_model(
        self,
        model_name: str,
        model_path: str | None = None,
        tags: Mapping[str, str] | None = None,
        properties: Mapping[str, str] | None = None,
        description: str | None = None,
        model_framework: str | None = None,
        model_framework_version: str | None = None,
    ) -> Model:
        """Registers a file or folder of this run as the next version of a model; without a path, `outputs/` and the name of the model.

        >>> run.register_model("ridge", "outputs/model.pkl", tags={"quality": "good"}).version
        1
        """
        from runstead.model import register_run_model

        flush_before_read(self._connection)
        return register_run_model(
            self._experiment.workspace,
            self._link.run_id,
            model_name,
            model_path,
            tags=tags,
            properties=properties,
            description=description,
            model_framework=model_framework,
            model_framework_version=model_framework_version,
        )

    def take_snapshot(self, file_or_folder_path: str) -> str:
        """Keeps a source folder with the run and returns the id of the snapshot; a run has one, which stays as it is."""
        existing = self.get_snapshot_id()
        if existing is not None:
            raise self._connection.errors.snapshot(f"Cannot take snapshot as the run already has one: {existing}")
        snapshot_id = take_snapshot(self._connection, self._experiment.workspace.name, file_or_folder_path)
        self._set_snapshot(snapshot_id)
        return snapshot_id

    def get_snapshot_id(self) -> str | None:
        """The id of the snapshot of the run's source."""
        snapshot_id = self._refresh()["snapshotId"]
        return None if snapshot_id is None else str(snapshot_id)

    def restore_snapshot(self, snapshot_id: str | None = None, path: str | None = None) -> str:
        """Downloads a snapshot as a zip file and returns its path."""
        snapshot_id = snapshot_id or self.get_snapshot_id()
        if snapshot_id is None:
            raise self._refuse(f"Run {self._link.run_id} has no snapshot.")
        target = Path(path or f"{snapshot_id}.zip")
        if target.is_dir():
            target = target / f"{snapshot_id}.zip"
        route = path_of("workspaces", self._experiment.workspace.name, "snapshots", snapshot_id, "zip")
        with self._connection.stream("GET", route) as reply, open(target, "wb") as sink:
            shutil.copyfileobj(reply, sink, 1024 * 1024)
        return str(target.absolute())

    def _set_snapshot(self, snapshot_id: str) -> None:
        document = self._link.perform("PATCH", self._path(), {"snapshotId": snapshot_id})
        self._document = document or {**self._document, "snapshotId": snapshot_id}

    def _upload_outputs(self) -> None:
        """Uploads the files of the outputs folder that the run was begun with."""
        if self._outputs is None or not os.path.isdir(self._outputs):
            return
        name = (
            os.path.basename(os.path.normpath(self._outputs)) if os.path.isabs(self._outputs) else os.path.normpath(self._outputs)
        )
        self.upload_folder(name.replace(os.sep, "/"), self._outputs)

    def _upload(self, name: str, source: Path, own: bool) -> None:
        if not source.is_file():
            raise self._refuse(f"The file {source} does not exist.")
        if not self._link.sender.is_away:
            try:
                upload_file(self._connection, self._link.run_id, name, source, patience_seconds=UPLOAD_PATIENCE_SECONDS)
                if own:
                    source.unlink()
                return
            except RunsteadError as error:
                if not error.passes_by_itself:
                    raise
                self._link.sender.problem = error
        self._link.spool.append(file_line(time.time_ns() // 1000, name, str(source.absolute()), "", own), is_operation=True)

    def _target(self, name: str, prefix: str | None, append_prefix: bool) -> str:
        if append_prefix or not prefix:
            return name
        return name[len(prefix) :].lstrip("/") or name.rsplit("/", 1)[-1]
