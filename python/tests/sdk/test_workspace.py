"""Workspaces and experiments of the SDK, found or refused, and a server that is away."""

from __future__ import annotations

from runstead import Experiment, RunsteadError, Workspace
from runstead.compute import ComputeTargetNotFound
from runstead.connection import Connection
from tests.sdk.server_case import ServerCase


class WorkspaceTest(ServerCase):
    def test_a_workspace_is_found_by_its_config(self) -> None:
        self.workspace.write_config()
        found = Workspace.from_config()
        self.assertEqual((found.name, found.id, found.connection.url), ("quickstart", self.workspace.id, self.server.url))

    def test_the_only_workspace_needs_no_name(self) -> None:
        self.assertEqual(Workspace(url=self.server.url).name, "quickstart")

    def test_an_unknown_workspace_is_named(self) -> None:
        with self.assertRaisesRegex(RunsteadError, "nowhere"):
            Workspace("nowhere", self.server.url)

    def test_compute_targets(self) -> None:
        self.assertEqual(list(self.workspace.compute_targets), ["local"])
        with self.assertRaisesRegex(ComputeTargetNotFound, "no compute target 'gpu-cluster'. This workspace has: local."):
            self.workspace.compute_targets["gpu-cluster"]
        with self.assertRaises(KeyError):
            self.workspace.compute_targets["gpu-cluster"]

    def test_an_experiment_is_made_once_and_may_have_any_name(self) -> None:
        first, second = Experiment(self.workspace, "실험 1"), Experiment(self.workspace, "실험 1")
        self.assertEqual(first.id, second.id)
        first.tag("a", "b")
        self.assertEqual((second.tags, "실험 1" in self.workspace.experiments), ({"a": "b"}, True))

    def test_a_server_that_is_away_is_named(self) -> None:
        connection = Connection("http://127.0.0.1:9")
        with self.assertRaisesRegex(ConnectionError, "http://127.0.0.1:9 cannot be reached .*Start it with"):
            connection.call("GET", "/api/v1/health", patience_seconds=0)

    def test_the_traceback_of_a_server_that_is_away_is_that_of_the_call_alone(self) -> None:
        script = "from runstead.connection import Connection\nConnection('http://127.0.0.1:9').call('GET', '/', None, None, 0)\n"
        failed = self.run_script(script)
        self.assertEqual(failed.stderr.count("Traceback"), 1, failed.stderr)
        self.assertLess(len(failed.stderr.splitlines()), 25)
