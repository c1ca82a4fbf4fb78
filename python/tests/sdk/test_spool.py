"""What a log call returned from is in the spool, whatever happens to the process."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import unittest
from unittest.mock import patch

from runstead import spool, spool_file
from runstead.agent.process_table import MARKER_VARIABLE
from runstead.spool import Spool
from runstead.spool_file import SpoolFile
from tests.sdk.spool_case import HEADER, SpoolCase

#: Prints each number after the call that logged it has returned.
LOG_FOR_EVER = """
import sys
from runstead import Run
run = Run.get_context()
number = 0
while True:
    run.log("number", number)
    sys.stdout.write(f"{number}\\n")
    number += 1
"""

LOG_IN_WORKERS = """
import os
from runstead import Run
run = Run.get_context()
run.log("who", "parent before")
workers = []
for worker in range(3):
    pid = os.fork()
    if pid == 0:
        for number in range(100):
            run.log("who", f"worker {worker} {number}")
        os._exit(0)
    workers.append(pid)
for pid in workers:
    os.waitpid(pid, 0)
run.log("who", "parent after")
"""

LOG_FROM_THREADS = """
import threading
from runstead import Run
run = Run.get_context()
def work(thread):
    for number in range(500):
        run.log("who", f"{thread} {number}")
threads = [threading.Thread(target=work, args=(thread,)) for thread in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


class KillTest(SpoolCase):
    def test_a_record_whose_call_returned_survives_kill_9(self) -> None:
        for lines in (1, 50, 700, 3000):
            with self.subTest(lines=lines):
                self.assert_nothing_lost_when_killed_after(lines)

    def assert_nothing_lost_when_killed_after(self, lines: int) -> None:
        for path in self.files():
            path.unlink()
        process = subprocess.Popen(
            [sys.executable, "-c", LOG_FOR_EVER], env=self.job_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        returned = lines + len([line for line in process.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")])
        process.wait()
        process.stdout.close()
        numbers = [fields[3] for fields in self.records()]
        self.assertEqual(numbers, list(range(len(numbers))))
        self.assertGreaterEqual(len(numbers), returned)

    def test_forked_workers_write_files_of_their_own(self) -> None:
        self.run_script(LOG_IN_WORKERS)
        expected = ["parent before", "parent after"] + [f"worker {worker} {number}" for worker in range(3) for number in range(100)]
        self.assertEqual(sorted(fields[3] for fields in self.records()), sorted(expected))
        self.assertEqual(len(self.files()), 4)

    def test_threads_do_not_mix_their_records(self) -> None:
        self.run_script(LOG_FROM_THREADS)
        found = [fields[3] for fields in self.records()]
        self.assertEqual(sorted(found), sorted(f"{thread} {number}" for thread in range(4) for number in range(500)))

    def test_a_process_of_a_job_says_that_its_node_sends_what_is_unsent(self) -> None:
        script = "from runstead import Run\nrun = Run.get_context()\nrun.log('a', 1)\nrun.complete()"
        environment = {**self.job_environment(), MARKER_VARIABLE: "of a job"}
        printed = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=60
        ).stderr
        self.assertIn("the node of this job sends them when the server is back", printed)
        self.assertNotIn("runstead sync", printed)

    def test_a_process_that_ends_without_its_server_says_what_is_unsent_and_how_to_send_it(self) -> None:
        printed = self.run_script("from runstead import Run\nrun = Run.get_context()\nrun.log('a', 1)\nrun.complete()").stderr
        self.assertIn("1 record not sent yet", printed)
        self.assertIn("cannot be reached", printed)
        self.assertIn(str(self.folder), printed)
        self.assertIn("python -m runstead sync", printed)


class SpoolTest(SpoolCase):
    def setUp(self) -> None:
        super().setUp()
        patched = patch.dict(os.environ, {"RUNSTEAD_SPOOL": str(self.folder)})
        patched.start()
        self.addCleanup(patched.stop)
        self.pending: list[Spool] = []
        self.spool = Spool(HEADER, self.pending.append)

    def test_a_run_that_is_only_read_has_no_file(self) -> None:
        self.assertEqual(self.files(), [])

    def test_the_sender_is_told_once(self) -> None:
        for number in range(3):
            self.spool.append(f'["s",{number},"a",1,null]\n')
        self.assertEqual(self.pending, [self.spool])

    def test_a_file_that_has_grown_is_followed_by_another(self) -> None:
        with patch.object(spool, "FILE_BYTES", 300):
            for number in range(20):
                self.spool.append(f'["s",{number},"a",1,null]\n')
        self.assertGreater(len(self.files()), 2)
        self.assertEqual([fields[1] for fields in self.records()], list(range(20)))

    def test_a_full_disk_loses_whole_records_only_and_does_not_raise(self) -> None:
        self.spool.append('["s",0,"a",1,null]\n')
        real_write = os.write
        calls = []

        def write_half(descriptor: int, data: bytes) -> int:
            calls.append(data)
            if len(calls) == 1:
                return real_write(descriptor, data[:5])
            raise OSError(28, "No space left on device")

        with patch.object(spool_file.os, "write", write_half), patch("sys.stderr"):
            self.spool.append('["s",1,"a",1,null]\n')
        self.spool.append('["s",2,"a",1,null]\n')
        self.assertEqual([fields[1] for fields in self.records()], [0, 2])
        self.assertEqual((self.spool.lost, self.spool.appended), (1, 2))

    def test_a_folder_that_cannot_be_made_loses_records_and_does_not_raise(self) -> None:
        self.folder.parent.joinpath("spool").write_text("a file in the way", encoding="utf-8")
        with patch("sys.stderr"):
            self.spool.append('["s",0,"a",1,null]\n')
        self.assertEqual((self.spool.lost, self.spool.appended), (1, 0))

    def test_a_log_call_costs_no_more_than_20_microseconds_at_the_median(self) -> None:
        script = """
import time
from runstead import Run
run = Run.get_context()
for number in range(20_000):
    begin = time.perf_counter_ns()
    run.log("loss", number / 7)
    print(time.perf_counter_ns() - begin)
"""
        nanoseconds = [int(line) for line in self.run_script(script).stdout.split()]
        self.assertLessEqual(statistics.median(nanoseconds) / 1000, 20)


class SpoolFileTest(SpoolCase):
    def test_a_file_belongs_to_its_process_while_it_lives(self) -> None:
        file = SpoolFile.create(self.folder, HEADER)
        self.assertIsNone(SpoolFile.adopt(file.path))
        file.abandon()
        adopted = self.adopt(file.path)
        self.assertEqual(adopted.header["runId"], "run-1")
        self.assertEqual(adopted.writer, file.path.stem)
        adopted.abandon()

    def test_a_line_that_was_cut_off_is_no_record(self) -> None:
        file = SpoolFile.create(self.folder, HEADER)
        file.write(b'["s",1,"a",1,null]\n["s",2,"a"')
        file.abandon()
        adopted = self.adopt(file.path)
        batch = adopted.read_batch()
        assert batch is not None
        self.assertEqual([record.fields[1] for record in batch.records], [1])
        adopted.acknowledge(batch.last)
        self.assertTrue(adopted.is_sent)
        adopted.close()
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_new_owner_goes_on_after_what_was_acknowledged(self) -> None:
        file = SpoolFile.create(self.folder, HEADER)
        file.write(b'["s",1,"a",1,null]\n')
        first = file.read_batch()
        assert first is not None
        file.acknowledge(first.last)
        file.write(b'["s",2,"a",1,null]\n')
        file.abandon()
        adopted = self.adopt(file.path)
        second = adopted.read_batch()
        assert second is not None
        self.assertEqual((second.first, [record.fields[1] for record in second.records]), (first.last, [2]))
        adopted.abandon()

    def test_a_change_of_the_run_is_sent_alone_and_in_its_place(self) -> None:
        file = SpoolFile.create(self.folder, HEADER)
        file.write(b'["s",1,"a",1,null]\n["s",2,"a",1,null]\n["o",3,"POST","/x",{}]\n["s",4,"a",1,null]\n')
        times = []
        while (batch := file.read_batch()) is not None:
            times.append([record.fields[1] for record in batch.records])
            file.acknowledge(batch.last)
        self.assertEqual(times, [[1, 2], [3], [4]])
        file.close()

    def test_a_damaged_record_is_set_aside_and_holds_up_nothing(self) -> None:
        file = SpoolFile.create(self.folder, HEADER)
        file.write(b'["s",1,"a",1,null]\n\0\0\0\n["s",3,"a",1,null]\n')
        times = []
        while (batch := file.read_batch()) is not None:
            times += [record.fields[1] for record in batch.records]
            file.acknowledge(batch.last)
        self.assertEqual(times, [1, 3])
        self.assertIn("damaged", file.refused_path.read_text(encoding="utf-8"))
        file.close()

    def test_a_record_longer_than_what_is_read_at_once_is_read_whole(self) -> None:
        file = SpoolFile.create(self.folder, HEADER)
        text = "x" * 5000
        file.write(f'["s",1,"a","{text}",null]\n["s",2,"a",1,null]\n'.encode())
        with patch.object(spool_file, "READ_BYTES", 100):
            batch = file.read_batch()
        assert batch is not None
        self.assertEqual(batch.records[0].fields[3], text)
        file.abandon()

    def test_a_batch_has_a_limited_number_of_points(self) -> None:
        file = SpoolFile.create(self.folder, HEADER)
        file.write(b'["m",1,"l","list",{"l":[1,2,3]},null]\n' * 5)
        with patch.object(spool_file, "BATCH_POINTS", 7):
            batch = file.read_batch()
        assert batch is not None
        self.assertEqual(len(batch.records), 3)
        file.abandon()


class WhereSpoolsLieTest(SpoolCase):
    def test_outside_jobs_each_run_has_its_folder_below_the_state_of_the_user(self) -> None:
        with patch.dict(os.environ, {"XDG_STATE_HOME": str(self.folder)}):
            os.environ.pop("RUNSTEAD_SPOOL", None)
            self.assertEqual(spool.spool_folder(HEADER), self.folder / "runstead" / "spool" / "127.0.0.1_9" / "run-1")

    def test_a_home_that_cannot_be_written_to_is_replaced(self) -> None:
        self.folder.parent.joinpath("file").write_text("", encoding="utf-8")
        with patch.dict(os.environ, {"XDG_STATE_HOME": str(self.folder.parent / "file")}):
            root = spool.spool_root()
        self.assertEqual(root.name, "spool")
        self.assertNotIn(str(self.folder.parent / "file"), str(root))


if __name__ == "__main__":
    unittest.main()
