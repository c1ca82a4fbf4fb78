"""The command line of the agent: `python -m runstead.agent join …` on other machines; `… run …` is the server's own way to start one."""

from __future__ import annotations

import argparse
import signal
import sys

from runstead.agent.agent import Agent, AgentSettings
from runstead.agent.environment_options import add_environment_options, environments_bytes_max_of, environments_folder_of
from runstead.agent.join import EXIT_CODE_NODE_IN_USE, add_join_options, join
from runstead.agent.node_lock import NodeInUse


def main() -> int:
    options = _parse_options()
    if options.command == "join":
        return join(options)
    settings = AgentSettings(
        node_folder=options.node_dir,
        target=options.target,
        server_file=options.server_file,
        token_file=options.token_file,
        idle_exit_seconds=options.idle_exit_seconds,
        jobs_max=options.jobs_max,
        environments_folder=environments_folder_of(options, options.node_dir),
        environments_bytes_max=environments_bytes_max_of(options),
    )
    # Jobs go on without the agent: their supervisors do not depend on it, and the next agent takes them over.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    try:
        Agent(settings).work()
    except NodeInUse as error:
        print(f"runstead agent: {error}", file=sys.stderr)
        return EXIT_CODE_NODE_IN_USE
    except KeyboardInterrupt:
        return 0
    return 0


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m runstead.agent", description="Runs jobs on this machine.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    description = "Makes this machine a node of a cluster: it takes jobs until it is told to leave, whatever becomes of the server meanwhile."
    add_join_options(commands.add_parser("join", help="be a node of a cluster", description=description))
    command = commands.add_parser("run", help="what a server starts on its own machine")
    command.add_argument("--node-dir", required=True, help="folder that this agent keeps its jobs in; one agent each")
    command.add_argument("--target", required=True, help="compute target whose jobs to take")
    command.add_argument("--server-file", required=True, help='JSON file with the "url" of the server; read again when it changes')
    command.add_argument("--token-file", help="file with the token to present; read again when it changes")
    command.add_argument("--idle-exit-seconds", type=float, default=60.0, help="end after so long without a job; 0: never (default 60)")
    command.add_argument("--jobs-max", type=int, default=64, help="jobs to run at once (default 64)")
    add_environment_options(command)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
