"""What a notebook shows of a run, read from a real server: its parts, and what a run may hold that must not harm a page."""

from __future__ import annotations

import base64
import math
import re
import unittest
from typing import Any

from runstead.connection import file_path_of
from runstead.widgets.chart_picture import chart_svg
from runstead.widgets.log_tail import LONGEST_LINE_CHARACTERS, TAIL_LINES, tail_of
from runstead.widgets.metric_charts import BUCKETS, CHARTS_MAX
from runstead.widgets.report_html import report_html
from runstead.widgets.report_text import report_text
from runstead.widgets.run_phases import phases_of
from runstead.widgets.run_report import ReportReader
from tests.sdk.server_case import ServerCase

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"


class ReportCase(ServerCase):
    def reader(self, run: Any) -> ReportReader:
        return ReportReader(self.workspace.connection, "quickstart", run.id)

    def report(self, run: Any) -> Any:
        run.flush()
        return self.reader(run).read()

    def write_log(self, run: Any, text: str, path: str = "azureml-logs/70_driver_log.txt", offset: int = 0) -> None:
        connection = self.server.connection
        route = file_path_of(run.id, "logs", path)
        with connection.stream("POST", route, text.encode(), {"Content-Type": "application/octet-stream"}, {"offset": offset}):
            pass


class RunReportTest(ReportCase):
    def test_a_run_with_everything(self) -> None:
        run = self.experiment.start_logging(display_name="ridge")
        run.log_params({"alpha": 0.1})
        run.tag("quality", "good")
        run.add_properties({"author": "ada"})
        for step in range(5):
            run.log("loss", 1 / (step + 1), step=step)
        run.log("mse", 2859.69)
        run.log("kind", "ridge")
        run.log_row("wave", angle=0.0, cos=1.0)
        run.log_row("wave", angle=1.0, cos=0.54)
        self.write_log(run, "first\nsecond\n")
        report = self.report(run)
        self.assertEqual(
            [report["run"][field] for field in ("name", "status", "isEnded", "experiment", "tags", "properties", "params")],
            ["ridge", "Running", False, self.experiment.name, [["quality", "good"]], [["author", "ada"]], [["alpha", "0.1"]]],
        )
        self.assertEqual(report["run"]["url"], run.get_portal_url())
        self.assertEqual([(phase["name"], phase["endMs"]) for phase in report["phases"]], [("running", None)])
        charts = report["metrics"]["charts"]
        self.assertEqual([chart["name"] for chart in charts], ["loss", "wave.angle", "wave.cos"])
        loss = charts[0]
        self.assertEqual([loss[part] for part in ("count", "min", "max", "last")], [5, 0.2, 1.0, 0.2])
        self.assertEqual(loss["points"], [[step, *[1 / (step + 1)] * 3] for step in range(5)])
        self.assertEqual(report["metrics"]["values"], [{"name": "mse", "value": 2859.69}, {"name": "kind", "value": "ridge"}])
        self.assertEqual(report["log"], {"path": "azureml-logs/70_driver_log.txt", "text": "first\nsecond", "isCut": False})
        self.assertIsNone(report["children"])
        text = report_text(report)
        for part in ("ridge", "Running", "loss: 0.2 (min 0.2, max 1, 5 points)", "mse: 2859.69", "second", "As of"):
            self.assertIn(part, text)
        run.complete()
        ended = self.report(run)
        self.assertTrue(ended["run"]["isEnded"])
        self.assertNotIn("As of", report_text(ended))
        self.assertIsNotNone(ended["phases"][-1]["endMs"])

    def test_numbers_that_are_none(self) -> None:
        run = self.experiment.start_logging()
        for step, value in enumerate((1.0, math.nan, math.inf, 3.0)):
            run.log("loss", value, step=step)
        chart = self.report(run)["metrics"]["charts"][0]
        self.assertEqual(chart["notNumbers"], 1)
        self.assertEqual((chart["min"], chart["max"], chart["last"]), (1.0, "Infinity", 3.0))
        self.assertEqual([point[3] for point in chart["points"]], [1.0, None, None, 3.0])
        # Two stretches of one point each, and nothing between them.
        self.assertEqual(chart_svg(chart).count("<circle"), 2)
        run.complete()

    def test_a_long_series_keeps_its_extremes(self) -> None:
        run = self.experiment.start_logging()
        values = [math.sin(step / 50) for step in range(5_000)]
        values[1234] = 99.0
        for step, value in enumerate(values):
            run.log("wave", value, step=step)
        chart = self.report(run)["metrics"]["charts"][0]
        self.assertLessEqual(len(chart["points"]), BUCKETS)
        self.assertEqual((chart["count"], chart["max"], max(point[2] for point in chart["points"])), (5_000, 99.0, 99.0))
        run.complete()

    def test_more_metrics_than_there_is_room_for(self) -> None:
        run = self.experiment.start_logging()
        for number in range(CHARTS_MAX + 3):
            for step in range(2):
                run.log(f"metric {number}", step, step=step)
        metrics = self.report(run)["metrics"]
        self.assertEqual((len(metrics["charts"]), metrics["moreCharts"]), (CHARTS_MAX, 3))
        run.complete()

    def test_children_best_first(self) -> None:
        run = self.experiment.start_logging()
        for alpha, mse in ((0.1, 3400.2), (0.4, 3295.7), (0.9, 3358.8)):
            with run.child_run(name=f"alpha {alpha}") as child:
                child.define_metric("mse", "minimize")
                child.log("alpha", alpha)
                child.log("mse", mse)
        with run.child_run(name="without"):
            pass
        children = self.report(run)["children"]
        self.assertEqual(children["primary"], {"name": "mse", "direction": "minimize"})
        self.assertEqual(children["metricNames"], ["mse", "alpha"])
        shown = [(row["metrics"]["mse"], row["status"]) for row in children["rows"]]
        self.assertEqual(shown, [(3295.7, "Completed"), (3358.8, "Completed"), (3400.2, "Completed"), (None, "Completed")])
        self.assertIn("4 child runs, best mse first:", report_text(self.report(run)))
        run.complete()

    def test_a_failed_run_says_why(self) -> None:
        run = self.experiment.start_logging()
        run.fail(ValueError("no such column"))
        report = self.report(run)
        self.assertEqual(report["run"]["status"], "Failed")
        self.assertIn("no such column", report["run"]["error"]["message"])
        self.assertIn("no such column", report_html(report))

    def test_what_a_run_holds_never_becomes_markup(self) -> None:
        run = self.experiment.start_logging(display_name=HOSTILE)
        run.tag(HOSTILE, HOSTILE)
        run.log(HOSTILE, HOSTILE)
        for step in range(2):
            run.log(f"{HOSTILE} loss", step, step=step)
        run.log_params({HOSTILE: HOSTILE})
        with run.child_run(name=HOSTILE) as child:
            child.log(HOSTILE, 1)
        self.write_log(run, f"{HOSTILE}\n\x1b[31mred\x1b[0m\x07\n")
        run.fail(HOSTILE)
        report = self.report(run)
        page = report_html(report)
        self.assertNotIn("<script", page)
        self.assertNotIn("onerror=alert(2)>", page)
        pictures = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
        self.assertEqual(len(pictures), 1)
        self.assertNotIn(b"script", base64.b64decode(pictures[0]))
        # Every tag is one of ours.
        tags = set(re.findall(r"</?([a-z]+)", page))
        self.assertLessEqual(tags, set("div b span a code table thead tbody tr th td details summary pre img".split()))
        self.assertEqual(report["log"]["text"].split("\n")[1], "red")
        for picture in (run._repr_html_(), self.experiment._repr_html_()):
            self.assertNotIn("<script", picture)
            self.assertIn("&lt;script&gt;", picture)

    def test_the_log_is_read_again_only_where_it_grew(self) -> None:
        run = self.experiment.start_logging()
        reader = self.reader(run)
        self.assertIsNone(reader.read()["log"])
        self.write_log(run, "preparing\n", "azureml-logs/65_job_prep.txt")
        self.assertEqual(reader.read()["log"]["path"], "azureml-logs/65_job_prep.txt")
        self.write_log(run, "one\n")
        first = reader.read()["log"]
        self.assertEqual((first["path"], first["text"]), ("azureml-logs/70_driver_log.txt", "one"))
        self.assertIs(reader.read()["log"], first)
        self.write_log(run, "two\n", offset=4)
        self.assertEqual(reader.read()["log"]["text"], "one\ntwo")
        run.complete()


class PicturesTest(ReportCase):
    def test_a_run_and_an_experiment_at_the_end_of_a_cell(self) -> None:
        run = self.experiment.start_logging(display_name="ridge")
        run.log("mse", 3.5)
        run.tag("quality", "good")
        run.complete()
        picture = run._repr_html_()
        for part in ("ridge", "Completed", run.id, run.get_portal_url(), "mse", "3.5", "quality: good"):
            self.assertIn(part, picture)
        self.assertTrue(repr(run).startswith("Run(Experiment: "))
        listed = self.experiment._repr_html_()
        for part in (self.experiment.name, "1 ridge", "Completed", "mse", "3.5", self.experiment.get_portal_url()):
            self.assertIn(part, listed)
        self.assertTrue(repr(self.experiment).startswith("Experiment("))

    def test_an_experiment_without_runs(self) -> None:
        self.assertIn("There are no runs yet.", self.experiment._repr_html_())

    def test_without_a_server_the_text_is_shown(self) -> None:
        run = self.experiment.start_logging()
        run.complete()
        self.server.stop()
        self.addCleanup(self.start_server_again)
        self.assertIsNone(run._repr_html_())
        self.assertIsNone(self.experiment._repr_html_())


class LogTailTest(unittest.TestCase):
    def test_the_last_lines(self) -> None:
        text = "".join(f"line {number}\n" for number in range(TAIL_LINES + 5))
        tail = tail_of(text.encode(), is_cut=False)
        self.assertEqual((tail["text"].split("\n")[0], tail["isCut"]), ("line 5", True))

    def test_the_half_line_where_it_was_cut_is_left_out(self) -> None:
        self.assertEqual(tail_of("ört\nwhole\n".encode()[1:], is_cut=True), {"text": "whole", "isCut": True})

    def test_progress_bars_and_long_lines(self) -> None:
        tail = tail_of(b"10 %\r\x1b[32m20 %\x1b[0m\r\n" + b"x" * (LONGEST_LINE_CHARACTERS + 1), is_cut=False)
        self.assertEqual(tail["text"], f"20 %\n{'x' * LONGEST_LINE_CHARACTERS} …")


class PhasesTest(unittest.TestCase):
    RUN = {"createdTime": "2026-01-01T00:00:00.000000Z", "startTime": None, "endTime": "2026-01-01T00:00:09Z", "status": "Completed"}

    def changes(self, *moments: tuple[str, str, int]) -> list[dict[str, Any]]:
        return [
            {"type": "run.status", "time": f"2026-01-01T00:00:{second:02}.500Z", "data": {"from": before, "to": after}}
            for before, after, second in moments
        ]

    def test_each_phase_with_its_length(self) -> None:
        changes = self.changes(
            ("Queued", "Preparing", 1), ("Preparing", "Starting", 2), ("Starting", "Running", 3), ("Running", "Finalizing", 7),
            ("Finalizing", "Completed", 8),
        )  # fmt: skip
        lengths = [(phase["name"], phase["endMs"] - phase["startMs"]) for phase in phases_of(self.RUN, changes)]
        self.assertEqual(lengths, [("queued", 1500), ("preparing", 2000), ("running", 4000), ("finalizing", 1000)])

    def test_a_run_that_never_changed(self) -> None:
        self.assertEqual([phase["name"] for phase in phases_of(self.RUN, [])], ["running"])


if __name__ == "__main__":
    unittest.main()
