"""Where this user's machine keeps what belongs to no project: spools, nodes, the package that a zip file unpacks."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def state_folder() -> Path:
    """`$XDG_STATE_HOME/runstead` or `~/.local/state/runstead`; made if it is not there."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    folder = Path(state) / "runstead"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder
    except OSError:
        # A home that cannot be written to, as of some service accounts.
        user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
        return Path(tempfile.gettempdir()) / f"runstead-{user}"
