"""One attempt of a job on this node: prepared, run under its supervisor, watched, tidied up and reported.

Whatever was done is on disk, so that an agent that takes over an attempt goes on where the last one was killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Mapping
from typing import Any

from runstead.agent.data_cache import DataUnwanted
from runstead.agent.environments.errors import BuildUnwanted
from runstead.agent.end_in_words import describe_end, describe_end_of_node
from runstead.agent.end_request import EndRequest
from runstead.agent.folder_watch import FolderWatch
from runstead.agent.gpu_monitor import GpuMonitor
from runstead.agent.job_data import has_uploads, upload_data
from runstead.agent.job_folder import JobFolder, read_json, read_json_or_none, write_json
from runstead.agent.last_words import last_words_of
from runstead.agent.layout import JobLayout
from runstead.agent.lease_keeper import LOST_LEASE_CODES, LeaseKeeper
from runstead.agent.live_delivery import LiveDelivery
from runstead.agent.moment import now
from runstead.agent.preparation import CannotPrepare, NodeStores, prepare
from runstead.agent.process_end import end_processes
from runstead.agent.process_table import ProcessIdentity, marked_with
from runstead.agent.results import drain_spool
from runstead.agent.server_link import LinkClosed, ServerLink
from runstead.agent.supervisor import EXIT_CODE_ALREADY_SUPERVISED
from runstead.agent.supervisors import StartedSupervisor, Supervisors
from runstead.connection import path_of
from runstead.errors import RunsteadError

#: What escaped of a job whose supervisor was killed is given this long to end by itself.
SWEEP_GRACE_SECONDS = 2.0
SWEEP_INTERVAL_SECONDS = 0.05
#: How soon the death of a supervisor is noticed; its orderly end is seen at once.
LIVENESS_INTERVAL_SECONDS = 0.5
#: A line and its line feed are often written apart: waiting this long sends them as one.
MERGE_SECONDS = 0.002

PHASES = ("preparing", "running", "finalizing", "ended")


class LeaseLost(Exception):
    """This attempt is not wanted any more."""


class Attempt:
    """Carries one attempt from its lease to its last report; `run` does all of it in the calling thread."""

    def __init__(
        self,
        folder: JobFolder,
        agent_id: str,
        link: ServerLink,
        stores: NodeStores,
        watch: FolderWatch,
        gpus: GpuMonitor,
        supervisors: Supervisors,
    ) -> None:
        self._folder = folder
        self._lease = read_json(folder.lease)
        self._link = link
        self._stores = stores
        self._watch = watch
        self._supervisors = supervisors
        self._caller = {"agent": agent_id, "fence": self._lease["fence"]}
        self._progress: dict[str, Any] = read_json_or_none(folder.progress) or {"reported": None}
        #: Phases to be told with the next report.
        self._passed: list[dict[str, str]] = []
        self._is_lease_lost = threading.Event()
        self._end_request = EndRequest(folder)
        self._supervisor: StartedSupervisor | None = None
        self._layout = JobLayout(self._lease, folder)
        self._delivery = LiveDelivery(folder, self._lease, self._layout, agent_id, link, gpus)
        self._log_name = self._layout.main_log_name
        is_new = not os.path.exists(folder.status)
        self._log = self._delivery.open_stream(self._log_name, folder.log, is_new, self._layout.main_log_writer)
        self.run_id: str = self._lease["runId"]

    def run(self) -> None:
        """Do what is left to do; when it returns the server knows all of it, and the folder may go."""
        if self._progress["reported"] != "ended":
            keeper = LeaseKeeper(self._link, self.run_id, self._caller, self.ask_to_end, self._is_lease_lost)
            self._delivery.logs.tell_of_start(self._lease)
            self._delivery.start()
            try:
                self._pass("preparing", now())
                self._finish(self._execute())
            except (LeaseLost, LinkClosed):
                self._delivery.stop()
                self._abandon()
            finally:
                keeper.stop()
                self._delivery.stop()

    def remove(self) -> None:
        """Remove its folder; a late word that it is to be ended changes nothing."""
        self._end_request.close()
        self._folder.remove()

    def _execute(self) -> dict[str, Any]:
        """Run the job unless that was done; returns how it ended."""
        if not os.path.exists(self._folder.status):
            try:
                prepare(
                    self._folder,
                    self._lease,
                    self._layout,
                    self._caller,
                    self._link,
                    self._stores,
                    self._delivery.logs,
                    self._is_unwanted,
                )
            except (BuildUnwanted, DataUnwanted):
                if self._is_lease_lost.is_set():
                    raise LeaseLost from None
            except CannotPrepare as error:
                self._add_to_log(f"the job could not be prepared: {error}")
                return self._save_end({"error": f"The job could not be prepared: {error}"})
            if os.path.exists(self._folder.cancel):
                return self._save_end({"endReason": "cancelled before it began"})
            self._begin_log()
            self._supervisor = self._supervisors.start(self._folder.path)
        return self._follow()

    def _is_unwanted(self) -> bool:
        return self._is_lease_lost.is_set() or os.path.exists(self._folder.cancel)

    def _begin_log(self) -> None:
        """What an earlier attempt has written stays in the log, and this one's begins with a line that says so.

        In that of the whole job each node has said so.

        That of MPI, which says nothing while all goes well, begins with the processes of this node.
        """
        if os.path.exists(self._folder.log) or self._layout.main_log_writer is not None:
            return
        if self._delivery.size_before(self._log_name, self._is_lease_lost) > 0:
            self._add_to_log(f"attempt {self._lease['attempt']} begins")
        if self._layout.kind == "mpi":
            numbers = ", ".join(str(process.number) for process in self._layout.processes)
            self._add_to_log(f"MPI starts processes {numbers} of {self._layout.process_count} on this node; what it says follows")

    def _follow(self) -> dict[str, Any]:
        """Send the log as it grows until the job has ended; returns how."""
        watched = self._watch.watch(self._folder.path)
        next_liveness_time = time.monotonic() + LIVENESS_INTERVAL_SECONDS
        while True:
            status = read_json_or_none(self._folder.status)
            if status is not None and status["state"] == "ended":
                if status.get("pid"):
                    self._pass("running", status["startTime"])
                self._reap_supervisor()
                return status
            has_sent = self._log.send_new()
            # After the first lines, which somebody may be waiting for.
            if status is not None and status.get("pid") and self._is_unreported("running"):
                self._report("running", status["startTime"])
                self._delivery.tell_soon()
            if time.monotonic() >= next_liveness_time:
                next_liveness_time = time.monotonic() + LIVENESS_INTERVAL_SECONDS
                ended = self._end_if_unsupervised(status)
                if ended is not None:
                    return ended
            if self._is_lease_lost.is_set():
                raise LeaseLost
            if has_sent:
                watched.note_activity()
            else:
                watched.wait(LIVENESS_INTERVAL_SECONDS)
            time.sleep(MERGE_SECONDS)

    def _end_if_unsupervised(self, status: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """How the job ended, if its supervisor is gone."""
        if status is None:
            return self._end_if_not_started()
        if _is_supervised(status):
            return None
        last = read_json(self._folder.status)
        if last["state"] == "ended":  # It has ended in order between two looks.
            return last
        self._end_marked_processes()
        killed = {"signal": int(signal.SIGKILL)} if last.get("pid") else {}
        return self._save_end({**last, **killed, "error": "The supervisor of the job was killed, and the job with it."})

    def _end_if_not_started(self) -> dict[str, Any] | None:
        code = self._supervisor.poll() if self._supervisor is not None else None
        if os.path.exists(self._folder.status) or code is None:
            return None
        if code == EXIT_CODE_ALREADY_SUPERVISED:
            # An agent that was killed had just started one: either that one goes on, or this one may.
            self._supervisor = self._supervisors.start(self._folder.path)
            return None
        complaint = last_words_of(self._folder.supervisor_output)
        return self._save_end({"error": f"The supervisor of the job could not start: {complaint}"})

    def _reap_supervisor(self) -> None:
        if self._supervisor is not None:
            self._supervisor.wait()

    def _save_end(self, outcome: Mapping[str, Any]) -> dict[str, Any]:
        """Write down an end that no supervisor has written, so that it stays the end."""
        ended = {**outcome, "state": "ended", "endTime": now()}
        write_json(self._folder.status, ended, durable=True)
        return ended

    def _finish(self, status: Mapping[str, Any]) -> None:
        """Send what the job left behind, then how it ended."""
        told = self._delivery.logs.release
        told.say(f"{describe_end(status, self._layout)} Releasing the job.")
        self._delivery.logs.tell_whole(describe_end_of_node(status))
        self._pass("finalizing", status["endTime"])
        if self._delivery.has_results() or has_uploads(self._lease["definition"]):
            self._report_passed()
        with told.step("logged records"):
            refused = drain_spool(self._link, self._folder.spool, self._is_lease_lost)
        told.say("Everything that the script logged is sent.")
        with told.step("outputs and logs"):
            uploaded = self._delivery.deliver_results(self._is_lease_lost)
        told.say(f"Outputs and logs of the script: {uploaded.files} files, {uploaded.size_bytes} bytes.")
        refused += uploaded.refused
        # Without a plan the script was never to start.
        if has_uploads(self._lease["definition"]) and os.path.exists(self._folder.plan):
            with told.step("data"):
                refused += upload_data(self._lease, self._caller, self._folder, self._link, told, self._is_lease_lost)
        if refused:
            told.say_error(f"Not everything could be stored: {'; '.join(refused)}.")
            self._add_to_log("not everything could be stored:", *refused)
        told.say(f"{self._log_name}: {os.path.getsize(self._folder.log) if os.path.exists(self._folder.log) else 0} bytes.")
        told.say("Reporting the end and handing the node back; the logs are closed with that.")
        self._delivery.flush_logs(self._log, self._is_lease_lost)
        outcome = {key: status[key] for key in ("exitCode", "signal", "timedOut", "memoryExceeded") if key in status}
        if outcome.get("exitCode") != 0:
            outcome.update(self._failure_of_process())
            said = status.get("error") or last_words_of(self._layout.log_of_process(outcome.get("process")))
            outcome["error"] = self._delivery.mask.cover_text(said)
        self._report("ended", status["endTime"], **outcome)

    def _failure_of_process(self) -> dict[str, Any]:
        """Of several processes, the one that failed first and how."""
        return read_json_or_none(self._folder.process_end) or {}

    def _add_to_log(self, *lines: str) -> None:
        with open(self._folder.log, "ab") as file:
            file.write("".join(f"[runstead] {self._layout.speaker}{line}\n" for line in lines).encode())

    def _pass(self, phase: str, moment: str) -> None:
        """Note a phase, to be told with the next report."""
        self._passed.append({"phase": phase, "time": moment})

    def _report_passed(self) -> None:
        last = self._passed.pop()
        self._report(last["phase"], last["time"])

    def _report(self, phase: str, moment: str, **outcome: Any) -> None:
        """Tell the server of a phase unless that was done; the server may be away for as long as it likes."""
        if not self._is_unreported(phase):
            return
        passed = [one for one in self._passed if self._is_unreported(one["phase"])]
        body = {**self._caller, "phase": phase, "time": moment, "passed": passed, **outcome}
        try:
            self._link.insist("POST", path_of("jobs", self.run_id, "report"), body, given_up=self._is_lease_lost)
        except RunsteadError as error:
            if error.code in LOST_LEASE_CODES:
                raise LeaseLost from error
            raise
        self._progress["reported"] = phase
        with contextlib.suppress(OSError):  # A full disk: whoever takes over reports it again, which changes nothing.
            write_json(self._folder.progress, self._progress)

    def _is_unreported(self, phase: str) -> bool:
        reported = self._progress["reported"]
        return reported is None or PHASES.index(phase) > PHASES.index(reported)

    def ask_to_end(self, reason: str) -> None:
        """Let the supervisor end the job, as for a cancel; may be called again, and at any time."""
        self._end_request.make(reason)

    def _abandon(self) -> None:
        """End the processes of an attempt that is not wanted any more, without a word to the server."""
        self.ask_to_end("another attempt of this job has begun")
        while (status := read_json_or_none(self._folder.status)) and status["state"] != "ended" and _is_supervised(status):
            time.sleep(LIVENESS_INTERVAL_SECONDS)
        self._end_marked_processes()

    def _end_marked_processes(self) -> None:
        plan = read_json_or_none(self._folder.plan)
        if plan is None:
            return
        # Twice, since a process that is just replacing its program has no environment to be found by for a moment.
        for _ in range(2):
            end_processes(lambda: marked_with(plan["marker"]), SWEEP_GRACE_SECONDS)
            time.sleep(SWEEP_INTERVAL_SECONDS)


def _is_supervised(status: Mapping[str, Any]) -> bool:
    return "supervisor" in status and ProcessIdentity.from_json(status["supervisor"]).is_alive()
