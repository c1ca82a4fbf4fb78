"""The command line of the agent: `python -m runstead.agent run --node-dir DIR --target local --server-file FILE`."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from runstead.agent.agent import Agent, AgentSettings, NodeInUse

EXIT_CODE_NODE_IN_USE = 3


def main() -> int:
    options = _parse_options()
    settings = AgentSettings(
        node_folder=options.node_dir,
        target=options.target,
        server_file=options.server_file,
        token_file=options.token_file,
        idle_exit_seconds=options.idle_exit_seconds,
        jobs_max=options.jobs_max,
        environments_folder=options.environments_dir or os.path.join(options.node_dir, "environments"),
        environments_bytes_max=int(options.environments_gib * 1024**3),
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
    command = parser.add_subparsers(required=True, metavar="COMMAND").add_parser("run", help="take jobs from a server and run them")
    command.add_argument("--node-dir", required=True, help="folder that this agent keeps its jobs in; one agent each")
    command.add_argument("--target", required=True, help="compute target whose jobs to take")
    command.add_argument("--server-file", required=True, help='JSON file with the "url" of the server; read again when it changes')
    command.add_argument("--token-file", help="file with the token to present; read again when it changes")
    command.add_argument("--idle-exit-seconds", type=float, default=60.0, help="end after so long without a job; 0: never (default 60)")
    command.add_argument("--jobs-max", type=int, default=64, help="jobs to run at once (default 64)")
    command.add_argument("--environments-dir", help="folder of built environments, which agents of a machine may share")
    command.add_argument(
        "--environments-gib",
        type=float,
        default=float(os.environ.get("RUNSTEAD_ENVIRONMENTS_GIB") or 20),
        help="GiB of built environments that are kept (default 20, or RUNSTEAD_ENVIRONMENTS_GIB)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
