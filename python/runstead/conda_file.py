"""Conda environment files, read and written without a YAML library: they hold names, lists and a list within a list, no more."""

from __future__ import annotations

import json
import re
from typing import Any, Iterable, Iterator, NamedTuple

LISTS = ("channels", "dependencies")
#: Keys that say nothing about what is to be installed.
SCALARS = ("name", "prefix")
PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./=<>!~*+@:;, -]*")


class CondaFile(NamedTuple):
    """What a conda environment file asks for."""

    name: str | None = None
    channels: tuple[str, ...] = ()
    #: `python=3.10` among them.
    packages: tuple[str, ...] = ()
    pip_requirements: tuple[str, ...] = ()
    variables: dict[str, str] = {}


def parse_conda_file(text: str) -> CondaFile:
    """Reads a conda environment file, or raises ValueError that names the line which it does not understand."""
    document = json.loads(text) if text.lstrip().startswith("{") else _document_of(text)
    packages, pip_requirements = [], []
    for dependency in document.get("dependencies") or ():
        if isinstance(dependency, dict):
            pip_requirements += dependency.get("pip") or []
        else:
            packages.append(str(dependency))
    return CondaFile(
        document.get("name"),
        tuple(document.get("channels") or ()),
        tuple(packages),
        tuple(pip_requirements),
        {str(name): str(value) for name, value in (document.get("variables") or {}).items()},
    )


def write_conda_file(file: CondaFile) -> str:
    """The file as text, in the order in which azureml-core writes it."""
    lines = ["# Conda environment specification. The dependencies defined in this file will", "# be automatically provisioned."]
    if file.name:
        lines.append(f"name: {_quoted(file.name)}")
    lines += ["dependencies:", *_items(file.packages)]
    if file.pip_requirements:
        lines += ["- pip:", *_items(file.pip_requirements, "  ")]
    if file.channels:
        lines += ["channels:", *_items(file.channels)]
    if file.variables:
        lines += ["variables:", *(f"  {name}: {json.dumps(value)}" for name, value in file.variables.items())]
    return "\n".join(lines) + "\n"


def _document_of(text: str) -> dict[str, Any]:
    document: dict[str, Any] = {}
    key = ""
    pip_indent: int | None = None
    for number, indent, content in _lines_of(text):
        if indent == 0 and not content.startswith("-"):
            key, value = _pair(number, content)
            pip_indent = None
            if key in LISTS:
                document[key] = _flow_list(number, value) if value else []
            elif key in SCALARS:
                document[key] = _unquoted(value)
            elif key == "variables" and not value:
                document[key] = {}
            else:
                raise _cannot_read(number, content)
        elif key == "variables":
            name, value = _pair(number, content)
            document[key][name] = _unquoted(value)
        elif key in LISTS and content.startswith("- "):
            item = content[2:].strip()
            if pip_indent is not None and indent > pip_indent:
                document[key][-1]["pip"].append(_unquoted(item))
            elif key == "dependencies" and re.match(r"pip\s*:(\s|$)", item):
                pip_indent = indent
                value = item.split(":", 1)[1].strip()
                document[key].append({"pip": _flow_list(number, value) if value else []})
            else:
                pip_indent = None
                document[key].append(_unquoted(item))
        else:
            raise _cannot_read(number, content)
    return document


def _lines_of(text: str) -> Iterator[tuple[int, int, str]]:
    """Number, indentation and content of each line that has any; a comment is none."""
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        bare = re.sub(r"(^|\s)#.*$", "", line).rstrip()
        content = bare.lstrip(" ")
        if content.startswith("\t"):
            raise ValueError(f"line {number} is indented by a tab, which YAML does not allow")
        if content and content != "---":
            yield number, len(bare) - len(content), content


def _pair(number: int, content: str) -> tuple[str, str]:
    key, colon, value = content.partition(":")
    if not colon or (value and not value.startswith(" ")):
        raise _cannot_read(number, content)
    return key.strip(), value.strip()


def _flow_list(number: int, text: str) -> list[str]:
    if not (text.startswith("[") and text.endswith("]")):
        raise _cannot_read(number, text)
    return [_unquoted(item.strip()) for item in text[1:-1].split(",") if item.strip()]


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return str(json.loads(text)) if len(text) > 1 and text[0] == text[-1] == '"' else text


def _quoted(text: str) -> str:
    return text if PLAIN.fullmatch(text) and ": " not in text and not text.endswith(":") else json.dumps(text)


def _items(values: Iterable[str], indent: str = "") -> list[str]:
    return [f"{indent}- {_quoted(value)}" for value in values]


def _cannot_read(number: int, content: str) -> ValueError:
    return ValueError(f"line {number} is nothing that a conda environment file has: {content!r}")
