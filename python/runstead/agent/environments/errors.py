"""Why a job has no environment to run in."""

from __future__ import annotations


class CannotBuild(Exception):
    """The environment cannot be built; says why, where a program failed in its own words."""


class BuildUnwanted(Exception):
    """The job was cancelled, or belongs to another attempt now."""
