"""The environments that a node has built: each once for its key, however many agents and jobs ask; the oldest go when room is needed.

    built/<key>/                       an environment, made in place, since it cannot be moved
    built/<key>/.runstead/marker.json  written last: without it the folder is what a build left that did not end
    locks/<key>                        held alone to build or remove, together to take into use
    uses/<key>/<id>                    the folder of a job that runs in it, for as long as that folder is there
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from typing import Any, Callable, NamedTuple

from runstead.agent.environments.build import build, interpreter_in, packages_in, variables_for_build
from runstead.agent.environments.build_process import BuildProcess
from runstead.agent.environments.errors import BuildUnwanted, CannotBuild
from runstead.agent.environments.recipe import Recipe, recipe_or_none
from runstead.agent.job_folder import FILE_MODE, FOLDER_MODE, read_json_or_none, write_json
from runstead.agent.moment import now
from runstead.agent.narrated_log import NarratedLog, Narration
from runstead.agent.process_end import end_processes
from runstead.agent.process_table import marked_with

#: Folder names; a program's path in it must fit the first line of a script, which takes 127 characters.
KEY_CHARACTERS = 20
#: How soon it is noticed that another one has built what this one waits for.
WAIT_INTERVAL_SECONDS = 0.05
WAITS_UNTOLD = 4


class BuiltEnvironment(NamedTuple):
    """An environment that is ready, and stays as long as the job's folder is there."""

    folder: str
    #: key, python, packages, sizeBytes and when it was built.
    marker: Mapping[str, Any]

    @property
    def interpreter(self) -> str:
        return interpreter_in(self.folder)

    def variables(self, path: str) -> dict[str, str]:
        """Let programs that the job starts by their name be those of the environment."""
        return {"PATH": os.pathsep.join([os.path.join(self.folder, "bin"), path]), "VIRTUAL_ENV": self.folder}


class EnvironmentStore:
    """A folder of environments; agents on one machine share it."""

    def __init__(self, folder: str, bytes_max: int) -> None:
        self._folder = os.path.abspath(folder)
        self._bytes_max = bytes_max

    def provide(
        self,
        environment: Mapping[str, Any] | None,
        job_folder: str,
        told: Narration,
        build_log: NarratedLog,
        is_unwanted: Callable[[], bool],
    ) -> BuiltEnvironment | None:
        """The environment of a job, built unless it is there; None for one that needs no building.

        Raises CannotBuild, or BuildUnwanted as soon as `is_unwanted` says so.
        """
        if environment is None:
            return None
        recipe = recipe_or_none(environment.get("specification") or {})
        if recipe is None:
            return None
        name = name_of(environment)
        found = self._take_or_none(recipe, job_folder, told, is_unwanted)
        if found is not None:
            told.say(f"Environment {name} is there already, built at {found.marker['builtTime']}: {found.folder}.")
            return found
        with self._locked(recipe, fcntl.LOCK_EX, told, is_unwanted):
            found = self._ready_or_none(recipe)
            if found is None:
                told.say(f"Environment {name} is being built; see {build_log.name}.")
                found = self._build(recipe, name, build_log, is_unwanted)
            self._note_use(recipe, job_folder)
        told.say(f"Environment {name} is ready: {found.folder}.")
        self.prune()
        return found

    def prune(self) -> None:
        """Remove what builds left that did not end, and what was used longest ago until the rest is within its bound."""
        found = []
        for entry in _entries(os.path.join(self._folder, "built")):
            marker = read_json_or_none(_marker_in(entry.path))
            if marker is None:
                self._remove_if_unused(entry.name)
            else:
                with contextlib.suppress(FileNotFoundError):
                    found.append((os.stat(_marker_in(entry.path)).st_mtime, int(marker["sizeBytes"]), entry.name))
        total = sum(size for _, size, _ in found)
        for _, size, name in sorted(found):
            if total <= self._bytes_max:
                return
            if self._remove_if_unused(name):
                total -= size

    def _take_or_none(
        self, recipe: Recipe, job_folder: str, told: Narration, is_unwanted: Callable[[], bool]
    ) -> BuiltEnvironment | None:
        with self._locked(recipe, fcntl.LOCK_SH, told, is_unwanted):
            found = self._ready_or_none(recipe)
            if found is not None:
                self._note_use(recipe, job_folder)
                os.utime(_marker_in(found.folder))
            return found

    def _ready_or_none(self, recipe: Recipe) -> BuiltEnvironment | None:
        folder = self._folder_of(_name_of_key(recipe.key))
        marker = read_json_or_none(_marker_in(folder))
        # The Python that it was made from may be gone.
        is_ready = marker is not None and marker["key"] == recipe.key and os.path.exists(interpreter_in(folder))
        return BuiltEnvironment(folder, marker) if marker is not None and is_ready else None

    def _build(self, recipe: Recipe, name: str, log: NarratedLog, is_unwanted: Callable[[], bool]) -> BuiltEnvironment:
        folder = self._folder_of(_name_of_key(recipe.key))
        self._clear(folder)
        os.makedirs(os.path.dirname(folder), mode=FOLDER_MODE, exist_ok=True)
        files_folder = self._folder_of(_name_of_key(recipe.key), "files")
        os.makedirs(files_folder, mode=FOLDER_MODE, exist_ok=True)
        begin = time.monotonic()
        log.say(f"Building environment {name}, {recipe.key}.")
        for note in recipe.notes:
            log.say(note)
        try:
            build(recipe, folder, files_folder, BuildProcess(_mark_of(folder), variables_for_build(), log, is_unwanted))
            packages = packages_in(folder)
            os.makedirs(os.path.dirname(_marker_in(folder)), mode=FOLDER_MODE, exist_ok=True)
            size = _size_of(folder)
            # The files of the environment are on the disk before the marker says so.
            os.sync()
            marker = {
                "key": recipe.key,
                "pythonVersion": _python_version_in(folder) or recipe.python_version,
                "packages": packages,
                "sizeBytes": size,
                "builtTime": now(),
            }
            write_json(_marker_in(folder), marker, durable=True)
        except BaseException as error:
            if isinstance(error, (CannotBuild, OSError)):
                log.say(f"The environment could not be built: {error}")
            self._clear(folder)
            raise
        finally:
            shutil.rmtree(files_folder, ignore_errors=True)
        log.say(f"Built in {time.monotonic() - begin:.1f} s: {len(packages)} packages, {size} bytes.")
        log.say(f"Environment {name}, {recipe.key}: {folder}")
        return BuiltEnvironment(folder, marker)

    def _clear(self, folder: str) -> None:
        """Remove an environment, its marker first, so that nobody ever takes the rest of it for whole."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(_marker_in(folder))
        # What an agent that was killed had started may still write there.
        end_processes(lambda: marked_with(_mark_of(folder)), 0)
        if os.path.exists(folder):
            shutil.rmtree(folder)

    def _remove_if_unused(self, name: str) -> bool:
        with _lock_or_none(self._folder_of(name, "locks"), fcntl.LOCK_EX) as lock:
            if lock is None or self._is_in_use(name):
                return False
            with contextlib.suppress(OSError):
                self._clear(self._folder_of(name))
                shutil.rmtree(self._folder_of(name, "uses"), ignore_errors=True)
                return True
            return False

    def _is_in_use(self, name: str) -> bool:
        uses = self._folder_of(name, "uses")
        is_used = False
        for entry in _entries(uses):
            with open(entry.path, encoding="utf-8") as file:
                job_folder = file.read()
            if os.path.exists(job_folder):
                is_used = True
            else:
                os.unlink(entry.path)
        return is_used

    def _note_use(self, recipe: Recipe, job_folder: str) -> None:
        folder = self._folder_of(_name_of_key(recipe.key), "uses")
        os.makedirs(folder, mode=FOLDER_MODE, exist_ok=True)
        job_folder = os.path.abspath(job_folder)
        path = os.path.join(folder, hashlib.sha256(job_folder.encode()).hexdigest()[:KEY_CHARACTERS])
        with open(path, "w", encoding="utf-8") as file:
            file.write(job_folder)

    @contextlib.contextmanager
    def _locked(self, recipe: Recipe, kind: int, told: Narration, is_unwanted: Callable[[], bool]) -> Iterator[None]:
        path = self._folder_of(_name_of_key(recipe.key), "locks")
        os.makedirs(os.path.dirname(path), mode=FOLDER_MODE, exist_ok=True)
        waits = 0
        while True:
            with _lock_or_none(path, kind) as lock:
                if lock is not None:
                    yield
                    return
            if is_unwanted():
                raise BuildUnwanted
            waits += 1
            if waits == WAITS_UNTOLD:
                told.say("Another job builds the same environment: waiting for it.")
            time.sleep(WAIT_INTERVAL_SECONDS)

    def _folder_of(self, name: str, kind: str = "built") -> str:
        return os.path.join(self._folder, kind, name)


def name_of(environment: Mapping[str, Any]) -> str:
    """The name of a job's environment for people: `vision:2`."""
    version = environment.get("version")
    return str(environment["name"]) if version is None else f"{environment['name']}:{version}"


def _name_of_key(key: str) -> str:
    return key[:KEY_CHARACTERS]


def _marker_in(folder: str) -> str:
    return os.path.join(folder, ".runstead", "marker.json")


def _mark_of(folder: str) -> str:
    """What the processes of a build carry in their environment."""
    return f"environment {folder}"


@contextlib.contextmanager
def _lock_or_none(path: str, kind: int) -> Iterator[int | None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        os.close(descriptor)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except FileNotFoundError:
        return []


def _size_of(folder: str) -> int:
    return sum(os.lstat(os.path.join(root, name)).st_size for root, _, names in os.walk(folder) for name in names)


def _python_version_in(folder: str) -> str | None:
    """As venv and uv write it down."""
    try:
        with open(os.path.join(folder, "pyvenv.cfg"), encoding="utf-8") as file:
            settings = dict(line.split("=", 1) for line in file if "=" in line)
    except FileNotFoundError:
        return None
    values = {name.strip(): value.strip() for name, value in settings.items()}
    return values.get("version_info") or values.get("version")
