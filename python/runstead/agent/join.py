"""`python -m runstead.agent join`: this machine becomes one node of a cluster, or several, until it is told to leave."""

from __future__ import annotations

import argparse
import os
import queue
import re
import signal
import socket
import sys
import threading
import time
import uuid
from typing import Any

from runstead.agent.agent import Agent, AgentSettings, NotWanted
from runstead.agent.environment_options import add_environment_options, environments_bytes_max_of, environments_folder_of
from runstead.agent.job_folder import FOLDER_MODE, read_json_or_none, write_json
from runstead.agent.join_token import claims_of, compute_of, unreadable_token_file
from runstead.agent.machine import in_words
from runstead.agent.membership import MemberFiles, Membership
from runstead.agent.node_lock import NodeInUse, lock_folder
from runstead.agent.server_link import LONGEST_BACKOFF_SECONDS, ServerLink
from runstead.connection import path_of
from runstead.errors import RunsteadError, UserError
from runstead.state_folder import state_folder

NODES_MAX = 1_000
NODE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
#: What draining waits for is said again this often.
REMINDER_SECONDS = 60.0
#: A signal that comes just before a wait begins is heard when the wait ends: none is longer than this.
LONGEST_WAIT_SECONDS = 1.0
EXIT_CODE_NODE_IN_USE = 3


def add_join_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--compute", metavar="CLUSTER", help="the cluster to join (default: the token's)")
    parser.add_argument("--server", metavar="URL", help="address of the server (default: RUNSTEAD_URL, else that of the last time)")
    parser.add_argument("--token", help="token for the cluster (default: RUNSTEAD_TOKEN, else that of the last time)")
    parser.add_argument("--token-file", metavar="FILE", help="a file that holds the token; read again when it changes")
    parser.add_argument("--workspace", metavar="NAME", help="workspace of the cluster (default: the token's)")
    parser.add_argument("--nodes", type=int, default=1, metavar="N", help="how many nodes this machine is (default 1)")
    parser.add_argument("--name", help="name of the node (default: the machine's); several have -1, -2, … after it")
    parser.add_argument("--address", help="by which other nodes reach this machine (default: that of its way out)")
    parser.add_argument("--data", metavar="DIR", help="folder for jobs (default: ~/.local/state/runstead/nodes/SERVER/CLUSTER)")
    parser.add_argument("--once", action="store_true", help="leave after one job (each node)")
    parser.add_argument(
        "--preemptible",
        action="store_true",
        help="SIGTERM means that this machine is being taken away: its jobs are queued again at once, for other nodes",
    )
    add_environment_options(parser)


def join(options: argparse.Namespace) -> int:
    """Be nodes until all have left: 0 then, 1 when one may not be or stay, 3 when the folder is in use."""
    try:
        names = _names(options.name, options.nodes)
        options.compute = options.compute or compute_of(options)
        folder = _folder(options)
        os.makedirs(folder, mode=FOLDER_MODE, exist_ok=True)
        lock = lock_folder(folder, "join.lock")
        try:
            return _JoinedMachine(options, folder, names).work()
        finally:
            os.close(lock)
    except (NodeInUse, RunsteadError, OSError) as error:
        print(f"runstead agent: {error}", file=sys.stderr)
        return EXIT_CODE_NODE_IN_USE if isinstance(error, NodeInUse) else 1


class _JoinedMachine:
    """All nodes that this process is; each has an agent in a thread of its own."""

    def __init__(self, options: argparse.Namespace, folder: str, names: list[str]) -> None:
        self._options = options
        self._folder = folder
        self._names = names
        self._server_file = os.path.join(folder, "server.json")
        self._token_file = os.path.abspath(options.token_file or os.path.join(folder, "token"))
        self._was_here_before = os.path.exists(self._server_file)
        self._keep_address_and_token()
        self._link = ServerLink(self._server_file, self._token_file)
        self._agents: list[Agent] = []
        self._machine = ""
        #: Ids of those that have not left.
        self._at_work: set[str] = set()
        self._has_failed = False
        self._signals = 0
        self._is_preempted = False
        #: What a signal says is put into it: unlike an event it may be interrupted by the very call that wakes it.
        self._calls: queue.SimpleQueue[None] = queue.SimpleQueue()

    def work(self) -> int:
        joined = self._introduce_patiently()
        self._agents = [Agent(self._settings(membership, target)) for membership, target in joined]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note_signal)
        # Only now what it says of signals is true.
        print(
            f"Joined {self._options.compute} as {', '.join(self._names)} ({self._machine}). Jobs are kept in {self._folder}.\n"
            "Ctrl-C or SIGTERM lets it leave when its jobs have ended; a second one ends them.",
            flush=True,
        )
        self._at_work = {agent.id for agent in self._agents}
        for agent in self._agents:
            threading.Thread(target=self._run, args=(agent,), name=f"node {agent.id}", daemon=True).start()
        return self._watch()

    def _keep_address_and_token(self) -> None:
        """The folder is enough to join again, and a new token can be put there meanwhile."""
        known = (read_json_or_none(self._server_file) or {}).get("url")
        url = self._options.server or os.environ.get("RUNSTEAD_URL") or known
        if not url:
            raise UserError("No server is named.", hint="Give --server URL, or set RUNSTEAD_URL.")
        write_json(self._server_file, {"url": url})
        if self._options.token_file and not os.access(self._token_file, os.R_OK):
            # Without its token it might join with more rights than it was given.
            raise unreadable_token_file(self._token_file)
        token = self._options.token or os.environ.get("RUNSTEAD_TOKEN")
        if token and not self._options.token_file:
            temporary = f"{self._token_file}.new"
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(f"{token}\n")
            os.replace(temporary, self._token_file)

    def _introduce_patiently(self) -> list[tuple[Membership, str]]:
        """The nodes with the id of their compute target. Who was here before waits for a server that is away."""
        while True:
            try:
                return self._introduce()
            except RunsteadError as error:
                if not (self._was_here_before and error.passes_by_itself):
                    raise UserError(error.message, hint=self._advice(error)) from error
                self._link.complain(error)
            time.sleep(LONGEST_BACKOFF_SECONDS)

    def _introduce(self) -> list[tuple[Membership, str]]:
        workspace = self._workspace()
        joined = []
        for name in self._names:
            instance = _instance_of(self._folder_of(name))
            files = MemberFiles(self._server_file, self._token_file, os.path.join(self._folder_of(name), "token"))
            membership = Membership(files, workspace, self._options.compute, name, instance, self._options.address)
            answer = membership.introduce()
            joined.append((membership, str(answer["target"])))
        membership.remark_on(answer["serverVersion"])
        self._machine = in_words(answer["node"]["machine"])
        return joined

    def _workspace(self) -> str:
        given = self._options.workspace or claims_of(self._link.connection().token).get("ws") or os.environ.get("RUNSTEAD_WORKSPACE")
        if given:
            return str(given)
        names = [str(one["name"]) for one in self._link.once("GET", path_of("workspaces"))["workspaces"]]
        if len(names) != 1:
            raise UserError("No workspace is named.", hint=f"Give --workspace NAME, one of: {', '.join(names) or '(there is none yet)'}.")
        return names[0]

    def _advice(self, error: RunsteadError) -> str:
        if error.code == "unreachable":
            return (
                "Does it run, and is the address right? A server listens on its own machine alone; from another one a tunnel "
                "leads there: ssh -N -L 8155:127.0.0.1:8155 USER@HOST, then --server http://127.0.0.1:8155."
            )
        if error.code in ("unauthorized", "forbidden"):
            return f"Make a token on the server's machine: runstead compute join-token {self._options.compute}."
        if error.code == "not-found":
            return "Clusters are listed by: runstead compute list, on the server's machine."
        return error.hint

    def _folder_of(self, name: str) -> str:
        folder = os.path.join(self._folder, name)
        os.makedirs(folder, mode=FOLDER_MODE, exist_ok=True)
        return folder

    def _settings(self, membership: Membership, target: str) -> AgentSettings:
        folder = self._folder_of(membership.node)
        with open(os.path.join(folder, "agent-id"), "w", encoding="ascii") as file:
            file.write(f"{membership.node}\n")
        return AgentSettings(
            node_folder=folder,
            target=target,
            server_file=self._server_file,
            token_file=None,
            idle_exit_seconds=0,
            jobs_max=1,
            environments_folder=environments_folder_of(self._options, self._folder),
            environments_bytes_max=environments_bytes_max_of(self._options),
            membership=membership,
            once=self._options.once,
        )

    def _run(self, agent: Agent) -> None:
        try:
            agent.work()
        except NotWanted as error:
            self._has_failed = self._has_failed or self._signals == 0
            print(f"runstead agent: {agent.id} ends: {error}.", file=sys.stderr, flush=True)
        except BaseException:
            self._has_failed = True
            raise
        finally:
            self._at_work.discard(agent.id)
            self._calls.put(None)

    def _note_signal(self, number: int, frame: Any) -> None:
        self._signals += 1
        self._is_preempted = self._is_preempted or (self._options.preemptible and number == signal.SIGTERM)
        self._calls.put(None)

    def _watch(self) -> int:
        obeyed = 0
        said = time.monotonic()
        while self._at_work:
            try:
                self._calls.get(timeout=LONGEST_WAIT_SECONDS)
            except queue.Empty:
                if obeyed == self._signals and time.monotonic() < said + REMINDER_SECONDS:
                    continue
            while obeyed < self._signals:
                obeyed += 1
                if obeyed > 2:
                    print("Going at once: jobs run on, and whoever joins with this folder next takes them over.", flush=True)
                    return 1
                self._obey(obeyed)
            said = time.monotonic()
            if self._signals:
                self._say_what_is_left()
        if not self._has_failed:
            print(f"Left {self._options.compute}.", flush=True)
        return 1 if self._has_failed else 0

    def _obey(self, signal_count: int) -> None:
        for agent in self._agents:
            try:
                if signal_count == 1:
                    agent.leave(self._is_preempted)
                else:
                    agent.end_jobs(f"The node {agent.id} was stopped by its owner.")
            except RunsteadError as error:  # The agent itself goes on trying.
                self._link.complain(error)

    def _say_what_is_left(self) -> None:
        runs = [run for agent in self._agents for run in agent.run_ids()]
        if runs and self._is_preempted:
            print(f"This machine is being taken away: these runs are queued again: {', '.join(runs)}.", flush=True)
        elif runs:
            ending = "They are being ended" if self._signals > 1 else "A second signal ends them"
            print(f"Leaving when these runs have ended: {', '.join(runs)}. {ending}.", flush=True)


def _folder(options: argparse.Namespace) -> str:
    """Where this machine keeps what it has of the cluster: of the server that is named, else of the only one that it has joined for it."""
    if options.data:
        return os.path.abspath(options.data)
    nodes, cluster = state_folder() / "nodes", options.compute.lower()
    url = options.server or os.environ.get("RUNSTEAD_URL")
    if url:
        return str(nodes / re.sub(r"[^A-Za-z0-9.-]+", "_", url.split("://")[-1].rstrip("/").lower()) / cluster)
    known = sorted(nodes.glob(f"*/{cluster}/server.json"))
    if len(known) == 1:
        return str(known[0].parent)
    servers = ", ".join(str((read_json_or_none(str(file)) or {}).get("url")) for file in known)
    raise UserError(
        f"This machine has joined {options.compute} of several servers." if known else "No server is named.",
        hint=f"Give --server URL, one of: {servers}." if known else "Give --server URL, or set RUNSTEAD_URL.",
    )


def _names(given: str | None, count: int) -> list[str]:
    """The name of each node; raises UserError for a name or a number that cannot be."""
    if not 1 <= count <= NODES_MAX:
        raise UserError(f"--nodes {count}: a machine can be 1 to {NODES_MAX} nodes.")
    name = given or re.sub(r"[^A-Za-z0-9_.-]+", "-", socket.gethostname()).strip("-._") or "node"
    names = [name] if count == 1 else [f"{name}-{number}" for number in range(1, count + 1)]
    for one in names:
        if not NODE_NAME.fullmatch(one):
            raise UserError(f"--name {name}: a node's name has letters, digits, '_', '.' and '-', at most 128, and begins with a letter or digit.")
    return names


def _instance_of(folder: str) -> str:
    """Tells this folder from every other that may claim its name."""
    path = os.path.join(folder, "instance.json")
    known = read_json_or_none(path)
    if known is None:
        known = {"id": str(uuid.uuid4())}
        write_json(path, known, durable=True)
    return str(known["id"])
