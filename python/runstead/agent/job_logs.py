"""The logs in which the agent tells of a job on its node, from the lease to the node's return, and their way to the server."""

from __future__ import annotations

import os
import platform
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Callable, Optional

from runstead.agent.environments.environment_store import name_of
from runstead.agent.job_folder import JobFolder
from runstead.agent.layout import JobLayout
from runstead.agent.log_stream import LogStream, Offer
from runstead.agent.narrated_log import NarratedLog, Narration
from runstead.version import VERSION

#: Opens the stream of a log by its name and file; True when its file is yet to be made; who writes, where several do.
OpenStream = Callable[[str, str, bool, Optional[str]], LogStream]


class JobLogs:
    """All narrated logs of an attempt. Lines are said by any thread, and sent by the one that calls `send_new`."""

    def __init__(self, folder: JobFolder, node: str, layout: JobLayout, open_stream: OpenStream) -> None:
        self._folder = folder
        self._node = node
        self._open_stream = open_stream
        self._logs: list[NarratedLog] = []
        self._streams: dict[str, LogStream] = {}
        self._host = self._log(layout.log_name(f"55_azureml-execution-{node}.txt"))
        self._start = self._log(f"logs/azureml/sidecar/{node}/start_cms.txt")
        #: Of an environment that this node has to build; a job that finds it ready has none.
        self.image_build = self._log(layout.log_name("20_image_build_log.txt"))
        #: A line of JSON an attempt: the environment that was built for it, with every package.
        self.environment = self._log(layout.log_name("environment.jsonl"))
        self.preparation = Narration(
            self._log(layout.log_name(f"65_job_prep-{node}.txt")),
            self._log(layout.system_log_name("job_prep_azureml.log")),
            self._log(f"logs/azureml/sidecar/{node}/prep_cmd.txt"),
        )
        self.release = Narration(
            self._log(layout.log_name(f"75_job_post-{node}.txt")),
            self._log(layout.system_log_name("job_release_azureml.log")),
            self._log(f"logs/azureml/sidecar/{node}/release_cmd.txt"),
        )
        #: What the SDK in the script says of itself; a script that does not use it has none.
        self.client = self._log(layout.system_log_name("110_azureml.log"))
        self._layout = layout
        #: Of a job on several nodes: what is done for all of it, which every node tells its part of.
        self._whole = NarratedLog(layout.whole_log_name("execution.txt"), folder.whole_execution)
        if layout.node_count > 1:
            self._logs.append(self._whole)
        self._sent_before = {log.name for log in self._logs if log.has_begun()}

    def tell_of_start(self, lease: Mapping[str, Any]) -> None:
        """Who carries the attempt; an agent that takes it over says so."""
        agent = f"process {os.getpid()}, runstead {VERSION}, Python {platform.python_version()} at {sys.executable}"
        if self._host.has_begun():
            self._host.say(f"The agent was started again ({agent}), and carries attempt {lease['attempt']} on.")
        else:
            self._host.say(f"Lease taken: run {lease['runId']}, attempt {lease['attempt']}, fence {lease['fence']}.")
            self._host.say(f"Node {self._node}: {describe_machine()}.")
            self._tell_of_nodes(lease)
            self._host.say(f"Agent: {agent}.")
            self._host.say(f"Environment: {_describe_environment(lease['definition'])}.")
            numbers = ", ".join(str(process.number) for process in self._layout.processes)
            of_all = f"processes {numbers} of {self._layout.process_count}"
            self.tell_whole(f"{self._node}, {platform.node()}, takes part in attempt {lease['attempt']} with {of_all}")
        self._start.say(f"Preparation and release of the job run beside it, in the agent: {agent}.")

    def tell_whole(self, text: str) -> None:
        """Tell of the part of this node in a job on several; nothing where there is one."""
        if self._layout.node_count > 1:
            self._whole.say(f"{self._layout.speaker}{text}")

    def _tell_of_nodes(self, lease: Mapping[str, Any]) -> None:
        nodes = lease.get("nodes") or []
        if len(nodes) > 1:
            others = ", ".join(f"{node['rank']} is {node['node']} at {node['address']}" for node in nodes)
            self._host.say(f"Rank {lease['rank']} of {len(nodes)} nodes: {others}.")

    def names(self) -> set[str]:
        """The paths that these logs have within the run."""
        return {log.name for log in self._logs}

    def offers(self) -> list[Offer]:
        """What was said since the last time, as far as it can be sent together."""
        offers = (stream.offer_or_none() for stream in self._begun_streams())
        return [offer for offer in offers if offer is not None]

    def send_new(self, given_up: threading.Event) -> None:
        """Send what was said since the last time, as far as that goes now."""
        for stream in self._begun_streams():
            while not given_up.is_set() and stream.send_new():
                pass

    def flush(self, given_up: threading.Event) -> None:
        """Send all that was said, however long that takes."""
        for stream in self._begun_streams():
            stream.flush(given_up)

    def _log(self, name: str) -> NarratedLog:
        log = NarratedLog(name, os.path.join(self._folder.narrated, name))
        self._logs.append(log)
        return log

    def _begun_streams(self) -> Iterator[LogStream]:
        for log in self._logs:
            if log.name not in self._streams:
                if not log.has_begun():
                    continue
                writer = self._layout.writer if log is self._whole else None
                self._streams[log.name] = self._open_stream(log.name, log.file_path, log.name not in self._sent_before, writer)
            yield self._streams[log.name]


def describe_machine() -> str:
    """Name, system, cores and memory of this machine, in words."""
    memory_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
    system = f"{platform.system()} {platform.release()} on {platform.machine()}"
    return f"{platform.node()}, {system}, {os.cpu_count()} cores, {memory_mib} MiB of memory"


def _describe_environment(definition: Mapping[str, Any]) -> str:
    environment = definition.get("environment")
    if environment is not None:
        return name_of(environment)
    if definition.get("command"):
        return "the programs of this machine"
    return f"the Python of this machine, {definition.get('interpreter') or sys.executable}"
