"""What is logged and probably not meant is said at once, at the line of the script, and ends nothing."""

from __future__ import annotations

import warnings

from runstead import UnsentWarning
from runstead.advice import LoggingWarning
from tests.sdk.server_case import ServerCase


class AdviceTest(ServerCase):
    def test_what_is_probably_not_meant_is_said_at_the_line_and_goes_on(self) -> None:
        class Loss:
            def __repr__(self) -> str:
                return "a loss"

        run = self.experiment.start_logging()
        calls = (
            (lambda: run.log("x", None), "'x' was given None"),
            (lambda: run.log("x", Loss()), "'x' was given a Loss"),
            (lambda: run.log("", 1), "name '' has 0 characters; a name has 1 to 255"),
            (lambda: run.log("n" * 256, 1), "has 256 characters"),
            (lambda: run.log(None, 1), "'None' is a NoneType, not a text"),  # type: ignore[arg-type]
            (lambda: run.log_list(7, [1, 2]), "'7' is a int, not a text"),  # type: ignore[arg-type]
            (lambda: run.log_row((1, 2), x=1), "'\\(1, 2\\)' is a tuple, not a text"),  # type: ignore[arg-type]
            (lambda: run.log_confusion_matrix("cm", {"a": 1}), "'cm' has no matrix in its data"),
            (lambda: run.log_residuals("r", {"data": {"bin_edges": [0, 1]}}), "'r' has no bin_counts"),
        )
        for call, message in calls:
            with self.assertWarnsRegex(LoggingWarning, message) as warned:
                call()
            self.assertEqual(warned.filename, __file__)
        with self.assertWarns(UnsentWarning):
            self.assertEqual([one.record_count for one in run.flush().refusals], [1, 1])
        run.complete()
        self.assertEqual(run.get_metrics("x"), {"x": [None, "a loss"]})
        self.assertEqual(run.get_metrics("None") | run.get_metrics("7"), {"None": 1, "7": [1, 2]})
        self.assertEqual(run.get_metrics("(1, 2)"), {"(1, 2)": {"x": 1}})

    def test_names_at_their_limits_and_whole_documents_are_logged_in_silence(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with self.experiment.start_logging() as run:
                run.log("n" * 255, 1)
                run.log_confusion_matrix("cm", {"schema_type": "confusion_matrix", "data": {"matrix": [[1]]}})
        self.assertEqual(set(run.get_metrics()), {"n" * 255, "cm"})
