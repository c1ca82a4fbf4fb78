"""Builds an environment into a folder: with uv where there is one, else with venv and pip; with conda where it asks for that."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterable
from glob import iglob

from runstead.agent.environments.build_process import BuildProcess, ProgramFailed
from runstead.agent.environments.errors import CannotBuild
from runstead.agent.environments.recipe import Recipe
from runstead.agent.environments.tools import conda_or_none, python_of, uv_or_none
from runstead.agent.job_environment import PRIVATE_PREFIXES

#: Would lead the programs of a build to other packages than its own.
FOREIGN_VARIABLES = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "PIP_TARGET", "PIP_PREFIX", "PIP_USER"}
#: Without a network a build fails soon, and no question is asked that nobody answers.
DEFAULT_VARIABLES = {
    "PIP_RETRIES": "1",
    "PIP_DEFAULT_TIMEOUT": "15",
    "PIP_NO_INPUT": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_PROGRESS_BAR": "off",
    "UV_HTTP_RETRIES": "1",
    "UV_NO_PROGRESS": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    "GIT_TERMINAL_PROMPT": "0",
    # `env create` of mamba 2 asks, that of older ones takes no `--yes`.
    "CONDA_ALWAYS_YES": "true",
    "MAMBA_ALWAYS_YES": "true",
    "CONDA_REMOTE_MAX_RETRIES": "1",
}
#: uv does not read pip's settings: by the name of each, that of uv and how uv separates several.
UV_OF_PIP = {
    "PIP_INDEX_URL": ("UV_DEFAULT_INDEX", " "),
    "PIP_EXTRA_INDEX_URL": ("UV_INDEX", " "),
    "PIP_FIND_LINKS": ("UV_FIND_LINKS", ","),
    "PIP_NO_INDEX": ("UV_NO_INDEX", " "),
    "PIP_CERT": ("SSL_CERT_FILE", " "),
}
OLDER_UV_NAMES = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_INDEX": "UV_EXTRA_INDEX_URL"}

#: How programs say that they reached nobody.
OFFLINE_WORDS = (
    "failed to establish a new connection",
    "temporary failure in name resolution",
    "name or service not known",
    "network is unreachable",
    "no route to host",
    "connection refused",
    "dns error",
    "tcp connect error",
    "client error (connect)",
    "connecttimeouterror",
    "max retries exceeded",
    "newconnectionerror",
    "network connectivity is disabled",
    # conda, libmamba, rattler
    "connection failed for url",
    "resolve host",
    "couldn't connect to server",
    "error sending request for url",
)
PIP_PACKAGE = re.compile(r"(?:.*::)?pip(?:[\s=<>!~].*)?")

INDEX_ADVICE = (
    "The package index cannot be reached from this node. Name one that can be by PIP_INDEX_URL (of the agent) or --index-url "
    "(in the requirements), or a folder of wheels by --no-index and --find-links; or use a user-managed Python."
)
CHANNEL_ADVICE = (
    "The conda channels, or the package index, cannot be reached from this node. Name channels that can be, such as a mirror or a "
    "folder (file:///…), in the environment or in the node's .condarc; conda asks its default channels too unless nodefaults is among "
    "them. Or use a user-managed Python."
)


def build(recipe: Recipe, folder: str, files_folder: str, process: BuildProcess) -> None:
    """Make the environment in `folder`, which is not there yet; the files that programs read are written to `files_folder`."""
    try:
        if recipe.conda_packages:
            _build_with_conda(recipe, folder, files_folder, process)
        else:
            _build_with_pip(recipe, folder, files_folder, process)
    except ProgramFailed as error:
        advice = _advice_on(error.last_words, CHANNEL_ADVICE if recipe.conda_packages else INDEX_ADVICE)
        raise CannotBuild(f"{error}{advice}") from error


def variables_for_build() -> dict[str, str]:
    """The environment variables of the programs of a build: the agent's own settings of pip and uv count."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN_VARIABLES and not name.startswith(PRIVATE_PREFIXES)
    }
    for name, (uv_name, separator) in UV_OF_PIP.items():
        if name in own and uv_name not in own and OLDER_UV_NAMES.get(uv_name) not in own:
            own[uv_name] = separator.join(own[name].split())
    return {**DEFAULT_VARIABLES, **own}


def interpreter_in(folder: str) -> str:
    return os.path.join(folder, "bin", "python")


def packages_in(folder: str) -> list[dict[str, str]]:
    """What is really installed, by name."""
    found = {}
    for path in iglob(os.path.join(folder, "lib", "python*", "site-packages", "*.dist-info", "METADATA")):
        with open(path, encoding="utf-8", errors="replace") as file:
            headers = dict(line.rstrip().split(": ", 1) for line in itertools.takewhile(str.strip, file) if ": " in line)
        found[headers["Name"].lower()] = {"name": headers["Name"], "version": headers["Version"]}
    return [found[name] for name in sorted(found)]


def _build_with_pip(recipe: Recipe, folder: str, files_folder: str, process: BuildProcess) -> None:
    python = python_of(recipe.python_version)
    requirements = os.path.join(files_folder, "requirements.txt")
    _write(requirements, recipe.requirements)
    uv = uv_or_none()
    process.run([uv, "venv", "--no-project", "--python", python, folder] if uv else [python, "-m", "venv", folder])
    if all(line.startswith("-") for line in recipe.requirements):
        return
    own = interpreter_in(folder)
    if uv:
        process.run([uv, "pip", "install", "--python", own, "--requirement", requirements])
    else:
        process.run([own, "-m", "pip", "install", "--requirement", requirements])


def _build_with_conda(recipe: Recipe, folder: str, files_folder: str, process: BuildProcess) -> None:
    conda = conda_or_none()
    assert conda is not None, "a recipe has conda packages only where there is a conda"
    python = f"python={recipe.python_version}" if recipe.python_version else "python"
    dependencies: list[object] = [python, *recipe.conda_packages]
    if recipe.requirements:
        has_pip = any(PIP_PACKAGE.fullmatch(package) for package in recipe.conda_packages)
        dependencies += [*([] if has_pip else ["pip"]), {"pip": list(recipe.requirements)}]
    path = os.path.join(files_folder, "environment.yml")
    # JSON is YAML as well.
    _write(path, [json.dumps({"channels": list(recipe.conda_channels) or ["conda-forge"], "dependencies": dependencies})])
    is_micromamba = os.path.basename(conda) == "micromamba"
    process.run([conda, *(["create", "--yes"] if is_micromamba else ["env", "create"]), "--prefix", folder, "--file", path])


def _write(path: str, lines: Iterable[str]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _advice_on(last_words: str, advice: str) -> str:
    return f"\n{advice}" if any(words in last_words.lower() for words in OFFLINE_WORDS) else ""
