"""Runs are found by what is known of them, and a search that cannot be meant is refused."""

from __future__ import annotations

import json
from typing import Any

from runstead import RunsteadError, UserError
from runstead.search import RUN_STATUSES
from tests.sdk.server_case import ServerCase


class FindingRunsTest(ServerCase):
    def test_runs_are_filtered_and_ordered_by_what_they_logged(self) -> None:
        runs = {}
        for value in (3, 1, 2):
            with self.experiment.start_logging() as run:
                run.log("y", value)
                with run.child_run() as child:
                    child.log("y", value * 10)
            runs[value], runs[value * 10] = run.id, child.id

        def found(**options: Any) -> list[int]:
            return [run.get_metrics()["y"] for run in self.experiment.get_runs(**options)]

        self.assertEqual(found(filter="metrics.y.last >= 2", order_by="metrics.y"), [2, 3])
        self.assertEqual(found(filter="metrics.y = 1 or metrics.y > 2", order_by="metrics.y.min desc"), [3, 1])
        self.assertEqual(found(filter=f"parentId = '{runs[3]}'", include_children=True), [30])
        with self.assertRaisesRegex(RunsteadError, "filter cannot be read") as refused:
            found(filter="metrics.y >> 1")
        self.assertEqual((refused.exception.code, refused.exception.details["position"]), ("invalid-filter", 12))

    def test_a_status_that_is_none_is_refused_at_once(self) -> None:
        with self.assertRaisesRegex(UserError, "'Compleeted' is no status of a run. Did you mean 'Completed'.*Queued"):
            self.experiment.get_runs(status="Compleeted")
        run = self.experiment.start_logging()
        with self.assertRaisesRegex(UserError, "'running' is no status of a run. Did you mean 'Running'"):
            run.get_children(status="running")
        run.complete()

    def test_the_statuses_are_those_of_the_server(self) -> None:
        schemas = json.dumps(self.server.connection.call("GET", "/api/v1/openapi.json"))
        self.assertIn(json.dumps(list(RUN_STATUSES)), schemas)
