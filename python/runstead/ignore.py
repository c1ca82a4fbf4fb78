"""Which files of a folder are left out of its snapshot: .amlignore, else .gitignore, with the rules of git."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

IGNORE_FILE_NAMES = (".amlignore", ".gitignore")
#: Never part of a source, whatever the ignore file says.
ALWAYS_IGNORED = (".git", ".hg", ".svn", ".runstead", ".ipynb_checkpoints", "__pycache__")


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    includes: bool
    folders_only: bool


class IgnoreRules:
    """The rules of one ignore file; the last that matches decides.

    >>> rules = IgnoreRules(["*.ckpt", "!best.ckpt", "/data/"])
    >>> rules.ignores("models/last.ckpt", is_folder=False), rules.ignores("best.ckpt", is_folder=False)
    (True, False)
    """

    def __init__(self, lines: list[str]) -> None:
        self._rules = [rule for rule in map(_rule, lines) if rule is not None]

    @classmethod
    def of_folder(cls, folder: Path) -> IgnoreRules:
        """.amlignore takes the place of .gitignore where both exist, as in azureml-core."""
        for name in IGNORE_FILE_NAMES:
            file = folder / name
            if file.is_file():
                return cls(file.read_text(encoding="utf-8-sig", errors="replace").splitlines())
        return cls([])

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether a path, relative to the folder and with slashes, is left out. What lies in an ignored folder is so too."""
        if path.rsplit("/", 1)[-1] in ALWAYS_IGNORED:
            return True
        for rule in reversed(self._rules):
            if (is_folder or not rule.folders_only) and rule.pattern.fullmatch(path):
                return not rule.includes
        return False


def _rule(line: str) -> _Rule | None:
    text = re.sub(r"(?<!\\) +$", "", line.rstrip("\r\n"))
    if not text or text.startswith("#"):
        return None
    includes = text.startswith("!")
    text = text[1:] if includes else text
    folders_only = text.endswith("/")
    text = text.rstrip("/")
    # A slash before the end ties the pattern to the folder of the ignore file; without one it matches at any depth.
    anchored = "/" in text
    expression = _expression(text.lstrip("/"))
    try:
        return _Rule(re.compile(expression if anchored else f"(?:.*/)?{expression}", re.DOTALL), includes, folders_only)
    except re.error:
        return None


def _expression(text: str) -> str:
    out = ""
    at = 0
    while at < len(text):
        rest = text[at:]
        if rest.startswith("**/"):
            out, at = out + "(?:.*/)?", at + 3
        elif rest.startswith("/**") and len(rest) == 3:
            out, at = out + "/.*", at + 3
        elif rest.startswith("*"):
            out, at = out + "[^/]*", at + 1
        elif rest.startswith("?"):
            out, at = out + "[^/]", at + 1
        elif rest.startswith("[") and (closing := text.find("]", at + 2)) > 0:
            inner = text[at + 1 : closing].replace("\\", "\\\\")
            out, at = out + "[" + ("^" + inner[1:] if inner[0] in "!^" else inner) + "]", closing + 1
        elif rest.startswith("\\") and len(rest) > 1:
            out, at = out + re.escape(rest[1]), at + 2
        else:
            out, at = out + re.escape(rest[0]), at + 1
    return out
