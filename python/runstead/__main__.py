"""`python -m runstead sync` sends what processes logged and could not send themselves; `local-machine` makes this one run what is local."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from pathlib import Path
from typing import Any, Callable

from runstead.connection import Connection
from runstead.errors import UserError
from runstead.local_machine import LocalMachine
from runstead.sender import counted
from runstead.spool import DrainResult, drain, spool_root
from runstead.version import VERSION

#: A server that is away is tried for this long.
PATIENCE_SECONDS = 10.0


def main(arguments: list[str]) -> int:
    """Runs a command; 0 when all is well, 1 when something is left or was refused, 2 when the command was not understood."""
    parser = argparse.ArgumentParser(prog="python -m runstead", description="Runstead: its Python SDK.")
    parser.add_argument("--version", action="version", version=f"runstead {VERSION}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    sync = commands.add_parser(
        "sync",
        help="send what was logged while the server was away",
        description="Sends what processes that have ended logged and could not send themselves. What the server has is never sent twice.",
    )
    sync.add_argument("--spool", metavar="DIR", help="a spool folder (by default $RUNSTEAD_SPOOL, else all spools of this user)")
    sync.add_argument("--url", help="send to this server, if it has moved since the records were written")
    machine = commands.add_parser(
        "local-machine",
        help="tell what this machine is called as the target local of a server elsewhere",
        description="Prints the id and name of this machine as JSON, for whoever submits from here to a server on another machine.",
    )
    machine.add_argument("--url", required=True, help="the server; its token is read from RUNSTEAD_TOKEN")
    machine.add_argument("--workspace", required=True, metavar="ID", help="id of the workspace")
    machine.add_argument("--start", action="store_true", help="start the agent that runs what was submitted")
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help()
        return 2
    if given.command == "local-machine":
        return tell_local_machine(given.url, given.workspace, given.start)
    return synchronise(Path(given.spool or os.environ.get("RUNSTEAD_SPOOL") or spool_root()), given.url)


def tell_local_machine(url: str, workspace_id: str, start: bool) -> int:
    machine = LocalMachine(Connection(url, os.environ.get("RUNSTEAD_TOKEN") or None), workspace_id)
    if start:
        machine.start_agent()
    print(json.dumps({"id": machine.id, "name": machine.name}))
    return 0


def synchronise(folder: Path, url: str | None = None) -> int:
    if not folder.is_dir():
        print(f"There is no spool folder {folder}: nothing to send.")
        return 0
    try:
        result = drain(folder, _connection_by_header(url), math.inf, PATIENCE_SECONDS, _Progress(folder))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    for line in _summary(folder, result):
        print(line)
    return 0 if result.is_complete and not result.refusals else 1


def _connection_by_header(url: str | None) -> Callable[[dict[str, Any]], Connection]:
    """One connection a server, with the token of the environment where that is for it."""
    connections: dict[str, Connection] = {}

    def choose(header: dict[str, Any]) -> Connection:
        address = url or str(header["url"])
        if address not in connections:
            own = os.environ.get("RUNSTEAD_URL", address).rstrip("/") == address.rstrip("/")
            connections[address] = Connection(address, os.environ.get("RUNSTEAD_TOKEN") if own else None)
        return connections[address]

    return choose


class _Progress:
    """A line a file, rewritten in place on a terminal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, path: Path, sent: int, held: int) -> None:
        line = f"{path.relative_to(self._folder)}: {sent:,} of {counted(held, 'record')}"
        if sys.stdout.isatty():
            print(f"\r{line}", end="\n" if sent == held else "", flush=True)
        elif sent == held:
            print(line)


def _summary(folder: Path, result: DrainResult) -> list[str]:
    lines = []
    if result.refusals:
        count = counted(sum(refusal.record_count for refusal in result.refusals), "record")
        lines.append(f"{count} refused by the server and set aside beside their files (*.refused):")
        lines += [f"  {message}" for message in dict.fromkeys(refusal.message for refusal in result.refusals)]
    if result.busy:
        lines.append(f"Left alone: {counted(len(result.busy), 'file')} of processes that still run and send for themselves.")
    taken = result.sent - sum(refusal.record_count for refusal in result.refusals)
    left = f"{result.unsent:,} are left in {folder}: {result.reason}" if result.unsent else "Nothing is left."
    lines.append(f"Sent {counted(taken, 'record')}. {left}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
