"""The data of a job: brought to its node before the script starts, and taken to the datastore when it has ended."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable
from urllib.parse import quote

from runstead.agent.data_cache import DataCache, check_wanted, copy, link_or_copy
from runstead.agent.job_folder import JobFolder
from runstead.agent.narrated_log import Narration
from runstead.agent.server_link import ServerLink
from runstead.agent.snapshot_store import place_in
from runstead.artifacts import hash_file
from runstead.connection import Connection, path_of
from runstead.data_reference import MOUNT, UPLOAD, VARIABLE_PREFIX
from runstead.datastore import DEFAULT_DATASTORE, data_path_of, list_data, send_data
from runstead.errors import RunsteadError


class DataMissing(RunsteadError):
    """The job cannot have its data so; says why and what to do."""


def fetch_data(
    lease: Mapping[str, Any], folder: JobFolder, cache: DataCache, link: ServerLink, told: Narration, is_unwanted: Callable[[], bool]
) -> dict[str, str]:
    """Bring the data of a job to this node; returns the local path of each reference by its name."""
    shutil.rmtree(folder.data, ignore_errors=True)
    paths = {}
    for reference in lease["definition"].get("data") or []:
        place = local_path_of(reference, folder)
        if reference["mode"] == UPLOAD:
            os.makedirs(place if reference.get("createFolder") else os.path.dirname(place), exist_ok=True)
            told.say(f"Data {reference['name']}: what lies at {place} when the script has ended goes to {_address_of(reference)}.")
        else:
            place = _fetch(reference, place, lease["workspaceId"], cache, link, told, is_unwanted)
        paths[reference["name"]] = place
    return paths


def with_paths(definition: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    """The definition with the local path where an argument or an environment variable names a reference."""
    changed = dict(definition)
    for field in ("command", "arguments"):
        if definition.get(field):
            changed[field] = [_with_paths(word, paths) for word in definition[field]]
    variables = definition.get("environmentVariables")
    if variables:
        changed["environmentVariables"] = {name: _with_paths(value, paths) for name, value in variables.items()}
    return changed


def variables_of(paths: Mapping[str, str]) -> dict[str, str]:
    """The environment variables in which a script finds its data."""
    return {f"{VARIABLE_PREFIX}{name}": place for name, place in paths.items()}


def has_uploads(definition: Mapping[str, Any]) -> bool:
    return any(reference["mode"] == UPLOAD for reference in definition.get("data") or [])


def upload_data(
    lease: Mapping[str, Any],
    caller: Mapping[str, Any],
    folder: JobFolder,
    link: ServerLink,
    told: Narration,
    given_up: threading.Event,
) -> list[str]:
    """Send what lies where the upload references say; returns what was refused, in words. `caller` holds the lease."""
    refused = []
    for reference in lease["definition"].get("data") or []:
        if reference["mode"] != UPLOAD:
            continue
        place = Path(local_path_of(reference, folder))
        count = size_bytes = 0
        for path, source in _files_at(place):
            route = f"{path_of('jobs', lease['runId'], 'data', reference['name'])}/{quote(path, safe='/')}"
            try:
                link.until_answered(lambda connection: send_data(connection, route, source, caller, patience_seconds=0), given_up)  # noqa: B023
            except RunsteadError as error:
                refused.append(f"{path or place.name} of data {reference['name']}: {error}")
                continue
            except OSError as error:
                refused.append(f"{path or place.name} of data {reference['name']}: {error.strerror}")
                continue
            count += 1
            size_bytes += source.stat().st_size
        told.say(f"Data {reference['name']}: {count} files, {size_bytes} bytes uploaded to {_address_of(reference)}.")
        if not place.exists():
            refused.append(f"data {reference['name']}: the script has left nothing at {place}")
    return refused


def local_path_of(reference: Mapping[str, Any], folder: JobFolder) -> str:
    """Where the path of a reference lies on the node."""
    on_compute = reference.get("pathOnCompute")
    if not on_compute:
        return place_in(os.path.join(folder.data, reference["name"]), reference.get("path") or "data")
    if os.path.isabs(on_compute):
        return os.path.normpath(on_compute)
    place = os.path.normpath(os.path.join(folder.work, on_compute))
    if not place.startswith(os.path.join(folder.work, "")):
        raise DataMissing(
            f"The data {reference['name']} cannot be put at {on_compute}: that is not below the working folder.",
            hint="Give a path below it, or an absolute one, as path_on_compute.",
        )
    return place


def _fetch(
    reference: Mapping[str, Any],
    place: str,
    workspace: str,
    cache: DataCache,
    link: ServerLink,
    told: Narration,
    is_unwanted: Callable[[], bool],
) -> str:
    datastore, path = reference.get("datastore") or DEFAULT_DATASTORE, reference.get("path") or ""
    begin = time.monotonic()

    def list_files(connection: Connection) -> list[dict[str, Any]]:
        check_wanted(is_unwanted)
        return list(list_data(connection, workspace, datastore, path, patience_seconds=0))

    files = link.until_answered(list_files)
    if not files:
        raise DataMissing(
            f"The data {reference['name']} is not there: {datastore} has nothing at {path or 'all'}.",
            hint="Upload it, or see what there is: runstead datastore list.",
        )
    is_file = len(files) == 1 and files[0]["path"] == path
    if is_file and reference.get("pathOnCompute"):
        place = os.path.join(place, os.path.basename(path))
    told.say(f"Fetching the data {reference['name']}: {_address_of(reference)}, mode {reference['mode']}, to {place}.")
    fetched_bytes = 0
    for file in files:
        kept, count = cache.provide(data_path_of(workspace, datastore, file["path"]), file, is_unwanted)
        fetched_bytes += count
        target = place if is_file else place_in(place, file["path"][len(path) :].lstrip("/") if path else file["path"])
        _put(reference, file, kept, target)
    size_bytes = sum(file["sizeBytes"] for file in files)
    seconds = time.monotonic() - begin
    told.say(
        f"Data {reference['name']}: {len(files)} files, {size_bytes} bytes, of which {fetched_bytes} were fetched and the rest was "
        f"on this node, in {seconds:.3f} s."
    )
    return place


def _put(reference: Mapping[str, Any], file: Mapping[str, Any], kept: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.lexists(target):
        if os.path.isfile(target) and hash_file(Path(target)) == file["sha256"]:
            return
        if not reference.get("overwrite") or os.path.isdir(target):
            raise DataMissing(
                f"The data {reference['name']} cannot be put at {target}: something else is there.",
                hint="Choose another path_on_compute, or overwrite=True.",
            )
        os.unlink(target)
    if reference["mode"] == MOUNT:
        link_or_copy(kept, target)
    else:
        copy(kept, target)


def _files_at(place: Path) -> list[tuple[str, Path]]:
    """Each file with its path below `place`; that is empty when `place` itself is the file."""
    if place.is_file():
        return [("", place)]
    found = (Path(parent, name) for parent, _, names in os.walk(place) for name in names)
    return sorted((path.relative_to(place).as_posix(), path) for path in found if path.is_file())


def _with_paths(word: str, paths: Mapping[str, str]) -> str:
    # The longest name first: one may begin like another.
    for name in sorted(paths, key=len, reverse=True):
        for form in (f"${{{VARIABLE_PREFIX}{name}}}", f"${VARIABLE_PREFIX}{name}"):
            word = word.replace(form, paths[name])
    return word


def _address_of(reference: Mapping[str, Any]) -> str:
    return f"{reference.get('datastore') or DEFAULT_DATASTORE}/{reference.get('path') or ''}"
