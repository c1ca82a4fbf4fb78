"""A folder of tiny packages, written by the tests themselves: environments are built from it without any package index."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from pathlib import Path

from runstead.agent.process_table import identify_or_none
from tests.support import wait_until

#: The build backend of a source package: tells that it was begun, and goes on when it is let.
BACKEND = """
import os, subprocess, sys, time, zipfile
HOUSE = {house!r}

def build_wheel(folder, config_settings=None, metadata_directory=None):
    child = subprocess.Popen(["sleep", "600"], start_new_session=True, close_fds=True)
    with open(os.path.join(HOUSE, "begun"), "a") as file:
        file.write("%d %d\\n" % (os.getpid(), child.pid))
    print("building slowly", flush=True)
    while not os.path.exists(os.path.join(HOUSE, "go")):
        time.sleep(0.01)
    child.kill()
    name = "{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, content in {files!r}.items():
            wheel.writestr(path, content)
    return name
"""


def wheel_files(name: str, version: str) -> dict[str, str]:
    """The files of a pure Python wheel whose module tells its version."""
    information = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{information}/RECORD"))
    return {**files, f"{information}/RECORD": record}


class WheelHouse:
    """Packages for `--no-index --find-links`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="runstead-wheels-")
        self.path = Path(self._folder.name)

    def close(self) -> None:
        self._folder.cleanup()

    def requirements(self, *requirements: str) -> list[str]:
        return ["--no-index", f"--find-links {self.path}", *requirements]

    def add(self, name: str, version: str = "1.0", padding_bytes: int = 0) -> None:
        with zipfile.ZipFile(self.path / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            for path, content in wheel_files(name, version).items():
                wheel.writestr(path, content)
            if padding_bytes:
                wheel.writestr(f"{name}_padding.bin", bytes(padding_bytes))

    def add_slow(self, name: str, version: str = "1.0") -> None:
        """A source package that is built once `let_go_on` was called."""
        backend = BACKEND.format(house=str(self.path), name=name, version=version, files=wheel_files(name, version))
        files = {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            f'[project]\nname = "{name}"\nversion = "{version}"\n',
            "backend.py": backend,
            "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        }
        with tarfile.open(self.path / f"{name}-{version}.tar.gz", "w:gz") as archive:
            for path, content in files.items():
                entry = tarfile.TarInfo(f"{name}-{version}/{path}")
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content.encode()))

    def builds_begun(self) -> list[list[int]]:
        """The processes of each build of a slow package that has begun: its backend, and a child in a session of its own."""
        try:
            lines = (self.path / "begun").read_text().splitlines(keepends=True)
        except FileNotFoundError:
            return []
        return [[int(pid) for pid in line.split()] for line in lines if line.endswith("\n")]

    def wait_for_builds(self, count: int) -> list[list[int]]:
        wait_until(f"{count} builds", lambda: len(self.builds_begun()) >= count, 60.0)
        return self.builds_begun()

    def let_go_on(self) -> None:
        (self.path / "go").touch()

    def living(self, pids: list[int]) -> list[int]:
        return [pid for pid in pids if identify_or_none(pid) is not None]
