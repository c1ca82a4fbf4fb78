"""The last lines of the log of a run, as a terminal would show them."""

from __future__ import annotations

import re
from typing import Any

from runstead.artifacts import list_files
from runstead.completion import DRIVER_LOG_PATTERN, LOG_PATTERN
from runstead.connection import Connection, file_path_of

TAIL_BYTES = 32 * 1024
TAIL_LINES = 200
LONGEST_LINE_CHARACTERS = 500
READ_TIMEOUT_SECONDS = 10.0
LOG_FOLDERS = ("azureml-logs/", "user_logs/")
#: Orders to a terminal: colours, titles, moves.
TERMINAL_ORDER = re.compile("\x1b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|[@-_])")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


class LogTail:
    """The tail of the log of one run, read again only when the log has grown."""

    def __init__(self, connection: Connection, run_id: str) -> None:
        self._connection = connection
        self._run_id = run_id
        self._read: tuple[str, int] | None = None
        self._tail: dict[str, Any] | None = None

    def read(self) -> dict[str, Any] | None:
        """`path`, `text`, and whether there is more before it; None while there is no log."""
        log = self._log_or_none()
        if log is None:
            return None
        path, size = str(log["path"]), int(log["sizeBytes"])
        if self._read != (path, size):
            start = max(0, size - TAIL_BYTES)
            self._tail = {"path": path, **tail_of(self._bytes(path, start, size), is_cut=start > 0)}
            self._read = (path, size)
        return self._tail

    def _log_or_none(self) -> dict[str, Any] | None:
        """The log of the script (of several processes the first) when there is one, else the last one of its preparation."""
        files = [file for folder in LOG_FOLDERS for file in list_files(self._connection, self._run_id, folder)]
        logs = sorted((file for file in files if LOG_PATTERN.match(file["path"])), key=lambda file: str(file["path"]))
        scripts = [log for log in logs if DRIVER_LOG_PATTERN.match(log["path"])]
        return scripts[0] if scripts else logs[-1] if logs else None

    def _bytes(self, path: str, start: int, end: int) -> bytes:
        if end <= start:
            return b""
        headers = {"Range": f"bytes={start}-{end - 1}"}
        with self._connection.stream(
            "GET",
            file_path_of(self._run_id, "files", path),
            headers=headers,
            patience_seconds=0,
            read_timeout_seconds=READ_TIMEOUT_SECONDS,
        ) as reply:
            return reply.read()


def tail_of(content: bytes, is_cut: bool) -> dict[str, Any]:
    """The last lines of the end of a log.

    >>> tail_of(b"10 %\\r20 %\\ndone\\n", is_cut=False)
    {'text': '20 %\\ndone', 'isCut': False}
    """
    text = content.decode("utf-8", errors="replace")
    if is_cut:
        # The first line is the end of one.
        text = text.partition("\n")[2] or text
    lines = [_shown(line) for line in text.removesuffix("\n").split("\n")]
    return {"text": "\n".join(lines[-TAIL_LINES:]), "isCut": is_cut or len(lines) > TAIL_LINES}


def _shown(line: str) -> str:
    """A line after its carriage returns, without colours: of a progress bar the last state."""
    parts = [part for part in TERMINAL_ORDER.sub("", line).split("\r") if part]
    shown = CONTROL.sub("", parts[-1]) if parts else ""
    return shown if len(shown) <= LONGEST_LINE_CHARACTERS else f"{shown[:LONGEST_LINE_CHARACTERS]} …"
