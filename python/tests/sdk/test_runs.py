"""Runs of the SDK against a real server: their life, their children, finding them, and what is told of them."""

from __future__ import annotations

import warnings

from runstead import Run, RunsteadError, UserError
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
