"""RunDetails against a real server: what it takes, what it follows, and when it stops."""

from __future__ import annotations

import contextlib
import io
import queue
import subprocess
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any, Callable

from runstead import Run, RunDetails, UserError
from runstead.offline_run import OfflineRun
from runstead.widgets.run_watch import LINGER_SECONDS, RunWatch, watch_over
from tests.sdk.server_case import AZUREML_ROOTS, ServerCase

#: How soon a change must be shown.
SHOWN_SECONDS = 2.0
WAIT_SECONDS = 20.0


class Heard:
    """A listener that keeps what it is told, for a test to wait on."""

    def __init__(self) -> None:
        self.reports: queue.Queue[Any] = queue.Queue()

    def __call__(self, report: Any) -> None:
        self.reports.put(report)

    def until(self, condition: Callable[[Any], Any], seconds: float = WAIT_SECONDS) -> Any:
        """The first report of which the condition is true."""
        give_up_time = time.monotonic() + seconds
        while True:
            report = self.reports.get(timeout=max(0.01, give_up_time - time.monotonic()))
            if condition(report):
                return report


class FollowingTest(ServerCase):
    def watch(self, run: Any) -> tuple[RunWatch, Heard]:
        watch = watch_over(self.workspace.connection, "quickstart", run.id)
        self.addCleanup(watch.stop)
        heard = Heard()
        watch.read()
        watch.listen(heard)
        return watch, heard

    def test_what_changes_is_told_within_two_seconds_and_the_watch_ends_with_the_run(self) -> None:
        run = self.experiment.start_logging()
        run.log("loss", 1.0, step=0)
        watch, heard = self.watch(run)
        for step in range(1, 4):
            run.log("loss", 1.0 / (step + 1), step=step)
            run.flush()
            wanted = step + 1
            heard.until(lambda report: _points(report) == wanted, SHOWN_SECONDS)
        run.tag("quality", "good")
        heard.until(lambda report: report["run"]["tags"] == [["quality", "good"]], SHOWN_SECONDS)
        with run.child_run(name="child") as child:
            child.log("alpha", 1)
        heard.until(lambda report: report["children"] and report["children"]["rows"][0]["isEnded"], SHOWN_SECONDS)
        run.complete()
        heard.until(lambda report: report["run"]["status"] == "Completed", SHOWN_SECONDS)
        self.assertTrue(watch.join(LINGER_SECONDS + WAIT_SECONDS))

    def test_nothing_is_asked_while_nothing_happens(self) -> None:
        run = self.experiment.start_logging()
        watch, heard = self.watch(run)
        heard.until(lambda report: report["run"]["status"] == "Running")
        while True:
            try:
                heard.reports.get(timeout=1.5)
            except queue.Empty:
                break
        # Longer than two readings would be apart, and the stream was silent.
        self.assertTrue(watch.is_watching)
        run.complete()

    def test_several_displays_of_a_run_share_one_watch(self) -> None:
        run = self.experiment.start_logging()
        one, first = self.watch(run)
        other, second = self.watch(run)
        self.assertIs(one, other)
        self.assertEqual([thread.name for thread in threading.enumerate()].count(f"runstead-watch-{run.id}"), 1)
        run.complete()
        for heard in (first, second):
            heard.until(lambda report: report["run"]["isEnded"])

    def test_a_display_that_breaks_does_not_end_the_others(self) -> None:
        run = self.experiment.start_logging()
        watch, heard = self.watch(run)

        def broken(report: Any) -> None:
            raise RuntimeError("the notebook is gone")

        watch.listen(broken)
        run.complete()
        heard.until(lambda report: report["run"]["isEnded"])

    def test_a_server_that_goes_away_is_named_and_taken_up_again(self) -> None:
        run = self.experiment.start_logging()
        run.log("loss", 1.0)
        run.flush()
        watch, heard = self.watch(run)
        heard.until(lambda report: report["run"] is not None)
        self.server.kill()
        away = heard.until(lambda report: report["seen"]["problem"])
        self.assertRegex(away["seen"]["problem"], r"cannot be reached .* Trying again\.$")
        self.assertEqual(away["run"]["status"], "Running")
        self.start_server_again()
        heard.until(lambda report: report["seen"]["problem"] is None)
        run.complete()
        heard.until(lambda report: report["run"]["isEnded"])
        self.assertTrue(watch.join(LINGER_SECONDS + WAIT_SECONDS))

    def test_a_run_that_is_purged_ends_the_watch(self) -> None:
        run = self.experiment.start_logging()
        watch, heard = self.watch(run)
        heard.until(lambda report: report["run"] is not None)
        run.complete()
        self.call("POST", "runs", run.id, "lifecycle", body={"lifecycle": "trashed"})
        self.call("DELETE", "runs", run.id)
        self.assertTrue(watch.join(LINGER_SECONDS + WAIT_SECONDS))

    def test_a_run_that_has_ended_is_not_watched(self) -> None:
        run = self.experiment.start_logging()
        run.complete()
        watch, heard = self.watch(run)
        self.assertTrue(heard.until(lambda report: True)["run"]["isEnded"])
        self.assertFalse(watch.is_watching)


class RunDetailsTest(ServerCase):
    def shown(self, run: Any) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            RunDetails(run).show()
        return printed.getvalue()

    def test_in_a_terminal_it_is_text(self) -> None:
        run = self.experiment.start_logging(display_name="ridge")
        run.log("mse", 2859.69)
        run.complete()
        expected = f"Run 1 ridge of {self.experiment.name}: Completed\n{run.get_portal_url()}\n"
        self.assertTrue(self.shown(run).startswith(expected), self.shown(run))
        self.assertIn("\nmse: 2859.69\n", self.shown(run))
        self.assertEqual(self.shown(Run(self.experiment, run.id)), self.shown(run))

    def test_any_object_with_id_experiment_and_workspace_will_do(self) -> None:
        run = self.experiment.start_logging(display_name="ridge")
        run.complete()
        experiment = SimpleNamespace(name="elsewhere", workspace=SimpleNamespace(name="quickstart"))
        self.assertEqual(self.shown(SimpleNamespace(id=run.id, experiment=experiment)), self.shown(run))

    def test_what_is_no_run_is_refused(self) -> None:
        for thing in (None, "run", self.experiment, OfflineRun()):
            with self.assertRaisesRegex(UserError, "^RunDetails shows a run of a server; this is "):
                RunDetails(thing)

    def test_the_names_of_azureml(self) -> None:
        run = self.experiment.start_logging()
        run.complete()
        script = f"""
            import sys
            sys.path[:0] = {list(map(str, AZUREML_ROOTS))!r}
            from azureml.core import Run, Workspace
            from azureml.widgets import RunDetails
            experiment = Workspace.from_config().experiments[{self.experiment.name!r}]
            RunDetails(Run(experiment, {run.id!r})).show(render_lib=None)
        """
        process = self.run_script("\n".join(line.strip() for line in script.splitlines()))
        self.assertEqual((process.stderr, process.stdout), ("", self.shown(run)))

    def test_importing_the_sdk_imports_no_widget(self) -> None:
        code = "import sys, runstead; runstead.Run; print([name for name in sys.modules if 'widget' in name or name == 'IPython'])"
        output = subprocess.run([sys.executable, "-c", code], env=self.environment(), capture_output=True, text=True, check=True)
        self.assertEqual(output.stdout, "[]\n")

    def test_the_watch_of_a_script_does_not_keep_it_from_ending(self) -> None:
        run = self.experiment.start_logging()
        script = (
            "from runstead import Workspace\nfrom runstead.widgets.run_watch import watch_over\n"
            f"watch_over(Workspace().connection, 'quickstart', {run.id!r}).listen(print)"
        )
        process = self.run_script(script)
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        run.complete()


def _points(report: Any) -> int:
    charts = report["metrics"]["charts"] if report["metrics"] else []
    return charts[0]["count"] if charts else 0
