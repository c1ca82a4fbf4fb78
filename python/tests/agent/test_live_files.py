"""What a job writes to ./logs and ./outputs is seen while it runs, and is right in the end."""

from __future__ import annotations

import base64
import hashlib
import os
import signal
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

from runstead.agent import user_logs
from runstead.agent.courier import Courier
from runstead.agent.results import FileState, state_or_none
from runstead.agent.server_link import LinkClosed
from runstead.connection import path_of
from tests.agent.jobs_on_server import JobsOnServer
from tests.support import REPOSITORY, start_server, wait_until

#: TensorBoard's own writer has written it.
EVENT_FILE = REPOSITORY / "packages" / "server" / "src" / "testing" / "event-files" / "tensorflow-2.tfevents"
#: Defines `until(name)`, which waits for the test.
BEGIN = "import os, time\ndef until(name):\n    while not os.path.exists(name): time.sleep(0.01)\n"


class LiveFilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)

    def submit(self, code: str) -> str:
        run_id = self.jobs.submit(BEGIN + code)
        self.jobs.wait_for_file(run_id, "status.json")
        return run_id

    def end(self, run_id: str) -> None:
        self.jobs.let_go_on(run_id, "end")
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        self.jobs.wait_for_removal(run_id)

    def test_log_grows_while_the_job_runs(self) -> None:
        run_id = self.submit(
            "log = open('logs/train.log', 'w', buffering=1)\nlog.write('one\\n')\nuntil('go')\nlog.write('two\\n')\nuntil('end')\nlog.write('three')"
        )
        self.jobs.wait_for_content(run_id, "logs/train.log", "one\n")
        self.jobs.let_go_on(run_id)
        self.jobs.wait_for_content(run_id, "logs/train.log", "one\ntwo\n")
        self.assertEqual(self.jobs.run(run_id)["status"], "Running")
        self.end(run_id)
        log = self.jobs.wait_for_seals(run_id)["logs/train.log"]
        self.assertEqual((log["kind"], self.jobs.file(run_id, "logs/train.log")), ("log", "one\ntwo\nthree"))

    def test_log_that_is_written_anew_is_in_the_end_what_it_was_last(self) -> None:
        cases = {
            "shorter": "open('logs/a.log', 'w').write('2')",
            "longer": "open('logs/a.log', 'w').write('second and longer')",
            "other file": "open('logs/b', 'w').write('second'); os.replace('logs/b', 'logs/a.log')",
        }
        for name, rewrite in cases.items():
            with self.subTest(name):
                run_id = self.submit(f"open('logs/a.log', 'w').write('first')\nuntil('end')\n{rewrite}")
                self.jobs.wait_for_content(run_id, "logs/a.log", "first")
                self.end(run_id)
                self.assertEqual(self.jobs.wait_for_seals(run_id)["logs/a.log"]["kind"], "artifact")
                self.assertIn(self.jobs.file(run_id, "logs/a.log"), ("2", "second and longer", "second"))

    def test_log_goes_on_when_the_agent_is_killed(self) -> None:
        run_id = self.submit("log = open('logs/a.log', 'w', buffering=1)\nlog.write('one\\n')\nuntil('go')\nlog.write('two\\n')\nuntil('end')")
        self.jobs.wait_for_content(run_id, "logs/a.log", "one\n")
        agent = self.server.agent_pid_or_none()
        os.kill(agent, signal.SIGKILL)
        self.jobs.let_go_on(run_id)
        self.jobs.wait_for_content(run_id, "logs/a.log", "one\ntwo\n")
        self.end(run_id)
        self.assertEqual(self.jobs.file(run_id, "logs/a.log"), "one\ntwo\n")

    def test_what_is_no_text_is_uploaded_in_the_end(self) -> None:
        run_id = self.submit("open('logs/events', 'wb').write(b'\\0\\1')\nopen('logs/text', 'w').write('text')\nuntil('end')")
        self.jobs.wait_for_content(run_id, "logs/text", "text")
        self.assertNotIn("logs/events", self.jobs.files(run_id))
        self.end(run_id)
        files = self.jobs.files(run_id)
        self.assertEqual((files["logs/events"]["kind"], files["logs/events"]["sizeBytes"]), ("artifact", 2))

    def test_event_files_of_tensorboard_become_metrics_while_the_job_runs(self) -> None:
        events = EVENT_FILE.read_bytes()
        name = "outputs/tb/events.out.tfevents.1.host"
        run_id = self.submit(
            f"import base64\nevents = base64.b64decode({base64.b64encode(events).decode()!r})\nos.makedirs('outputs/tb')\n"
            f"file = open({name!r}, 'wb', buffering=0)\nfile.write(events[:200])\nuntil('go')\nfile.write(events[200:])\nuntil('end')"
        )

        def counts() -> dict[str, int]:
            metrics = self.jobs.call("GET", path_of("runs", run_id, "metrics"))["metrics"]
            return {metric["name"]: metric["count"] for metric in metrics if not metric["name"].startswith("system/")}

        wait_until("the first of the events", lambda: counts().get("accuracy") == 1, 60)
        self.jobs.let_go_on(run_id)
        wait_until("all of the events", lambda: counts() == {"accuracy": 2, "bias": 2}, 60)
        self.assertEqual(self.jobs.run(run_id)["status"], "Running")
        self.end(run_id)
        file = self.jobs.wait_for_seals(run_id)[name]
        self.assertEqual((file["kind"], file["version"], file["sha256"]), ("log", 1, hashlib.sha256(events).hexdigest()))
        self.assertEqual(counts(), {"accuracy": 2, "bias": 2})

    def test_name_of_a_log_of_the_run_itself_is_refused(self) -> None:
        name = "logs/azureml/job_prep_azureml.log"
        run_id = self.submit(f"os.makedirs('logs/azureml')\nopen('{name}', 'w').write('mine')\nuntil('end')")
        self.end(run_id)
        self.assertNotIn("mine", self.jobs.file(run_id, name))
        self.assertIn(f"[runstead] {name}: a log of the run itself has this name\n", self.jobs.log(run_id))

    def test_output_is_uploaded_while_the_job_runs_and_again_when_it_changes(self) -> None:
        run_id = self.submit(
            "os.makedirs('outputs/deep')\nopen('outputs/deep/a', 'w').write('one')\nuntil('go')\nopen('outputs/deep/a', 'w').write('two')\nuntil('end')"
        )
        self.jobs.wait_for_content(run_id, "outputs/deep/a", "one")
        self.jobs.let_go_on(run_id)
        self.jobs.wait_for_content(run_id, "outputs/deep/a", "two")
        self.assertEqual(self.jobs.run(run_id)["status"], "Running")
        self.end(run_id)
        self.assertEqual(self.jobs.files(run_id)["outputs/deep/a"]["version"], 2)

    def test_output_that_is_still_written_waits(self) -> None:
        run_id = self.submit(
            "file = open('outputs/a', 'w', buffering=1)\n"
            "while not os.path.exists('go'): file.write('x'); file.flush(); time.sleep(0.1)\nopen('outputs/quiet', 'w').close()\nuntil('end')"
        )
        watched = self.jobs.folder_or_none(run_id) / "work" / "outputs" / "a"
        wait_until("a file that was never quiet for longer than files have to be", lambda: watched.exists() and watched.stat().st_size > 40, 60)
        self.assertNotIn("outputs/a", self.jobs.files(run_id))
        self.jobs.let_go_on(run_id)
        wait_until("the file that is quiet now", lambda: "outputs/a" in self.jobs.files(run_id))
        self.end(run_id)
        self.assertEqual(self.jobs.files(run_id)["outputs/a"]["version"], 1)


class UserLogsTest(unittest.TestCase):
    def test_of_very_many_logs_only_some_are_streamed(self) -> None:
        with tempfile.TemporaryDirectory() as work, mock.patch.object(user_logs, "STREAMS_MAX", 3):
            os.mkdir(os.path.join(work, "logs"))
            for number in range(5):
                Path(work, "logs", f"{number}.log").write_text("text", encoding="utf-8")
            opened: list[str] = []

            def open_stream(name: str, file_path: str, is_new: bool, writer: str | None) -> mock.Mock:
                opened.append(name)
                return mock.Mock(send_new=lambda: False, sent_bytes=0)

            logs = user_logs.UserLogs(work, set(), open_stream)
            for _ in range(2):
                logs.send_new(threading.Event())
        self.assertEqual(opened, ["logs/0.log", "logs/1.log", "logs/2.log"])


class FileStateTest(unittest.TestCase):
    def test_file_that_is_written_or_replaced_has_another_state(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a")
            self.assertIsNone(state_or_none(path))
            path.write_bytes(b"one")
            first = state_or_none(path)
            self.assertEqual(first, state_or_none(path))
            Path(folder, "b").write_bytes(b"two")
            os.utime(Path(folder, "b"), ns=(first.modified_nanoseconds, first.modified_nanoseconds))
            os.replace(Path(folder, "b"), path)
            self.assertEqual(FileState(first.inode, *state_or_none(path)[1:]), first)
            self.assertNotEqual(state_or_none(path), first)


class CourierTest(unittest.TestCase):
    def test_sends_again_and_again_until_it_is_stopped(self) -> None:
        third = threading.Event()
        given: list[threading.Event] = []

        def send(is_over: threading.Event) -> None:
            given.append(is_over)
            if len(given) == 3:
                third.set()

        courier = Courier("test", 0.001, send)
        self.assertTrue(third.wait(20))
        courier.stop()
        count = len(given)
        self.assertTrue(given[0].is_set())
        courier.stop()
        self.assertEqual(len(given), count)

    def test_sender_that_is_waiting_gives_up_when_it_is_stopped(self) -> None:
        begun = threading.Event()

        def send(is_over: threading.Event) -> None:
            begun.set()
            is_over.wait(20)
            raise LinkClosed

        courier = Courier("test", 0.001, send)
        self.assertTrue(begun.wait(20))
        courier.stop()


if __name__ == "__main__":
    unittest.main()
