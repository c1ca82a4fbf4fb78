"""Starting the main process of a job: in its own session, bound to its supervisor, with the log file as its output."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

#: What a shell answers when a command is not found, and when it cannot be run.
EXIT_CODE_NOT_FOUND = 127
EXIT_CODE_NOT_RUNNABLE = 126

#: The interpreter ignores or handles these; a program expects their defaults.
SIGNALS_TO_RESTORE = ("SIGPIPE", "SIGXFSZ", "SIGHUP", "SIGINT", "SIGTERM", "SIGCHLD")


class CannotStart(Exception):
    """The program of a job could not be executed; `exit_code` is what a shell would answer."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def adopt_orphans() -> None:
    """Let processes whose parents end become children of this one, so that nothing of a job escapes (Linux only)."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def start_process(
    arguments: list[str],
    folder: str,
    environment: dict[str, str],
    output: int,
    errors: int | None = None,
    cpus: list[int] | None = None,
) -> int:
    """Run a program and return its pid.

    It leads a session of its own, writes to the file descriptors `output` and `errors` (the same unless given), reads from nothing, and
    is killed when the calling process dies (Linux only). With `cpus` it runs on these processors alone (Linux only).
    Raises CannotStart when it cannot be executed.
    """
    caller = os.getpid()
    failure_reader, failure_writer = os.pipe()  # Closed by a successful exec; carries the error number otherwise.
    pid = os.fork()
    if pid == 0:
        try:
            os.close(failure_reader)
            _become_job(arguments, folder, environment, (output, output if errors is None else errors), caller, cpus)
        except OSError as error:
            os.write(failure_writer, str(error.errno).encode())
        finally:
            os._exit(EXIT_CODE_NOT_FOUND)
    os.close(failure_writer)
    with os.fdopen(failure_reader, "rb") as reader:
        failure = reader.read()
    if failure:
        os.waitpid(pid, 0)
        raise _cannot_start(arguments[0], folder, int(failure))
    return pid


def _become_job(
    arguments: list[str], folder: str, environment: dict[str, str], streams: tuple[int, int], supervisor: int, cpus: list[int] | None
) -> None:
    os.setsid()
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != supervisor:  # It died before the request above could reach it.
        os._exit(EXIT_CODE_NOT_RUNNABLE)
    for name in SIGNALS_TO_RESTORE:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    _run_on(cpus)
    os.chdir(folder)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (streams[0], 1), (streams[1], 2)):
        os.dup2(source, target, inheritable=True)
    os.execvpe(arguments[0], arguments, environment)


def _run_on(cpus: list[int] | None) -> None:
    """Let the calling process and what it starts run on these processors alone (Linux only)."""
    if cpus is None or not hasattr(os, "sched_setaffinity"):
        return
    # A container may have lost some of them since; none left means all that there are.
    left = os.sched_getaffinity(0).intersection(cpus)
    if left:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, left)


def _cannot_start(program: str, folder: str, number: int) -> CannotStart:
    if not os.path.isdir(folder):
        return CannotStart(f"the working folder {folder} is gone", EXIT_CODE_NOT_RUNNABLE)
    if number == 2:
        return CannotStart(f"{program}: not found", EXIT_CODE_NOT_FOUND)
    return CannotStart(f"{program}: {os.strerror(number)}", EXIT_CODE_NOT_RUNNABLE)


_libc: object | None = None


def _prctl(option: int, value: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    # Imported here so that other systems, where it would be of no use, need not have it.
    import ctypes

    global _libc
    if _libc is None:
        _libc = ctypes.CDLL(None, use_errno=True)
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:  # type: ignore[attr-defined]
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
