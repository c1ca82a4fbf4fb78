"""Metrics of a run, against a real server: each kind, and calls that cannot be meant so."""

from __future__ import annotations

import io
import math
from pathlib import Path

from runstead import UserError
from tests.sdk.server_case import ServerCase


class MetricsTest(ServerCase):
    def test_scalars(self) -> None:
        with self.experiment.start_logging() as run:
            run.log("once", 3)
            for value in (1.5, math.inf, -math.inf, 2):
                run.log("often", value)
            run.log("big", 2**63 - 1)
            run.log("text", "Hello from run!")
            run.log("mixed", 1)
            run.log("mixed", "one")
            run.log("nan", math.nan)
            run.log("yes", True)
        metrics = run.get_metrics()
        self.assertTrue(math.isnan(metrics.pop("nan")))
        expected = {
            "once": 3,
            "often": [1.5, math.inf, -math.inf, 2],
            "big": 2**63 - 1,
            "text": "Hello from run!",
            "mixed": [1, "one"],
            "yes": True,
        }
        self.assertEqual(metrics, expected)
        self.assertEqual([type(metrics[name]) for name in ("once", "big", "yes")], [int, int, bool])

    def test_lists_rows_and_tables(self) -> None:
        with self.experiment.start_logging() as run:
            run.log_list("list", [0, 1, 1, 2])
            run.log_list("list of one", [7])
            run.log_row("row", x=1, y=0.5)
            for number in range(3):
                run.log_row("rows", x=number, label=str(number))
            run.log_table("table", {"x": [1, 2], "y": [0.5, 0.25]})
            run.log_table("table of one", {"x": [1], "y": 2})
        expected = {
            "list": [0, 1, 1, 2],
            "list of one": 7,
            "row": {"x": 1, "y": 0.5},
            "rows": {"x": [0, 1, 2], "label": ["0", "1", "2"]},
            "table": {"x": [1, 2], "y": [0.5, 0.25]},
            "table of one": {"x": 1, "y": 2},
        }
        self.assertEqual(run.get_metrics(), expected)
        self.assertEqual(run.get_metrics("row"), {"row": expected["row"]})
        self.assertEqual(run.get_metrics("no such metric"), {})

    def test_steps_are_kept(self) -> None:
        with self.experiment.start_logging() as run:
            for step in (-5, 0, 2**53 - 1):
                run.log("loss", 1.0, step=step)
            run.log("loss", 1.0)
        points = self.server.connection.call("GET", f"/api/v1/runs/{run.id}/metrics/points", query={"name": "loss"})
        self.assertEqual(points["steps"], [-5, 0, 2**53 - 1, None])

    def test_recursive_metrics_are_those_of_the_whole_tree_by_run(self) -> None:
        with self.experiment.start_logging() as run:
            run.log("a", 1)
            with run.child_run() as child:
                child.log("a", 2)
                with child.child_run() as grandchild:
                    grandchild.log("a", 3)
            run.child_run().complete()
        self.assertEqual(run.get_metrics(recursive=True), {run.id: {"a": 1}, child.id: {"a": 2}, grandchild.id: {"a": 3}})
        self.assertEqual(child.get_metrics(recursive=True), {child.id: {"a": 2}, grandchild.id: {"a": 3}})

    def test_calls_that_cannot_be_meant_so(self) -> None:
        with self.experiment.start_logging() as run:
            for value in ([1, 2], (1, 2), range(3), {"a": 1}, (number for number in (1, 2))):
                with self.assertRaisesRegex(UserError, "Use run.log_list"):
                    run.log("list", value)
            with self.assertRaisesRegex(UserError, "a step is a whole number"):
                run.log("a", 1, step=0.5)  # type: ignore[arg-type]
            with self.assertRaisesRegex(UserError, "differ in length: {'x': 2, 'y': 1}"):
                run.log_table("table", {"x": [1, 2], "y": [1]})
            with self.assertRaisesRegex(UserError, "one value a column"):
                run.log_row("row", x=[1, 2])
            with self.assertRaisesRegex(UserError, "either a path or a plot"):
                run.log_image("image")
        self.assertEqual(run.get_metrics(), {})

    def test_documents_are_artifacts_named_by_their_metric(self) -> None:
        matrix = {
            "schema_type": "confusion_matrix",
            "schema_version": "1.0.0",
            "data": {"class_labels": ["a", "b"], "matrix": [[1, 0], [2, 3]]},
        }
        with self.experiment.start_logging() as run:
            run.log_confusion_matrix("confusion", matrix)
            run.log_residuals("residuals", '{"data": {"bin_edges": [0, 1], "bin_counts": [2]}}')
        self.assertEqual(run.get_metrics(), {"confusion": "confusion", "residuals": "residuals"})
        run.download_file("confusion", "confusion.json")
        self.assertIn('"matrix": [[1, 0], [2, 3]]', Path("confusion.json").read_text(encoding="utf-8"))
        self.assertEqual(self.spool_paths(), [])

    def test_images(self) -> None:
        class Figure:
            def savefig(self, stream: io.BytesIO, format: str) -> None:
                stream.write(b"\x89PNG\r\n\x1a\n figure as " + format.encode())

        Path("chart.png").write_bytes(b"\x89PNG\r\n\x1a\n file")
        with self.experiment.start_logging() as run:
            run.log_image("chart", path="./chart.png")
            run.log_image("figure", plot=Figure())
            with self.assertRaisesRegex(UserError, "is not a picture"):
                Path("notes.txt").write_text("no picture", encoding="utf-8")
                run.log_image("notes", path="notes.txt")
        metrics = run.get_metrics()
        self.assertEqual(metrics["chart"], "chart.png")
        self.assertRegex(metrics["figure"], r"^figure_\d+\.png$")
        run.download_file(metrics["figure"], "figure.png")
        self.assertEqual(Path("figure.png").read_bytes(), b"\x89PNG\r\n\x1a\n figure as png")

    def test_params_progress_and_direction(self) -> None:
        with self.experiment.start_logging() as run:
            run.log_params({"alpha": 0.1, "solver": "svd"})
            run.define_metric("mse", "minimize")
            run.log("mse", 1.0)
            for done in range(101):
                run.set_progress(done, 100)
        document = self.call("GET", "runs", run.id)
        self.assertEqual(
            (document["params"], document["progress"]), ({"alpha": "0.1", "solver": "svd"}, {"done": 100, "total": 100})
        )
        self.assertEqual(document["metrics"]["mse"]["direction"], "minimize")
        with self.assertRaisesRegex(UserError, "no direction"):
            run.define_metric("mse", "sideways")
        for done, total in ((5, 0), (-1, 5), (1, float("nan"))):
            with self.assertRaisesRegex(UserError, "total must be above 0"):
                run.set_progress(done, total)
