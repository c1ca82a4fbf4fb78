"""Keeps credentials that addresses carry out of logs and errors."""

from __future__ import annotations

import re

#: Between `://` and `@`; `git@` is a name that everybody uses.
CREDENTIALS = re.compile(r"(?<=://)(?!git@)[^\s/@]+(?=@)")


def redact(text: str) -> str:
    """The text with `***` for the user and password of every address."""
    return CREDENTIALS.sub("***", text)
