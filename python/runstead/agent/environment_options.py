"""The options that say where the environments of jobs are built and how much of them is kept."""

from __future__ import annotations

import argparse
import os

GIB = 1024**3


def add_environment_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--environments-dir", help="folder of built environments, which agents of a machine may share")
    command.add_argument(
        "--environments-gib",
        type=float,
        default=float(os.environ.get("RUNSTEAD_ENVIRONMENTS_GIB") or 20),
        help="GiB of built environments that are kept (default 20, or RUNSTEAD_ENVIRONMENTS_GIB)",
    )


def environments_folder_of(options: argparse.Namespace, default_parent: str) -> str:
    return str(options.environments_dir or os.path.join(default_parent, "environments"))


def environments_bytes_max_of(options: argparse.Namespace) -> int:
    return int(options.environments_gib * GIB)
