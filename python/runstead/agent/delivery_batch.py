"""Small files of a job in one request: what would be a dozen of requests, and as many syncs of the server, is one."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from runstead.agent.log_stream import Offer
from runstead.agent.server_link import ServerLink
from runstead.connection import path_of
from runstead.errors import RunsteadError


class Document(NamedTuple):
    """A small artifact of the run as it is now."""

    name: str
    content: bytes
    content_type: str


class DeliveryBatch:
    """Sends offers of logs, and documents. What the server refuses is left to a request of its own, which is told why."""

    def __init__(self, link: ServerLink, caller: Mapping[str, Any], run_id: str) -> None:
        """`caller` holds the lease."""
        self._link = link
        self._caller = caller
        self._path = path_of("runs", run_id, "deliveries")

    def send(self, offers: Sequence[Offer], documents: Sequence[Document], given_up: threading.Event | None) -> list[str]:
        """Send all of it and return the names of the documents that are stored.

        With `given_up` a server that is away is waited for, until the event is set (LinkClosed); else it is asked once.
        """
        if not offers and not documents:
            return []
        body = {
            **self._caller,
            "logs": [_log(offer) for offer in offers],
            "artifacts": [
                {"path": document.name, "contentType": document.content_type, "content": _text(document.content)}
                for document in documents
            ],
        }
        try:
            if given_up is None:
                answer = self._link.once("POST", self._path, body)
            else:
                answer = self._link.insist("POST", self._path, body, given_up=given_up)
        except RunsteadError as error:
            self._link.complain(error)
            return []
        for offer, log in zip(offers, answer["logs"]):
            if log["sizeBytes"] is not None:
                offer.stream.note_sent(offer.chunk, log["sizeBytes"])
        return [artifact["path"] for artifact in answer["artifacts"] if artifact["stored"]]


def _log(offer: Offer) -> dict[str, Any]:
    writer = {} if offer.writer is None else {"writer": offer.writer}
    return {"path": offer.name, "offset": offer.offset, **writer, "content": _text(offer.stream.covered(offer.chunk))}


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
