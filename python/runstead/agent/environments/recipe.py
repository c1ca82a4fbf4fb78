"""What is to be built for a job: its environment's specification as this node understands it, and the key that it is shared by."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from runstead.agent.environments.conda_translation import requirements_of
from runstead.agent.environments.tools import conda_or_none, full_version

#: Brings the azureml names to Azure's images; here Runstead offers them, and the real package would hide them.
OFFERED_BY_RUNSTEAD = re.compile(r"^azureml[-_]defaults\b", re.IGNORECASE)


class Recipe(NamedTuple):
    """Everything that decides what the environment will hold."""

    #: SHA-256 of the rest, with the machine's architecture.
    key: str
    python_version: str | None
    #: Lines that begin with a hyphen are options.
    requirements: tuple[str, ...]
    conda_packages: tuple[str, ...]
    conda_channels: tuple[str, ...]
    #: What a person should know of how it was understood.
    notes: tuple[str, ...]


def recipe_or_none(specification: Mapping[str, Any]) -> Recipe | None:
    """None when there is nothing to build; raises CannotBuild for packages that need a conda that is not there."""
    asked = ("pythonVersion", "pipRequirements", "condaPackages")
    if specification.get("userManaged") or not any(specification.get(name) for name in asked):
        return None
    python_version = specification.get("pythonVersion")
    given = list(specification.get("pipRequirements") or ())
    packages = list(specification.get("condaPackages") or ())
    if all(package == "pip" for package in packages):  # No reason to have a conda.
        packages = []
    notes = []
    if packages and conda_or_none() is None:
        translated = requirements_of(packages)
        notes.append(f"This node has no conda: its packages are taken from the package index ({', '.join(translated) or 'none'}).")
        given, packages = [*given, *translated], []
    requirements = [line for line in given if not OFFERED_BY_RUNSTEAD.match(line)]
    if len(requirements) < len(given):
        notes.append("azureml-defaults is left out: Runstead offers its azureml names itself.")
    channels = list(specification.get("condaChannels") or ()) if packages else []
    return Recipe(
        _key_of(python_version, requirements, packages, channels),
        python_version,
        tuple(requirements),
        tuple(packages),
        tuple(channels),
        tuple(notes),
    )


def _key_of(python_version: str | None, requirements: list[str], packages: list[str], channels: list[str]) -> str:
    decisive = {
        "python": python_version if packages else full_version(python_version),
        "requirements": sorted(line for line in requirements if not line.startswith("-")),
        # Their order tells which index is asked first.
        "options": [line for line in requirements if line.startswith("-")],
        "condaPackages": sorted(packages),
        "condaChannels": channels,
        "architecture": f"{sys.platform} {platform.machine()}",
    }
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
