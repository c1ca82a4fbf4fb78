"""What this machine is, as a node that joins says it."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
from typing import Any

from runstead.version import VERSION

NVIDIA_SMI_SECONDS = 10
#: An address that nobody has (RFC 5737): nothing is sent, the system only says from where it would be.
FAR_ADDRESS = ("192.0.2.1", 9)
MIB = 1024 * 1024


def describe_machine(address: str | None = None) -> dict[str, Any]:
    """The facts as the server takes them; `address` when the machine is reached by another one than it would say itself."""
    return {
        "hostname": socket.gethostname()[:255],
        "address": address or _own_address_or_none(),
        "cores": _cores(),
        "memoryMib": _memory_mib(),
        "gpus": _gpus(),
        "platform": platform.platform()[:255],
        "pythonVersion": platform.python_version(),
        "agentVersion": VERSION,
    }


def in_words(machine: dict[str, Any]) -> str:
    gpus = f", {', '.join(machine['gpus'])}" if machine["gpus"] else ""
    return f"{machine['cores']} cores, {machine['memoryMib'] / 1024:.1f} GiB{gpus}"


def _own_address_or_none() -> str | None:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(FAR_ADDRESS)
            return str(probe.getsockname()[0])
    except OSError:  # No way leads out of this machine.
        return None


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_mib() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MIB
    except (ValueError, OSError):
        return 0


def _gpus() -> list[str]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    command = [program, "--query-gpu=name", "--format=csv,noheader"]
    try:
        output = subprocess.run(command, capture_output=True, text=True, timeout=NVIDIA_SMI_SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip()[:255] for line in output.splitlines() if line.strip()][:64]
