"""From the spool to the server: everything once, in order, whatever happens in between."""

from __future__ import annotations

import os
import signal
import warnings
from typing import Any

from runstead import UnsentWarning
from runstead.advice import LoggingWarning
from runstead.connection import Connection
from runstead.delivery import deliver_next
from runstead.records import POINTS_PER_RECORD
from runstead.sender import longest_pause_seconds
from runstead.spool import drain, spool_root
from runstead.spool_file import SpoolFile
from tests.sdk.server_case import ServerCase

LOG_AND_BE_KILLED = """
import os, signal, sys
from runstead import Experiment, Workspace
run = Experiment(Workspace(), "killed").start_logging()
print(run.id, flush=True)
for number in range(5000):
    run.log("number", number)
os.kill(os.getpid(), signal.SIGKILL)
"""

LOG_THROUGH_AN_OUTAGE = """
import sys
from runstead import Experiment, Workspace
run = Experiment(Workspace(), "outage").start_logging()
print(run.id, flush=True)
for number in range(100):
    run.log("number", number)
run.flush()
print("flushed", flush=True)
sys.stdin.readline()
child = run.child_run(name="made without the server")
print(child.id, flush=True)
for number in range(100, 200):
    run.log("number", number)
    child.log("number", number)
run.tag("phase", "away")
run.tag("phase", "still away")
child.complete()
print("logged", flush=True)
sys.stdin.readline()
run.complete()
print("completed", flush=True)
"""

WORKERS = """
import multiprocessing, os
from runstead import Experiment, Workspace
run = Experiment(Workspace(), "workers").start_logging()
def work(worker):
    for number in range(50):
        run.log("number", worker * 50 + number)
def work_and_vanish(worker):
    work(worker)
    os._exit(0)
context = multiprocessing.get_context("fork")
workers = [context.Process(target=target, args=(worker,)) for worker, target in enumerate((work, work_and_vanish, work, work_and_vanish))]
for worker in workers: worker.start()
for worker in workers: worker.join()
run.complete()
print(run.id)
"""


class DeliveryTest(ServerCase):
    def test_a_run_leaves_nothing_in_the_spool(self) -> None:
        with self.experiment.start_logging() as run:
            for number in range(1000):
                run.log("number", number, step=number * 10)
            run.log_list("long", list(range(POINTS_PER_RECORD * 3)))
        self.assertEqual(run.get_metrics(), {"number": list(range(1000)), "long": list(range(POINTS_PER_RECORD * 3))})
        self.assertEqual(list(spool_root().iterdir()), [])

    def test_what_a_killed_process_logged_is_sent_later_and_once(self) -> None:
        killed = self.run_script(LOG_AND_BE_KILLED)
        self.assertEqual(killed.returncode, -signal.SIGKILL)
        run_id = killed.stdout.strip()
        for _ in range(2):
            sent = self.sync()
            self.assertEqual(sent.returncode, 0, sent.stdout + sent.stderr)
        self.assertEqual(self.points(run_id, "number"), list(range(5000)))
        self.assertEqual(self.spool_paths(), [])

    def test_the_next_process_sends_what_a_killed_one_left(self) -> None:
        run_id = self.run_script(LOG_AND_BE_KILLED).stdout.strip()
        follower = self.run_script(
            "import time\nfrom runstead import Experiment, Workspace\nfrom runstead.spool import server_folder, spool_files_in\n"
            "ws = Workspace()\nwith Experiment(ws, 'next').start_logging() as run:\n    run.log('a', 1)\n"
            "give_up = time.monotonic() + 20\n"
            "while spool_files_in(server_folder(ws.connection.url)) and time.monotonic() < give_up: time.sleep(0.02)\n"
        )
        self.assertEqual(follower.returncode, 0, follower.stderr)
        self.assertEqual(self.points(run_id, "number"), list(range(5000)))
        self.assertEqual(self.spool_paths(), [])

    def test_an_outage_is_filled_in_when_the_server_is_back(self) -> None:
        process = self.start_script(LOG_THROUGH_AN_OUTAGE)
        assert process.stdin and process.stdout and process.stderr
        run_id = process.stdout.readline().strip()
        self.assertEqual(process.stdout.readline(), "flushed\n")
        self.server.kill()
        process.stdin.write("\n")
        process.stdin.flush()
        child_id = process.stdout.readline().strip()
        self.assertEqual(process.stdout.readline(), "logged\n")
        self.start_server_again()
        process.stdin.write("\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), "completed\n", process.stderr.read() if process.poll() else "")
        self.assertEqual(process.wait(30), 0)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()
        self.assertEqual(self.points(run_id, "number"), list(range(200)))
        self.assertEqual(self.points(child_id, "number"), list(range(100, 200)))
        run, child = self.call("GET", "runs", run_id), self.call("GET", "runs", child_id)
        self.assertEqual((run["status"], run["tags"]), ("Completed", {"phase": "still away"}))
        self.assertEqual((child["status"], child["parentId"], child["name"]), ("Completed", run_id, "made without the server"))
        self.assertLess(child["startTime"], child["endTime"])
        self.assertEqual(self.spool_paths(), [])

    def test_a_script_that_ends_during_an_outage_says_so_and_sync_sends_it(self) -> None:
        script = (
            "import sys\nfrom runstead import Experiment, Workspace\nrun = Experiment(Workspace(), 'alone').start_logging()\n"
            "print(run.id, flush=True)\nsys.stdin.readline()\nrun.log('a', 1)\nrun.complete()\n"
        )
        process = self.start_script(script, RUNSTEAD_FLUSH_SECONDS="0.5")
        assert process.stdout
        run_id = process.stdout.readline().strip()
        self.server.kill()
        _, printed = process.communicate("\n", timeout=60)
        self.assertEqual(process.returncode, 0, printed)
        self.assertIn("2 records not sent yet", printed)
        self.assertIn("python -m runstead sync", printed)
        self.start_server_again()
        sent = self.sync()
        self.assertEqual(sent.returncode, 0, sent.stdout + sent.stderr)
        self.assertIn("Sent 2 records. Nothing is left.", sent.stdout)
        self.assertEqual(self.points(run_id, "a"), [1])
        self.assertEqual(self.call("GET", "runs", run_id)["status"], "Completed")

    def test_workers_that_end_with_and_without_farewell_lose_nothing(self) -> None:
        done = self.run_script(WORKERS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(self.points(done.stdout.strip(), "number")), list(range(200)))
        self.assertEqual(self.spool_paths(), [])

    def test_a_batch_whose_reply_was_lost_is_not_stored_twice(self) -> None:
        file = self.spool_of(self.experiment.start_logging().id)
        file.write(b'["s",1,"a",1,null]\n')
        begin = file.acknowledged
        deliver_next(self.server.connection, file)
        # The acknowledgement was lost, and more was logged since: the batch now reaches beyond what is stored.
        file.acknowledge(begin)
        file.write(b'["s",2,"a",2,null]\n')
        while deliver_next(self.server.connection, file):
            pass
        self.assertEqual(self.points(str(file.header["runId"]), "a"), [1, 2])
        file.close()

    def test_what_the_server_refuses_is_set_aside_and_holds_up_nothing(self) -> None:
        run = self.experiment.start_logging()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for number in range(40):
                run.log("good", number)
                run.log("x" * 256 if number == 20 else "also good", number)
            result = run.flush()
        self.assertTrue(result.is_sent)
        self.assertEqual([refusal.record_count for refusal in result.refusals], [1])
        self.assertEqual([warning.category for warning in caught], [LoggingWarning, UnsentWarning])
        self.assertIn("1 record of run", str(caught[1].message))
        self.assertEqual(run.get_metrics("good"), {"good": list(range(40))})
        self.assertEqual(len(run.get_metrics("also good")["also good"]), 39)
        run.complete()
        (left,) = self.spool_paths()
        self.assertTrue(left.endswith(".refused"), left)

    def test_another_kind_under_one_name_is_refused_by_name(self) -> None:
        run = self.experiment.start_logging()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            run.log("metric", 1)
            run.log_list("metric", [1, 2])
            run.log("metric", 2)
            run.log("other", 3)
            run.complete()
        self.assertIn('"metric"', str(caught[0].message))
        self.assertEqual(run.get_metrics(), {"metric": [1, 2], "other": 3})

    def test_rows_and_tables_share_a_name(self) -> None:
        run = self.experiment.start_logging()
        run.log_row("wave", angle=0, sine=0.5)
        run.flush()
        run.log_table("wave", {"angle": [1, 2], "sine": [0.25, 0.125]})
        run.complete()
        self.assertEqual(run.get_metrics(), {"wave": {"angle": [0, 1, 2], "sine": [0.5, 0.25, 0.125]}})

    def test_records_of_a_run_that_is_gone_are_set_aside(self) -> None:
        file = self.spool_of("never-created")
        file.write(b'["s",1,"a",1,null]\n["s",2,"a",2,null]\n')
        file.abandon()
        result = drain(self.folder / "spool", self.server.connection, 10)
        self.assertEqual((result.sent, result.unsent, result.reason), (2, 0, None))
        self.assertEqual(sum(refusal.record_count for refusal in result.refusals), 2)
        self.assertIn("never-created", result.refusals[0].message)

    def test_a_server_on_this_machine_is_asked_again_within_two_seconds_however_long_it_was_away(self) -> None:
        self.assertEqual(
            [longest_pause_seconds(failures, True, False) for failures in (1, 2, 3, 4, 1000)], [0.25, 0.5, 1.0, 1.5, 1.5]
        )
        self.assertEqual([longest_pause_seconds(failures, False, False) for failures in (1, 7, 1000)], [0.25, 15.0, 15.0])
        self.assertEqual([longest_pause_seconds(failures, False, True) for failures in (1, 1000)], [0.25, 1.0])
        addresses = {"http://127.0.0.1:1": True, "http://localhost": True, "http://[::1]:1": True, "http://192.168.0.9": False}
        self.assertEqual({url: Connection(url).is_loopback for url in addresses}, addresses)

    def test_drain_gives_up_in_its_time_and_says_why(self) -> None:
        file = self.spool_of("run-1")
        file.write(b'["s",1,"a",1,null]\n')
        file.abandon()
        result = drain(self.folder / "spool", Connection("http://127.0.0.1:9"), 0.5)
        self.assertEqual((result.sent, result.unsent, result.is_complete), (0, 1, False))
        self.assertIn("cannot be reached", str(result.reason))

    def test_drain_leaves_files_of_living_processes_alone(self) -> None:
        file = self.spool_of("run-1")
        file.write(b'["s",1,"a",1,null]\n')
        result = drain(self.folder / "spool", self.server.connection, 5)
        self.assertEqual((result.sent, result.unsent, result.busy), (0, 0, [file.path]))
        file.abandon()

    def test_spools_lie_nowhere_near_the_working_directory(self) -> None:
        run = self.experiment.start_logging()
        run.log("a", 1)
        run.complete()
        self.assertEqual([path for path in os.listdir(self.folder) if path != "state"], [])

    def spool_of(self, run_id: str) -> SpoolFile:
        header: dict[str, Any] = {"url": self.server.url, "workspace": "quickstart", "runId": run_id}
        return SpoolFile.create(self.folder / "spool", header)
