"""The two files of a run that say which process runs on which node, and how far it is."""

from __future__ import annotations

import json
import shlex
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from runstead.agent.delivery_batch import Document
from runstead.agent.job_folder import JobFolder, read_json_or_none
from runstead.agent.layout import JobLayout
from runstead.agent.log_mask import LogMask
from runstead.agent.node_share import share_of
from runstead.agent.process_records import read_record
from runstead.agent.server_link import ServerLink
from runstead.artifacts import upload_bytes
from runstead.errors import RunsteadError


class ProcessFiles:
    """Sends each file anew when it has changed; not to be used by two threads at once."""

    def __init__(self, folder: JobFolder, node: str, link: ServerLink, run_id: str, layout: JobLayout, mask: LogMask) -> None:
        self._folder = folder
        self._node = node
        self._link = link
        self._run_id = run_id
        self._layout = layout
        self._mask = mask
        self._sent: dict[str, bytes] = {}

    def new_documents(self) -> list[Document]:
        """Those that have changed since they were sent."""
        plan = read_json_or_none(self._folder.plan)
        if plan is None:  # No process was planned.
            return []
        records = self._records()
        documents = [
            _document(self._layout.log_name("process_info.json"), [self._info(plan, record) for record in records]),
            _document(self._layout.log_name("process_status.json"), [self._status(record) for record in records]),
        ]
        return [document for document in documents if self._sent.get(document.name) != document.content]

    def note_sent(self, documents: Iterable[Document]) -> None:
        self._sent.update((document.name, document.content) for document in documents)

    def send_new(self, given_up: threading.Event) -> None:
        """Send what has changed, waiting for the server as long as it takes; raises LinkClosed when `given_up` is set before."""
        for document in self.new_documents():
            self._send(document, given_up)

    def _records(self) -> list[dict[str, Any]]:
        if self._layout.has_launcher:
            return [{"process": one.number, **read_record(self._folder, one.number)} for one in self._layout.processes]
        return [{"process": 0, **(read_json_or_none(self._folder.status) or {})}]

    def _info(self, plan: Mapping[str, Any], status: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "process": status["process"],
            "nodeId": self._node,
            "command": self._mask.cover_text(shlex.join(self._command_of(plan))),
            "folder": plan["folder"],
            "share": share_of(self._folder),
            "pid": status.get("pid"),
            "startTime": status.get("startTime"),
        }

    def _command_of(self, plan: Mapping[str, Any]) -> list[str]:
        launch = read_json_or_none(self._folder.launch)
        return list((launch or plan)["arguments"])

    def _status(self, status: Mapping[str, Any]) -> dict[str, Any]:
        state = "not started" if not status.get("pid") else "done" if status["state"] == "ended" else "running"
        ends = {name: status.get(name) for name in ("exitCode", "signal", "endTime")} if status.get("state") == "ended" else {}
        return {"process": status["process"], "nodeId": self._node, "status": state, **ends}

    def _send(self, document: Document, given_up: threading.Event) -> None:
        try:
            self._link.until_answered(
                lambda connection: upload_bytes(connection, self._run_id, *document, patience_seconds=0),
                given_up,
            )
        except RunsteadError as error:
            self._link.complain(error)
        self.note_sent([document])


def _document(name: str, processes: list[dict[str, Any]]) -> Document:
    return Document(name, json.dumps({"processes": processes}, indent=2).encode() + b"\n", "application/json")
