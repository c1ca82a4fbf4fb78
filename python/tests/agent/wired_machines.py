"""Two other machines with a cable between them: a network, a name and shared memory of its own each, so that only addresses lead across."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.agent.other_machine import OtherMachine, has_namespaces

#: A network of documentation (RFC 5737): nothing outside is meant by it.
ADDRESSES = ("192.0.2.1", "192.0.2.2")
#: Makes what the kernel shares between processes of one machine the machine's own, then runs the command.
OWN_MACHINE = 'mount -t tmpfs none /dev/shm && hostname "$1" && shift && exec "$@"'


class WiredMachine(OtherMachine):
    """`name` is its host name, `address` the one by which the other reaches it."""

    def __init__(self, home: Path, server_url: str, number: int, namespace: str) -> None:
        super().__init__(home, server_url)
        self.name = f"wired-{number}"
        self.address = ADDRESSES[number]
        self._namespace = namespace

    def _there(self, command: list[str]) -> list[str]:
        # Without the namespace that the plain machine makes for itself.
        inside = super()._there(command)[2:]
        own = ["unshare", "--uts", "--ipc", "--mount", "sh", "-c", OWN_MACHINE, "sh", self.name]
        return ["ip", "netns", "exec", self._namespace, *own, *inside]


def can_wire() -> bool:
    """Whether network namespaces can be named, and wired, here."""
    if not has_namespaces():
        return False
    with contextlib.ExitStack() as stack:
        try:
            _wire(stack)
        except subprocess.CalledProcessError:
            return False
    return True


@contextlib.contextmanager
def wired_machines(server_url: str) -> Iterator[list[WiredMachine]]:
    with contextlib.ExitStack() as stack:
        machines = []
        for number, namespace in enumerate(_wire(stack)):
            home = Path(tempfile.mkdtemp(prefix="runstead-wired-"))
            stack.callback(shutil.rmtree, home, ignore_errors=True)
            machines.append(WiredMachine(home, server_url, number, namespace))
            stack.callback(machines[-1].clean_up)
        yield machines


def _wire(stack: contextlib.ExitStack) -> list[str]:
    names = [f"runstead-{os.getpid()}-{number}" for number in range(len(ADDRESSES))]
    for name in names:
        _ip("netns", "add", name)
        stack.callback(subprocess.run, ["ip", "netns", "delete", name], check=False)
    _ip("link", "add", "cable", "netns", names[0], "type", "veth", "peer", "name", "cable", "netns", names[1])
    for name, address in zip(names, ADDRESSES):
        _ip("-n", name, "address", "add", f"{address}/24", "dev", "cable")
        for device in ("lo", "cable"):
            _ip("-n", name, "link", "set", device, "up")
    return names


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
