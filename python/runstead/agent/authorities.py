"""The certificate authorities that jobs of this node trust: the usual ones and that of the server, fetched once for each change."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from typing import Any

from runstead.agent.job_folder import FOLDER_MODE
from runstead.agent.server_link import ServerLink
from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError

#: Variables by which Python's requests and its kin, OpenSSL and Node are told whom to trust.
BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
EXTRA_VARIABLE = "NODE_EXTRA_CA_CERTS"


class Authorities:
    """A folder of bundles, named as the server names them."""

    def __init__(self, folder: str, link: ServerLink) -> None:
        self._folder = folder
        self._link = link

    def variables_for(self, lease: Mapping[str, Any]) -> dict[str, str]:
        """What a job gets so that it trusts the server's TLS listener; nothing while that is off."""
        name = lease.get("authorities")
        if not name:
            return {}
        file = os.path.join(self._folder, f"{os.path.basename(name)}.pem")
        if not os.path.exists(file):
            try:
                self._write(file, self._link.until_answered(_fetch))
            except RunsteadError:
                return {}  # It was switched off meanwhile.
        return {**dict.fromkeys(BUNDLE_VARIABLES, file), EXTRA_VARIABLE: file}

    def _write(self, file: str, bundle: bytes) -> None:
        os.makedirs(self._folder, mode=FOLDER_MODE, exist_ok=True)
        temporary = f"{file}.{uuid.uuid4().hex}"
        with open(temporary, "wb") as made:
            made.write(bundle + _own_bundle())
        os.replace(temporary, file)


def _own_bundle() -> bytes:
    """What this machine trusts beside: the authorities of a company, for instance."""
    given = [os.environ[variable] for variable in BUNDLE_VARIABLES if os.environ.get(variable)]
    texts = []
    for file in dict.fromkeys(given):
        if os.path.isfile(file):
            with open(file, "rb") as bundle:
                texts.append(bundle.read())
    return b"\n".join(texts)


def _fetch(connection: Connection) -> bytes:
    with connection.stream("GET", path_of("tls", "bundle.pem"), patience_seconds=0) as reply:
        return reply.read()
