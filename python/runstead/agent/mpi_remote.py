"""What mpirun calls in place of ssh: `python mpi_remote.py HOSTS_FILE HOST COMMAND…` has the command run on a node of the job."""

from __future__ import annotations

import json
import socket
import sys
import time

#: The launcher of the other node starts at about the same time as this one's.
CONNECT_SECONDS = 60.0
RETRY_SECONDS = 0.05


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        host = json.load(file)[sys.argv[2]]
    request = {"key": host["key"], "command": " ".join(sys.argv[3:])}
    with _connect(host["address"], host["port"]) as connection:
        connection.sendall(json.dumps(request).encode() + b"\n")
        # Open until the command has ended there.
        answer = connection.recv(64)
    return int(answer or b"1")


def _connect(address: str, port: int) -> socket.socket:
    deadline = time.monotonic() + CONNECT_SECONDS
    while True:
        try:
            connection = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
            connection.settimeout(None)
            return connection
        except OSError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(RETRY_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
