"""Warnings that point at the line of the script that is meant, not at a line of this package."""

from __future__ import annotations

import sys
import warnings

#: The packages whose frames are passed over: this one, and the azureml names over it.
_PACKAGES = ("runstead", "azureml")


class LoggingWarning(UserWarning):
    """Something that was logged is not what was probably meant. It is no error: a training goes on."""


def advise(message: str) -> None:
    """Warns at the nearest line outside of the package."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] in _PACKAGES:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, LoggingWarning, stacklevel=level)
