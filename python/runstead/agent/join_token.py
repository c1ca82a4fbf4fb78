"""What a machine that joins a cluster knows from the token it joins with."""

from __future__ import annotations

import argparse
import base64
import json
import os
from pathlib import Path
from typing import Any

from runstead.errors import UserError
from runstead.state_folder import state_folder


def compute_of(options: argparse.Namespace) -> str:
    """The cluster that the token is for; without a token, the only one that this machine has joined already."""
    compute = claims_of(_given_token(options)).get("compute")
    if compute:
        return str(compute)
    known = sorted({file.parent.name for file in (state_folder() / "nodes").glob("*/*/server.json")})
    if len(known) == 1 and not options.data:
        return known[0]
    raise UserError("No cluster is named.", hint="Give --compute CLUSTER, or the token that `runstead compute join-token CLUSTER` makes for one.")


def _given_token(options: argparse.Namespace) -> str | None:
    """The token to join with, as far as it is known before the folder is."""
    given = options.token or os.environ.get("RUNSTEAD_TOKEN")
    kept = os.path.join(options.data, "token") if options.data else None
    file = options.token_file or (kept if given is None and kept and os.path.exists(kept) else None)
    if file is None:
        return str(given) if given else None
    try:
        return Path(file).read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise unreadable_token_file(file) from error


def unreadable_token_file(file: str) -> UserError:
    return UserError(f"The token file {file} cannot be read.", hint="Write the token of `runstead compute join-token` to it.")


def claims_of(token: str | None) -> dict[str, Any]:
    """What a token says; it is looked at, not verified: that is the server's."""
    try:
        payload = (token or "").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
