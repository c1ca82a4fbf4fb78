"""Artifacts of a run over HTTP: upload in resumable chunks with a checksum, download, and the bytes of a log as it grows."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import shutil
import time
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

from runstead.connection import Connection, file_path_of, path_of
from runstead.errors import RunsteadError

#: Files up to this size go in one request.
SINGLE_REQUEST_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 8 * 1024 * 1024
#: How often a broken upload is taken up again where it stopped before it is given up.
UPLOAD_ATTEMPTS = 5
BACKOFF_SECONDS = 0.2
#: A follower that hears nothing for this long looks whether there is still something to come.
FOLLOW_IDLE_SECONDS = 5.0


def upload_file(
    connection: Connection,
    run_id: str,
    path: str,
    source: Path,
    content_type: str = "",
    patience_seconds: float | None = None,
) -> dict[str, Any]:
    """Uploads a local file as an artifact and returns what the server made of it."""
    size = source.stat().st_size
    content_type = content_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
    if size <= SINGLE_REQUEST_BYTES:
        return upload_bytes(connection, run_id, path, source.read_bytes(), content_type, patience_seconds)
    body = {"path": path, "sizeBytes": size, "sha256": hash_file(source), "contentType": content_type}
    started = connection.call("POST", path_of("runs", run_id, "uploads"), body, patience_seconds=patience_seconds)
    # Content that the server has already is finished at once.
    if started["file"] is not None:
        return dict(started["file"])
    return _send_upload(connection, run_id, started["upload"], source)


def upload_bytes(
    connection: Connection,
    run_id: str,
    path: str,
    content: bytes,
    content_type: str = "application/octet-stream",
    patience_seconds: float | None = None,
) -> dict[str, Any]:
    headers = {"Content-Type": content_type, "X-Content-SHA256": hashlib.sha256(content).hexdigest()}
    with connection.stream(
        "PUT", file_path_of(run_id, "files", path), content, headers, patience_seconds=patience_seconds
    ) as reply:
        return dict(reply.json())


def download_file(connection: Connection, run_id: str, path: str, target: Path) -> None:
    """Downloads a file; `target` appears only when it is whole."""
    if target.parent != Path(""):
        target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + f".{os.getpid()}.part")
    try:
        with connection.stream("GET", file_path_of(run_id, "files", path)) as reply, open(partial, "wb") as sink:
            shutil.copyfileobj(reply, sink, 1024 * 1024)
        os.replace(partial, target)
    finally:
        if partial.exists():
            partial.unlink()


def list_files(connection: Connection, run_id: str, prefix: str | None = None) -> Iterator[dict[str, Any]]:
    """The files of a run by path, read page by page."""
    cursor = None
    while True:
        page = connection.call("GET", path_of("runs", run_id, "files"), query={"prefix": prefix, "cursor": cursor, "limit": 1000})
        yield from page["files"]
        cursor = page["nextCursor"]
        if cursor is None:
            return


def follow(
    connection: Connection, run_id: str, path: str, offset: int = 0, idle_seconds: float = FOLLOW_IDLE_SECONDS
) -> Iterator[bytes]:
    """The bytes of a log from `offset` as they are written, until the log is sealed.

    Yields b"" when nothing came for `idle_seconds` or the server is away; the next step goes on where this one stopped.
    """
    while True:
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        try:
            with connection.stream(
                "GET",
                file_path_of(run_id, "files", path),
                headers=headers,
                query={"follow": True},
                patience_seconds=0,
                read_timeout_seconds=idle_seconds,
            ) as reply:
                for piece in iter(lambda: reply.read_available(65536), b""):
                    offset += len(piece)
                    yield piece
            if _is_sealed_at(connection, run_id, path, offset):
                return
        except RunsteadError as error:
            # 416: the whole file is read already.
            if not error.passes_by_itself and error.status != 416:
                raise
            time.sleep(BACKOFF_SECONDS)
        yield b""


def hash_file(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as source:
        for piece in iter(lambda: source.read(1024 * 1024), b""):
            digest.update(piece)
    return digest.hexdigest()


def send_chunks(send: Callable[[bytes, int], Mapping[str, Any]], ask: Callable[[], int], source: Path, offset: int) -> dict[str, Any]:
    """Sends a file from `offset` on by `send(chunk, offset)` until a reply has the file that it became, and returns that.

    `ask()` tells how many bytes have arrived: of a chunk whose reply was lost, only the server knows.
    """
    failures = 0
    with open(source, "rb") as content:
        while True:
            content.seek(offset)
            try:
                reply = send(content.read(CHUNK_BYTES), offset)
            except RunsteadError as error:
                failures += 1
                if failures >= UPLOAD_ATTEMPTS or (error.is_permanent and error.code != "upload-gap"):
                    raise
                time.sleep(BACKOFF_SECONDS * 2**failures)
                offset = ask()
                continue
            if reply["file"] is not None:
                return dict(reply["file"])
            offset = int(reply["receivedBytes"])
            failures = 0


def _send_upload(connection: Connection, run_id: str, upload: dict[str, Any], source: Path) -> dict[str, Any]:
    path = path_of("runs", run_id, "uploads", upload["id"])

    def send(chunk: bytes, offset: int) -> dict[str, Any]:
        headers = {"Content-Type": "application/octet-stream"}
        with connection.stream("PATCH", path, chunk, headers, {"offset": offset}, patience_seconds=0) as stream:
            reply = stream.json()
        return {**(reply["upload"] or {}), "file": reply["file"]}

    return send_chunks(send, lambda: int(connection.call("GET", path)["receivedBytes"]), source, int(upload["receivedBytes"]))


def _is_sealed_at(connection: Connection, run_id: str, path: str, offset: int) -> bool:
    """Whether nothing can follow: a server that stops ends its replies as if the log ended there."""
    found = [file for file in list_files(connection, run_id, path) if file["path"] == path]
    return not found or (bool(found[0]["sealed"]) and int(found[0]["sizeBytes"]) <= offset)
