"""A connection to the server: JSON calls and byte streams over HTTP, kept alive a thread, errors as exceptions."""

from __future__ import annotations

import collections
import contextlib
import http.client
import json
import os
import random
import socket
import ssl
import threading
import time
from typing import Any, Callable, Iterable, Iterator, Mapping, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from runstead.errors import NATIVE_ERRORS, ErrorClasses, RunsteadError, Unreachable
from runstead.version import VERSION

CONNECT_TIMEOUT_SECONDS = 5.0
READ_TIMEOUT_SECONDS = 120.0
#: How long a call that a person waits for tries again while the server restarts.
DEFAULT_PATIENCE_SECONDS = 15.0
FIRST_BACKOFF_SECONDS = 0.1
LONGEST_BACKOFF_SECONDS = 2.0
#: Connections of threads that are gone are kept for others, up to so many.
LEFT_MAX = 16

Result = TypeVar("Result")


class Reply:
    """A reply to read from. What breaks while reading is the server's doing, and says so."""

    def __init__(self, connection: Connection, response: http.client.HTTPResponse) -> None:
        self._connection = connection
        self._response = response

    @property
    def status(self) -> int:
        return self._response.status

    @property
    def is_read(self) -> bool:
        return self._response.isclosed()

    def read(self, size: int | None = None) -> bytes:
        return self._guarded(self._response.read, size)

    def read_available(self, size: int) -> bytes:
        """What is there already, or else the next bytes that come; b"" at the end."""
        return self._guarded(self._response.read1, size)

    def json(self) -> Any:
        text = self.read()
        if not text:
            return None
        try:
            return json.loads(text)
        except ValueError as reason:
            raise self._connection.strange_reply(self.status, text) from reason

    def _guarded(self, read: Callable[[Any], bytes], size: int | None) -> bytes:
        try:
            return read(size)
        except (OSError, http.client.HTTPException) as reason:
            self._connection.close()
            raise self._connection.unreachable(reason) from None


class _Left(collections.deque):  # type: ignore[type-arg]
    """Connections of threads that are gone; closed with the last who could take one."""

    def __del__(self) -> None:
        for http_connection in self:
            http_connection.close()


class _Opened:
    """A socket that belongs to one thread of one process; when that thread is gone, the next one without any may have it."""

    def __init__(self, http_connection: http.client.HTTPConnection, left: _Left) -> None:
        self.http = http_connection
        self.process_id = os.getpid()
        self._left = left
        #: The last one; what is unread of it would be taken for the next one.
        self.response: http.client.HTTPResponse | None = None

    def __del__(self) -> None:
        is_clean = self.response is not None and self.response.isclosed() and self.http.sock is not None
        if is_clean and self.process_id == os.getpid() and len(self._left) < LEFT_MAX:
            self._left.append(self.http)
        else:
            self.http.close()


class Connection:
    """One server as one user sees it; safe to share between threads and across fork.

    >>> connection = Connection("http://127.0.0.1:8155")
    >>> connection.call("GET", "/api/v1/health")["status"]
    'OK'
    """

    def __init__(self, url: str, token: str | None = None, errors: ErrorClasses = NATIVE_ERRORS) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise errors.user(f"{url!r} is not the address of a server.", hint="It looks like http://127.0.0.1:8155.")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self.token = token
        self.errors = errors
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._secure else 80)
        self._base_path = parts.path.rstrip("/")
        self._local = threading.local()
        self._left = _Left()
        self._process_id = os.getpid()

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine: asking whether it is back costs nothing then."""
        return self._host in ("localhost", "::1") or self._host.startswith("127.")

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        patience_seconds: float | None = None,
    ) -> Any:
        """Sends JSON and returns the JSON of the reply; tries again for a while when there is none.

        Every request of the native API may be sent twice without harm: ids are chosen by the client, batches are numbered.
        """
        payload = None if body is None else json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
        headers = {} if payload is None else {"Content-Type": "application/json"}
        target = self._target(path, query)
        return self._patiently(lambda: Reply(self, self._send(method, target, payload, headers)).json(), patience_seconds)

    @contextlib.contextmanager
    def stream(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        patience_seconds: float | None = None,
        read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
    ) -> Iterator[Reply]:
        """Sends bytes and yields the reply to read from. A body that is not bytes begins anew with each attempt, and its length is in `headers`."""
        target = self._target(path, query)
        send = lambda: Reply(self, self._send(method, target, body, headers or {}, read_timeout_seconds))  # noqa: E731
        reply = self._patiently(send, patience_seconds)
        try:
            yield reply
        finally:
            if not reply.is_read:
                # Whatever is left of this reply would be taken for the next one.
                self.close()

    def close(self) -> None:
        """Closes the connection of this thread; the next call opens another."""
        held: _Opened | None = getattr(self._local, "held", None)
        self._local.held = None
        if held is not None:
            held.http.close()

    def strange_reply(self, status: int, text: bytes) -> RunsteadError:
        return self.errors.server(
            f"{self.url} answered {status} with something that is not of Runstead: {text[:200]!r}.",
            # Not the server itself, so nothing is known of the request: it may be sent again.
            code="unknown-route",
            hint="Is the address right, and is it a Runstead server?",
            status=status,
        )

    def unreachable(self, reason: Exception) -> Unreachable:
        return self.errors.unreachable(f"The server at {self.url} cannot be reached ({reason or type(reason).__name__}).")

    def _patiently(self, attempt: Callable[[], Result], patience_seconds: float | None) -> Result:
        patience = DEFAULT_PATIENCE_SECONDS if patience_seconds is None else patience_seconds
        give_up_time = time.monotonic() + patience
        backoff = FIRST_BACKOFF_SECONDS
        while True:
            try:
                return attempt()
            except RunsteadError as error:
                if not error.passes_by_itself or time.monotonic() + backoff >= give_up_time:
                    raise
            time.sleep(backoff * random.uniform(0.5, 1.0))
            backoff = min(backoff * 2, LONGEST_BACKOFF_SECONDS)

    def _send(
        self,
        method: str,
        target: str,
        body: bytes | Iterable[bytes] | None,
        headers: Mapping[str, str],
        read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
    ) -> http.client.HTTPResponse:
        everything = {"User-Agent": f"runstead-python/{VERSION}", "Accept": "*/*", **headers}
        if self.token:
            everything["Authorization"] = f"Bearer {self.token}"
        while True:
            held, reused = self._opened()
            opened = held.http
            try:
                opened.sock.settimeout(read_timeout_seconds)
                held.response = None
                with contextlib.suppress(BrokenPipeError):  # A refusal may come before the whole body was read.
                    opened.request(method, target, body=body, headers=everything)
                response = held.response = opened.getresponse()
            except (OSError, http.client.HTTPException) as reason:
                self.close()
                # The server closes a connection that was idle for long; that shows only when it is used again.
                if reused and not isinstance(reason, socket.timeout):
                    continue
                # The message holds the reason; the frames of the standard library's sockets would bury it.
                raise self.unreachable(reason) from None
            if response.status >= 400:
                raise self._refusal(response)
            return response

    def _opened(self) -> tuple[_Opened, bool]:
        """The connection of this thread, and whether it was used before."""
        held: _Opened | None = getattr(self._local, "held", None)
        # After a fork parent and child would read each other's replies from one socket.
        if held is not None and held.process_id == os.getpid():
            return held, True
        if self._process_id != os.getpid():
            self._left, self._process_id = _Left(), os.getpid()
        with contextlib.suppress(IndexError):
            self._local.held = _Opened(self._left.pop(), self._left)
            return self._local.held, True
        opened: http.client.HTTPConnection
        if self._secure:
            opened = http.client.HTTPSConnection(self._host, self._port, timeout=CONNECT_TIMEOUT_SECONDS, context=_tls_context())
        else:
            opened = http.client.HTTPConnection(self._host, self._port, timeout=CONNECT_TIMEOUT_SECONDS)
        try:
            opened.connect()
        except OSError as reason:
            raise self.unreachable(reason) from None
        self._local.held = _Opened(opened, self._left)
        return self._local.held, False

    def _target(self, path: str, query: Mapping[str, Any] | None) -> str:
        given = {name: _query_text(value) for name, value in (query or {}).items() if value is not None}
        return self._base_path + path + (f"?{urlencode(given)}" if given else "")

    def _refusal(self, response: http.client.HTTPResponse) -> RunsteadError:
        try:
            text = response.read()
        except (OSError, http.client.HTTPException) as reason:
            self.close()
            return self.unreachable(reason)
        try:
            error = json.loads(text)["error"]
            return self.errors.server(
                str(error["message"]),
                code=str(error["code"]),
                hint=str(error.get("hint", "")),
                status=response.status,
                details=error.get("details"),
            )
        except (ValueError, KeyError, TypeError):
            return self.strange_reply(response.status, text)


def path_of(*segments: str) -> str:
    """The path of a route from its segments, each quoted: `path_of("runs", "a b")` is `/api/v1/runs/a%20b`."""
    return "/api/v1/" + "/".join(quote(segment, safe="") for segment in segments)


def file_path_of(run_id: str, collection: str, path: str) -> str:
    """The path of a file route, in which the slashes of the file's own path stay."""
    return f"{path_of('runs', run_id, collection)}/{quote(path, safe='/')}"


def _query_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tls_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    bundle = os.environ.get("REQUESTS_CA_BUNDLE")
    if bundle and os.path.isfile(bundle):
        context.load_verify_locations(cafile=bundle)
    return context
