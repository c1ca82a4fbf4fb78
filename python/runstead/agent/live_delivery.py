"""Sends what a job makes while it runs: the agent's own logs, the files of its script, and what it uses of the machine."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any

from runstead.agent.courier import Courier
from runstead.agent.delivery_batch import DeliveryBatch
from runstead.agent.gpu_monitor import GpuMonitor
from runstead.agent.job_folder import JobFolder
from runstead.agent.job_logs import JobLogs
from runstead.agent.layout import JobLayout
from runstead.agent.live_outputs import LiveOutputs
from runstead.agent.log_bases import LogBases
from runstead.agent.log_mask import LogMask
from runstead.agent.log_stream import LogStream, Offer
from runstead.agent.process_files import ProcessFiles
from runstead.agent.process_logs import ProcessLogs
from runstead.agent.results import ResultUpload, Uploaded, find_results
from runstead.agent.server_link import ServerLink
from runstead.agent.usage_metrics import UsageMetrics
from runstead.agent.user_logs import UserLogs

LOGS_INTERVAL_SECONDS = 0.25
OUTPUTS_INTERVAL_SECONDS = 1.0
USAGE_INTERVAL_SECONDS = 5.0


class LiveDelivery:
    """What is sent beside the driver log; each kind has a thread, so that a large file does not hold up a line."""

    def __init__(
        self,
        folder: JobFolder,
        lease: Mapping[str, Any],
        layout: JobLayout,
        node: str,
        link: ServerLink,
        gpus: GpuMonitor,
    ) -> None:
        # Whoever began to run the job may have sent samples of it.
        is_new = not os.path.exists(folder.status)
        self._link = link
        self._run_id = lease["runId"]
        self._caller = {"agent": node, "fence": lease["fence"]}
        self._work = folder.work
        self._spool = folder.spool
        self._gpus = gpus
        self._usage_path = folder.usage
        self.mask = LogMask([*lease["secrets"], lease["runToken"]])
        self._bases = LogBases(folder, self._run_id, lease["attempt"])
        self._layout = layout
        self.logs = JobLogs(folder, node, layout, self.open_stream)
        self._batch = DeliveryBatch(link, self._caller, self._run_id)
        self._processes = ProcessFiles(folder, node, link, self._run_id, layout, self.mask)
        self._process_logs = ProcessLogs(layout.process_logs(), self.open_stream)
        self._user_logs = UserLogs(folder.work, self.logs.names(), self.open_stream, layout.user_name)
        self._outputs = LiveOutputs(link, self._run_id, folder.work)
        self._usage = UsageMetrics(folder, link, self._run_id, lease["fence"], layout.metric_prefix(), is_new)

    def open_stream(self, name: str, file_path: str, is_new: bool, writer: str | None) -> LogStream:
        return LogStream(self._link, self._bases, self._caller, self._run_id, name, file_path, is_new, self.mask, writer)

    def size_before(self, name: str, given_up: threading.Event) -> int:
        """How much earlier attempts have written to a log."""
        return self._link.until_answered(lambda connection: self._bases.of(connection, name), given_up)

    def start(self) -> None:
        run_id = self._run_id
        self._gpus.watch(self._usage_path)
        self._log_courier = Courier(f"logs of {run_id}", LOGS_INTERVAL_SECONDS, self._send_logs)
        self._file_couriers = [
            *self._process_logs.couriers(run_id),
            Courier(f"logs by {run_id}", LOGS_INTERVAL_SECONDS, self._user_logs.send_new),
            Courier(f"outputs of {run_id}", OUTPUTS_INTERVAL_SECONDS, self._outputs.send_new),
            Courier(f"usage of {run_id}", USAGE_INTERVAL_SECONDS, self._usage.send_new),
        ]

    def tell_soon(self) -> None:
        """Send what was told until now without waiting for the next round."""
        self._log_courier.hurry()

    def stop(self) -> None:
        """Wait until nothing is on its way any more; may be called again."""
        self._gpus.unwatch(self._usage_path)
        for courier in (self._log_courier, *self._file_couriers):
            courier.stop()

    def has_results(self) -> bool:
        """Whether the job has left something whose sending may take a while."""
        has_records = os.path.isdir(self._spool) and len(os.listdir(self._spool)) > 0
        return has_records or next(find_results(self._work), None) is not None

    def deliver_results(self, given_up: threading.Event) -> Uploaded:
        """Send all that the job, which has ended, left behind, however long that takes; the agent's own logs go on."""
        self._gpus.unwatch(self._usage_path)
        for courier in self._file_couriers:
            courier.stop()
        self._process_logs.flush(given_up)
        self._usage.send_new(given_up)
        whole = self._user_logs.flush(given_up)
        upload = ResultUpload(self._link, self._run_id, self._work, self._layout.user_name, given_up)
        return upload.upload({**self._outputs.sent, **whole}, self.logs.names())

    def flush_logs(self, driver_log: LogStream, given_up: threading.Event) -> None:
        """Send all that the agent has told until now, and what is left of the driver log."""
        self._log_courier.stop()
        driver_log.flush_large(given_up)
        offer = driver_log.offer_or_none()
        self._send_together([*self.logs.offers(), *([offer] if offer else [])], given_up)
        # What could not go together goes now, one by one.
        driver_log.flush(given_up)
        self._processes.send_new(given_up)
        self.logs.flush(given_up)

    def _send_logs(self, given_up: threading.Event) -> None:
        self._send_together(self.logs.offers(), None)
        self.logs.send_new(given_up)

    def _send_together(self, offers: list[Offer], given_up: threading.Event | None) -> None:
        documents = self._processes.new_documents()
        stored = self._batch.send(offers, documents, given_up)
        self._processes.note_sent(document for document in documents if document.name in stored)
