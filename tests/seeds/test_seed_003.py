"""Monitor and view ML run logs and metrics (Russian): its snippets about runs, one test each."""

from __future__ import annotations

import unittest

from snippet_case import SnippetCase

from log_and_metric_snippets import INTERACTIVE_RUN, LogAndMetricSnippets

from azureml.core.run import Run  # noqa: I001 - found through the path that snippet_case sets.


class Seed003Test(LogAndMetricSnippets, SnippetCase):
    def test_run_of_an_earlier_time_by_its_id(self) -> None:
        """`Run(experiment, run_id)`, as the snippet on earlier AutoML runs attaches one."""
        self.run_snippet("", INTERACTIVE_RUN)
        earlier = self.names["run"]
        earlier.log("mse", 3295.7)
        earlier.complete()
        attached = Run(self.names["exp"], earlier.id)
        self.assertEqual((attached.id, attached.get_status()), (earlier.id, "Completed"))
        self.assertEqual(attached.get_metrics(), {"mse": 3295.7})


if __name__ == "__main__":
    unittest.main()
