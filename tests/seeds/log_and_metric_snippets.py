"""The snippets that the three versions of the article on viewing logs and metrics have in common, and their tests."""

from __future__ import annotations

import math
from typing import Any

from snippet_case import numpy_or_stand_in, tqdm_or_stand_in

RUN_DETAILS = """
from azureml.widgets import RunDetails
RunDetails(run).show()
"""

RUN_DETAILS_BY_ID = """
from azureml.widgets import RunDetails
from azureml.core.run import Run

experiment = Experiment (workspace, <<experiment_name>>)
run_id = 'autoML_my_runID' #replace with run_ID
run = Run(experiment, run_id)
RunDetails(run).show()
"""

PORTAL_URL = """
print(run.get_portal_url())
"""

WAIT_FOR_COMPLETION = "run.wait_for_completion(show_output = True)"

GET_METRICS = "run.get_metrics()"

FIBONACCI = "run.log_list(name='Fibonacci', value=[0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89])"

SIGMOID_AS_PRINTED = "for i in tqdm(range(-10, 10)):    run.log(name='Sigmoid', value=1 / (1 + np.exp(-i))) angle = i / 2.0"
SIGMOID = """
for i in tqdm(range(-10, 10)):
    run.log(name='Sigmoid', value=1 / (1 + np.exp(-i)))
    angle = i / 2.0
"""

COSINE_AS_PRINTED = (
    "run.log_row(name='Cosine Wave', angle=angle, cos=np.cos(angle))   sines['angle'].append(angle)      "
    "sines['sine'].append(np.sin(angle))"
)
COSINE = """
run.log_row(name='Cosine Wave', angle=angle, cos=np.cos(angle))
sines['angle'].append(angle)
sines['sine'].append(np.sin(angle))
"""

SINE = "run.log_table(name='Sine Wave', value=sines)"

#: An interactive run, as the article on managing runs starts one.
INTERACTIVE_RUN = """
from azureml.core import Workspace, Experiment
exp = Experiment(workspace=Workspace.from_config(), name="view-metrics")
run = exp.start_logging()
"""

SUBMITTED_RUN = """
from azureml.core import Workspace, Experiment, ScriptRunConfig
exp = Experiment(workspace=Workspace.from_config(), name="view-metrics")
run = exp.submit(ScriptRunConfig(source_directory='.', script='train.py', arguments=['--steps', 5]))
"""


#: A run of an earlier time, with the id that the document has.
EARLIER_RUN = """
from azureml.core import Workspace, Experiment
workspace = Workspace.from_config()
with Experiment(workspace, "view-metrics").start_logging(run_id="autoML_my_runID") as earlier:
    earlier.log("mse", 3295.7)
"""


class LogAndMetricSnippets:
    """One test a snippet, mixed into the SnippetCase of each version of the article."""

    def test_run_details_while_it_goes(self: Any) -> None:
        """Added: a submitted run named `run`. In a notebook it is a widget (tests/notebook); here, without one, it is text."""
        printed = self.run_snippet(RUN_DETAILS, SUBMITTED_RUN)
        self.assertRegex(printed, r"^Run \d+ .* of view-metrics: (Queued|Preparing|Starting|Running)")
        self.names["run"].wait_for_completion()
        self.assertRegex(self.run_snippet(RUN_DETAILS), r"^Run \d+ .* of view-metrics: Completed\n")

    def test_run_details_of_an_earlier_run_by_its_id(self: Any) -> None:
        """Added: the name of the experiment, an ended run of that id, and `Experiment` and `workspace`."""
        printed = self.run_snippet(RUN_DETAILS_BY_ID.replace("<<experiment_name>>", "'view-metrics'"), EARLIER_RUN)
        self.assertRegex(printed, r"^Run \d+ .* of view-metrics: Completed\n")
        self.assertIn("/w/quickstart/runs/autoML_my_runID\n", printed)
        self.assertIn("\nmse: 3295.7\n", printed + "\n")

    def test_portal_url(self: Any) -> None:
        """Added: an interactive run named `run`."""
        printed = self.run_snippet(PORTAL_URL, INTERACTIVE_RUN)
        run = self.names["run"]
        self.assertEqual(printed, f"{self.server.url}/w/quickstart/runs/{run.id}\n")

    def test_wait_for_completion_with_output(self: Any) -> None:
        """Added: a submitted run named `run`."""
        printed = self.run_snippet(WAIT_FOR_COMPLETION, SUBMITTED_RUN)
        self.assertIn("y = ", printed)
        self.assertEqual(self.names["run"].get_status(), "Completed")

    def test_get_metrics_finds_the_model_with_the_lowest_mse(self: Any) -> None:
        """Added: one child run an alpha, a name for the metrics, and the search that the text asks for."""
        mse_by_alpha = {0.1: 3400.2, 0.4: 3295.7, 0.9: 3358.8}
        self.run_snippet("", INTERACTIVE_RUN)
        for alpha, mse in mse_by_alpha.items():
            with self.names["run"].child_run() as child:
                child.log("alpha", alpha)
                child.log("mse", mse)
        found = []
        for child in list(self.names["run"].get_children()):
            self.names["run"] = child
            self.run_snippet(f"metrics = {GET_METRICS}")
            found.append(self.names["metrics"])
        best = min(found, key=lambda metrics: metrics["mse"])
        self.assertEqual(best, {"alpha": 0.4, "mse": 3295.7})

    def test_list_of_numbers(self: Any) -> None:
        """Added: an interactive run named `run`."""
        self.run_snippet(FIBONACCI, INTERACTIVE_RUN)
        self.assertEqual(self.names["run"].get_metrics(), {"Fibonacci": [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]})

    def test_one_number_again_and_again(self: Any) -> None:
        """Added: line breaks, an interactive run named `run`, and `np` and `tqdm`."""
        self.assert_only_line_breaks_added(SIGMOID_AS_PRINTED, SIGMOID)
        self.names.update(np=numpy_or_stand_in(), tqdm=tqdm_or_stand_in())
        self.run_snippet(SIGMOID, INTERACTIVE_RUN)
        expected = [1 / (1 + math.exp(-i)) for i in range(-10, 10)]
        self.assert_close(self.names["run"].get_metrics()["Sigmoid"], expected)

    def test_rows_of_two_numbers(self: Any) -> None:
        """Added: line breaks, an interactive run named `run`, `np`, an empty `sines`, and the loop over the angles."""
        self.assert_only_line_breaks_added(COSINE_AS_PRINTED, COSINE)
        angles = self.log_cosine_rows()
        rows = self.names["run"].get_metrics()["Cosine Wave"]
        self.assert_close(rows["angle"], angles)
        self.assert_close(rows["cos"], [math.cos(angle) for angle in angles])

    def test_table_of_two_numbers(self: Any) -> None:
        """Added: what the snippet on rows before it needs."""
        angles = self.log_cosine_rows()
        self.run_snippet(SINE)
        table = self.names["run"].get_metrics()["Sine Wave"]
        self.assert_close(table["angle"], angles)
        self.assert_close(table["sine"], [math.sin(angle) for angle in angles])

    def log_cosine_rows(self: Any) -> list[float]:
        self.names.update(np=numpy_or_stand_in(), sines={"angle": [], "sine": []})
        self.run_snippet("", INTERACTIVE_RUN)
        angles = [i / 2.0 for i in range(-10, 10)]
        for angle in angles:
            self.names["angle"] = angle
            self.run_snippet(COSINE)
        return angles

    def assert_close(self: Any, actual: Any, expected: list[float]) -> None:
        self.assertEqual(len(actual), len(expected))
        for one, other in zip(actual, expected):
            self.assertAlmostEqual(one, other, places=12)

