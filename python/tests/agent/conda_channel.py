"""A conda channel in a folder, written by the tests themselves: with a Python of this machine, its pip, and tiny packages."""

from __future__ import annotations

import bz2
import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.agent.wheel_house import wheel_files

SUBFOLDER = "linux-64"
DESCRIBE = "import ensurepip, json, platform, sys; print(json.dumps([platform.python_version(), sys._base_executable, ensurepip.__file__]))"


class CondaChannel:
    """Packages are listed once `write_index` was called."""

    def __init__(self, python: str) -> None:
        """`python` is the program that environments made from this channel have."""
        described = subprocess.run([python, "-c", DESCRIBE], check=True, capture_output=True, text=True).stdout
        self.python_version, self._python, self._ensurepip = json.loads(described)
        self._minor = ".".join(self.python_version.split(".")[:2])
        self._folder = tempfile.TemporaryDirectory(prefix="runstead-channel-")
        self.path = Path(self._folder.name)
        self._listed: dict[str, dict[str, dict[str, Any]]] = {SUBFOLDER: {}, "noarch": {}}
        self.address = self.path.as_uri()

    def close(self) -> None:
        self._folder.cleanup()

    def add_python(self) -> None:
        """A package `python` that leads to an interpreter of this machine, as that of a virtual environment does."""
        home = Path(self._python).resolve()
        links = {"bin/python": str(home), "bin/python3": "python", f"bin/python{self._minor}": "python"}
        files = {"pyvenv.cfg": f"home = {home.parent}\ninclude-system-site-packages = false\nversion = {self.python_version}\n".encode()}
        self._add(SUBFOLDER, "python", self.python_version, files, links=links)

    def add_pip(self) -> None:
        """A package `pip` of what Python itself brings along."""
        bundled = next(Path(self._ensurepip).parent.glob("_bundled/pip-*.whl"))
        with zipfile.ZipFile(bundled) as wheel:
            files = {f"lib/python{self._minor}/site-packages/{name}": wheel.read(name) for name in wheel.namelist()}
        files["bin/pip"] = b"import sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
        self._add(SUBFOLDER, "pip", bundled.name.split("-")[1], files, depends=[f"python {self._minor}.*"])

    def add(self, name: str, version: str = "1.0") -> None:
        """A pure Python package for every platform, whose module tells its version."""
        files = {f"site-packages/{path}": content.encode() for path, content in wheel_files(name, version).items()}
        self._add("noarch", name, version, files, depends=["python"])

    def write_index(self) -> None:
        for subfolder, packages in self._listed.items():
            (self.path / subfolder).mkdir(exist_ok=True)
            index = {"info": {"subdir": subfolder}, "packages": packages}
            content = json.dumps(index).encode()
            (self.path / subfolder / "repodata.json").write_bytes(content)
            (self.path / subfolder / "repodata.json.bz2").write_bytes(bz2.compress(content))

    def _add(
        self,
        subfolder: str,
        name: str,
        version: str,
        files: Mapping[str, bytes],
        *,
        links: Mapping[str, str] | None = None,
        depends: list[str] | None = None,
    ) -> None:
        is_portable = subfolder == "noarch"
        index = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": depends or [], "subdir": subfolder}
        if is_portable:
            index["noarch"] = "python"
        metadata = {
            "info/index.json": json.dumps(index).encode(),
            "info/files": "".join(f"{path}\n" for path in [*files, *(links or {})]).encode(),
            **({"info/link.json": b'{"noarch": {"type": "python"}, "package_metadata_version": 1}'} if is_portable else {}),
        }
        (self.path / subfolder).mkdir(exist_ok=True)
        path = self.path / subfolder / f"{name}-{version}-0.tar.bz2"
        with tarfile.open(path, "w:bz2", compresslevel=1) as archive:
            for target, content in {**metadata, **files}.items():
                entry = tarfile.TarInfo(target)
                entry.size = len(content)
                entry.mode = 0o755 if target.startswith("bin/") else 0o644
                archive.addfile(entry, io.BytesIO(content))
            for target, source in (links or {}).items():
                entry = tarfile.TarInfo(target)
                entry.type = tarfile.SYMTYPE
                entry.linkname = source
                archive.addfile(entry)
        content = path.read_bytes()
        digests = {"md5": hashlib.md5(content).hexdigest(), "sha256": hashlib.sha256(content).hexdigest()}
        self._listed[subfolder][path.name] = {**index, **digests, "size": len(content)}
