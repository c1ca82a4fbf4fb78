"""Runs of the SDK against a real server."""

from __future__ import annotations

import io
import math
import warnings
import zipfile
from pathlib import Path

from runstead import Experiment, Run, RunsteadError, UserError, Workspace
from runstead.compute import ComputeTargetNotFound
from runstead.connection import Connection
from runstead.leases import leases_of
from tests.sdk.server_case import ServerCase


class LifeOfARunTest(ServerCase):
    def test_a_run_goes_from_running_to_completed(self) -> None:
        run = self.experiment.start_logging(display_name="first", tags={"a": "b"}, properties={"c": "d"})
        self.assertEqual((run.get_status(), run.number, run.display_name), ("Running", 1, "first"))
        run.complete()
        self.assertEqual((run.get_status(), run.get_tags(), run.get_properties()), ("Completed", {"a": "b"}, {"c": "d"}))

    def test_a_scope_completes_its_run(self) -> None:
        with self.experiment.start_logging() as run:
            self.assertEqual(run.get_status(), "Running")
        self.assertEqual(run.get_status(), "Completed")

    def test_an_exception_fails_the_run_and_goes_on_its_way(self) -> None:
        with self.assertRaises(ZeroDivisionError), self.experiment.start_logging() as run:
            1 / 0
        self.assertEqual(run.get_status(), "Failed")
        error = run.get_error()
        assert error is not None
        self.assertEqual(error["message"], "User program failed with ZeroDivisionError: division by zero")
        self.assertIn("1 / 0", error["details"])

    def test_an_exit_with_zero_is_no_failure(self) -> None:
        with self.assertRaises(SystemExit), self.experiment.start_logging() as run:
            raise SystemExit(0)
        self.assertEqual(run.get_status(), "Completed")

    def test_a_run_that_was_ended_within_its_scope_stays_so(self) -> None:
        with self.experiment.start_logging() as run:
            run.fail("not good enough", error_code="Quality")
        self.assertEqual(run.get_status(), "Failed")
        self.assertEqual(run.get_error(), {"code": "Quality", "message": "not good enough"})

    def test_a_completed_run_can_still_fail_and_not_the_other_way(self) -> None:
        run = self.experiment.start_logging()
        run.complete()
        run.fail("the wrong training script")
        self.assertEqual(run.get_status(), "Failed")
        with self.assertRaises(RunsteadError) as refused:
            run.complete()
        self.assertEqual(refused.exception.code, "status-change-not-allowed")

    def test_cancel(self) -> None:
        run = self.experiment.start_logging()
        child = run.child_run()
        run.cancel()
        self.assertEqual((run.get_status(), child.get_status()), ("Canceled", "Canceled"))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            run.cancel()
        self.assertEqual(len(caught), 1)
        self.assertEqual(run.get_status(), "Canceled")

    def test_metrics_and_tags_can_be_written_after_the_end(self) -> None:
        run = self.experiment.start_logging()
        run.complete()
        run.log("late", 1)
        run.tag("late")
        self.assertEqual((run.get_metrics(), run.get_tags()), ({"late": 1}, {"late": None}))
        run.flush()

    def test_a_run_is_attached_to_by_its_id(self) -> None:
        run = self.experiment.start_logging()
        run.log("a", 1)
        run.complete()
        again = Run(self.experiment, run.id)
        self.assertEqual((again.get_metrics(), again.number, again.status), ({"a": 1}, 1, "Completed"))
        self.assertEqual(self.workspace.get_run(run.id).experiment.name, self.experiment.name)
        with self.assertRaises(RunsteadError) as missing:
            Run(self.experiment, "nothing-of-that-id")
        self.assertEqual(missing.exception.code, "not-found")

    def test_heartbeats_renew_the_lease(self) -> None:
        run = self.experiment.start_logging()
        before = self.call("GET", "runs", run.id)["leaseExpiryTime"]
        leases_of(self.workspace.connection).renew_all()
        self.assertGreater(self.call("GET", "runs", run.id)["leaseExpiryTime"], before)
        run.complete()

    def test_a_run_that_was_given_up_while_its_process_lived_comes_back(self) -> None:
        beating, silent = self.experiment.start_logging(), self.experiment.start_logging()
        for run in (beating, silent):
            given_up = {"status": "Failed", "error": {"code": "LeaseExpired", "message": "Nothing was heard of it."}}
            self.call("POST", "runs", run.id, "status", body=given_up)
        leases = leases_of(self.workspace.connection)
        leases.release(silent.id)
        leases.renew_all()
        self.assertEqual((beating.get_status(), silent.get_status()), ("Running", "Failed"))
        beating.complete()
        silent.complete()
        self.assertEqual((beating.get_status(), silent.get_status()), ("Completed", "Completed"))

    def test_a_run_that_was_cancelled_elsewhere_is_no_longer_kept_alive(self) -> None:
        run = self.experiment.start_logging()
        self.call("POST", "runs", run.id, "cancel", body={})
        with self.assertLogs("runstead", "WARNING") as logged:
            leases_of(self.workspace.connection).renew_all()
        self.assertIn(f"Run {run.id} is Canceled", logged.output[0])
        self.assertIsNone(self.call("GET", "runs", run.id)["leaseExpiryTime"])

    def test_the_portal_shows_the_run(self) -> None:
        run = self.experiment.start_logging()
        self.assertEqual(run.get_portal_url(), f"{self.server.url}/w/quickstart/runs/{run.id}")
        run.complete()


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


class ChildrenTest(ServerCase):
    def test_children_know_their_parent(self) -> None:
        with self.experiment.start_logging() as run:
            with run.child_run(name="part", run_id="my-own-id") as child:
                pass
        self.assertEqual((child.id, child.name, child.get_status()), ("my-own-id", "part", "Completed"))
        parent = child.parent
        assert parent is not None
        self.assertEqual((parent.id, parent.parent), (run.id, None))

    def test_many_children_are_made_in_one_request(self) -> None:
        run = self.experiment.start_logging()
        children = run.create_children(tag_key="alpha", tag_values=[0.1, 0.2, 0.3])
        self.assertEqual([child.tags for child in children], [{"alpha": "0.1"}, {"alpha": "0.2"}, {"alpha": "0.3"}])
        self.assertEqual([child.number for child in children], [2, 3, 4])
        self.assertEqual(len(run.create_children(count=5)), 5)
        self.assertEqual(run.create_children(count=0), [])
        for arguments in ({}, {"count": 1, "tag_key": "a", "tag_values": ["b"]}, {"tag_key": "a"}, {"tag_values": ["a"]}):
            with self.assertRaises(UserError):
                run.create_children(**arguments)  # type: ignore[arg-type]
        run.cancel()

    def test_children_are_found_by_what_is_known_of_them(self) -> None:
        run = self.experiment.start_logging()
        first, second = run.create_children(tag_key="it's", tag_values=['"good"', "bad"])
        grandchild = first.child_run()
        first.add_properties({"author": "me"})
        second.complete()
        self.assertEqual([child.id for child in run.get_children()], [second.id, first.id])
        self.assertEqual([child.id for child in run.get_children(tags={"it's": '"good"'})], [first.id])
        self.assertEqual([child.id for child in run.get_children(properties="author")], [first.id])
        self.assertEqual([child.id for child in run.get_children(status="Completed")], [second.id])
        self.assertEqual({child.id for child in run.get_children(recursive=True)}, {first.id, second.id, grandchild.id})
        self.assertEqual([child.id for child in first.get_children(recursive=True)], [grandchild.id])
        run.cancel()


class FindTest(ServerCase):
    def test_runs_are_found_newest_first_and_lazily(self) -> None:
        runs = [self.experiment.start_logging(tags={"number": str(number)}) for number in range(3)]
        child = runs[0].child_run()
        self.assertEqual([run.id for run in self.experiment.get_runs()], [run.id for run in reversed(runs)])
        self.assertIn(child.id, [run.id for run in self.experiment.get_runs(include_children=True)])
        self.assertEqual([run.id for run in self.experiment.get_runs(tags={"number": "1"})], [runs[1].id])
        runs[2].tag("worth another look")
        self.assertEqual([run.id for run in self.experiment.get_runs(tags="worth another look")], [runs[2].id])
        self.assertEqual([run.id for run in self.experiment.get_runs(tags={"worth another look": None})], [runs[2].id])
        runs[1].complete()
        self.assertEqual([run.id for run in self.experiment.get_runs(status="Completed")], [runs[1].id])
        self.assertEqual(next(self.experiment.get_runs(type="interactive")).id, runs[2].id)
        for run in (runs[0], runs[2]):
            run.cancel()

    def test_more_runs_than_a_page(self) -> None:
        parent = self.experiment.start_logging()
        parent.create_children(count=250)
        self.assertEqual(len(list(parent.get_children())), 250)
        parent.cancel()


class AttributesTest(ServerCase):
    def test_tags_change_and_go(self) -> None:
        run = self.experiment.start_logging()
        run.tag("quality", "great run")
        run.set_tags({"quality": "fantastic run", "seven": 7})  # type: ignore[dict-item]
        run.tag("worth another look")
        self.assertEqual(run.get_tags(), {"quality": "fantastic run", "seven": "7", "worth another look": None})
        run.remove_tags(["seven", "not there"])
        self.assertEqual(run.tags, {"quality": "fantastic run", "worth another look": None})
        run.complete()

    def test_properties_are_written_once(self) -> None:
        run = self.experiment.start_logging()
        run.add_properties({"author": "me"})
        run.add_properties({"author": "me"})
        with self.assertRaises(RunsteadError) as refused:
            run.add_properties({"author": "you"})
        self.assertEqual((refused.exception.code, refused.exception.details["key"]), ("property-changed", "author"))
        self.assertIn('"author"', str(refused.exception))
        run.add_properties({})
        self.assertEqual(run.get_properties(), {"author": "me"})
        run.complete()

    def test_a_refusal_is_raised_though_earlier_changes_are_still_on_their_way(self) -> None:
        run = self.experiment.start_logging(properties={"author": "me"})
        run.log_params({"alpha": 1})
        with self.assertRaises(RunsteadError):
            run.add_properties({"author": "you"})
        run.complete()

    def test_names_and_descriptions_change(self) -> None:
        run = self.experiment.start_logging()
        run.display_name = "better name"
        run.description = "what it was for"
        again = Run(self.experiment, run.id)
        self.assertEqual((again.display_name, again.description), ("better name", "what it was for"))
        run.complete()


class FilesTest(ServerCase):
    def test_files_go_up_and_come_down(self) -> None:
        Path("model.pkl").write_bytes(b"model")
        Path("folder/deep").mkdir(parents=True)
        Path("folder/deep/a.txt").write_text("a", encoding="utf-8")
        with self.experiment.start_logging() as run:
            run.upload_file("outputs/model.pkl", "model.pkl")
            run.upload_file("notes.txt", io.BytesIO(b"notes"))
            run.upload_folder("data", "folder")
            run.upload_files(["x/1", "x/2"], ["model.pkl", "model.pkl"])
            self.assertEqual(run.get_file_names(), ["data/deep/a.txt", "notes.txt", "outputs/model.pkl", "x/1", "x/2"])
        run.download_file("outputs/model.pkl", "down/model.pkl")
        self.assertEqual(Path("down/model.pkl").read_bytes(), b"model")
        run.download_file("notes.txt")
        self.assertEqual(Path("notes.txt").read_bytes(), b"notes")
        run.download_files("x/", "all")
        run.download_files("data/", "cut", append_prefix=False)
        self.assertEqual((Path("all/x/2").read_bytes(), Path("cut/deep/a.txt").read_text(encoding="utf-8")), (b"model", "a"))
        with self.assertRaisesRegex(UserError, "no files that begin with y/"):
            run.download_files("y/")
        with self.assertRaises(RunsteadError) as missing:
            run.download_file("nothing")
        self.assertEqual((missing.exception.code, Path("nothing").exists()), ("not-found", False))

    def test_a_large_file_goes_in_chunks(self) -> None:
        content = bytes(range(256)) * 4096 * 20
        Path("large.bin").write_bytes(content)
        with self.experiment.start_logging() as run:
            run.upload_file("large.bin", "large.bin")
        run.download_file("large.bin", "again.bin")
        self.assertEqual(Path("again.bin").read_bytes(), content)

    def test_a_path_that_would_leave_the_run_is_refused(self) -> None:
        Path("a").write_bytes(b"a")
        with self.experiment.start_logging() as run:
            for path in ("../../etc/passwd", "a/../../b", "nul\0"):
                with self.assertRaises(RunsteadError) as refused:
                    run.upload_file(path, "a")
                self.assertEqual(refused.exception.code, "invalid-path", path)

    def test_outputs_are_uploaded_at_the_end(self) -> None:
        with self.experiment.start_logging(outputs="outputs") as run:
            Path("outputs/model.txt").write_text("model", encoding="utf-8")
        self.assertEqual(run.get_file_names(), ["outputs/model.txt"])

    def test_outputs_that_are_no_folder_are_refused_before_a_run_is_made(self) -> None:
        before = len(list(self.experiment.get_runs()))
        with self.assertRaisesRegex(UserError, "^outputs is a folder, not False"):
            self.experiment.start_logging(outputs=False)  # type: ignore[arg-type]
        self.assertEqual(len(list(self.experiment.get_runs())), before)

    def test_the_source_is_kept_as_a_snapshot(self) -> None:
        Path("source").mkdir()
        Path("source/train.py").write_text("print('hello')", encoding="utf-8")
        with self.experiment.start_logging(snapshot_directory="source") as run:
            pass
        again = self.experiment.start_logging(snapshot_directory="source")
        self.assertEqual(again.get_snapshot_id(), run.get_snapshot_id())
        again.complete()
        with zipfile.ZipFile(run.restore_snapshot(path="source.zip")) as archive:
            self.assertEqual(archive.read("train.py"), b"print('hello')")


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
