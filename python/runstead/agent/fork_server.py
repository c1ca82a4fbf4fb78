"""Starts supervisors from one small process that has everything loaded: forking it takes a tenth of starting an interpreter.

Run by an agent as `python fork_server.py`. Each line of its input is a request, `{"number": 1, "folder": "…"}`; when that
supervisor has ended, a line of its output says how: `{"number": 1, "exitCode": 0}`. It ends when its input does;
supervisors that run then go on.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
import traceback

if __name__ == "__main__":
    # Started by path and without site packages, since that halves the time to the first job.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from runstead.agent.job_folder import FILE_MODE, JobFolder
from runstead.agent.supervisor import supervise

INPUT = 0
OUTPUT = 1
READ_BYTES = 65536
EXIT_CODE_BROKEN = 1


class ForkServer:
    """One thread, no state but which child serves which request: safe to fork at any moment."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._unread = b""

    def serve(self) -> None:
        """Serve until the agent closes the input."""
        woken, waker = os.pipe()
        for descriptor in (woken, waker):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        # What is loaded by now is never collected, so that children share its memory.
        gc.freeze()
        while True:
            ready, _, _ = select.select([INPUT, woken], [], [])
            if woken in ready:
                os.read(woken, READ_BYTES)
                self._tell_of_ended()
            if INPUT in ready:
                read = os.read(INPUT, READ_BYTES)
                if not read:
                    return
                *lines, self._unread = (self._unread + read).split(b"\n")
                for line in lines:
                    self._start(json.loads(line), (woken, waker))

    def _start(self, request: dict[str, object], own: tuple[int, int]) -> None:
        pid = os.fork()
        if pid == 0:
            _become_supervisor(str(request["folder"]), own)
        self._numbers[pid] = int(str(request["number"]))

    def _tell_of_ended(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, result = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                answer = {"number": self._numbers.pop(pid), "exitCode": os.waitstatus_to_exitcode(result)}
                with contextlib.suppress(BrokenPipeError):  # The agent is gone, and the end of the input will be read next.
                    os.write(OUTPUT, json.dumps(answer).encode() + b"\n")


def _become_supervisor(path: str, own: tuple[int, int]) -> None:
    """Never returns: the child ends with its supervisor."""
    code = EXIT_CODE_BROKEN
    try:
        signal.set_wakeup_fd(-1)
        for descriptor in own:
            os.close(descriptor)
        # Its own session, and files for its streams: it outlives this process, the agent, and whatever ends its terminal.
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        output = os.open(JobFolder(path).supervisor_output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE_MODE)
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        os.close(nothing)
        os.close(output)
        code = supervise(path)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    ForkServer().serve()
