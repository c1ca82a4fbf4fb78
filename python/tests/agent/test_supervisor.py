"""The supervisor on its own: exit codes, signals, time limits, cancels, and that nothing of a job is ever left running."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from typing import Any
from unittest import mock

from runstead.agent import process_table, supervisor
from runstead.agent.job_folder import JobFolder, read_json_or_none, write_json
from runstead.agent.process_end import end_processes
from runstead.agent.process_table import MARKER_VARIABLE, ProcessIdentity, identify_or_none, marked_with
from tests.support import wait_until

DEADLINE_SECONDS = 20.0

# Starts a process that leaves its session and its parent, as a daemon does, and says its pid once it is ready.
ESCAPE = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        with open("escaped.new", "w") as file:
            file.write(str(os.getpid()))
        os.rename("escaped.new", "escaped")
        time.sleep(600)
    os._exit(0)
while not os.path.exists("escaped"):
    time.sleep(0.01)
"""

IGNORE_TERM = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open("ready", "w").close()
time.sleep(600)
"""


class SupervisedJob:
    """A job folder with a real supervisor on it."""

    def __init__(
        self,
        arguments: list[str],
        limit_seconds: float | None = None,
        grace_seconds: float = 10.0,
        in_namespace: bool = False,
        **share: Any,
    ) -> None:
        """`in_namespace`: nobody else sends anything over the network there."""
        self.folder = JobFolder(tempfile.mkdtemp())
        self._namespace = ["unshare", "--net"] if in_namespace else []
        self.marker = uuid.uuid4().hex
        os.mkdir(self.folder.work)
        plan = {
            "arguments": arguments,
            "folder": self.folder.work,
            "environment": {"PATH": os.environ["PATH"], MARKER_VARIABLE: self.marker},
            "graceSeconds": grace_seconds,
            "limitSeconds": limit_seconds,
            **share,
        }
        write_json(self.folder.plan, plan)
        self.process = self.start_supervisor()

    def start_supervisor(self) -> subprocess.Popen:
        command = [*self._namespace, sys.executable, "-S", "-E", "-s", supervisor.__file__, self.folder.path]
        return subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, text=True)

    def cancel(self, reason: str) -> None:
        write_json(self.folder.cancel, {"reason": reason})

    def status(self) -> dict[str, Any]:
        return read_json_or_none(self.folder.status) or {}

    def samples(self) -> list[dict[str, float]]:
        """What was measured of it."""
        with open(self.folder.usage, encoding="utf-8") as file:
            return [json.loads(line)["values"] for line in file]

    def end(self) -> dict[str, Any]:
        self.process.communicate(timeout=DEADLINE_SECONDS)
        return self.status()

    def log(self) -> str:
        with open(self.folder.log, encoding="utf-8") as file:
            return file.read()

    def wait_for_file(self, name: str) -> str:
        path = os.path.join(self.folder.work, name)
        wait_until(name, lambda: os.path.exists(path))
        with open(path, encoding="utf-8") as file:
            return file.read()

    def remove(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()
        end_processes(lambda: marked_with(self.marker), 0)
        shutil.rmtree(self.folder.path)


class SupervisorTest(unittest.TestCase):
    def supervise(self, *arguments: str, **settings: Any) -> SupervisedJob:
        job = SupervisedJob(list(arguments), **settings)
        self.addCleanup(job.remove)
        return job

    def python(self, code: str, **settings: Any) -> SupervisedJob:
        return self.supervise(sys.executable, "-c", code, **settings)

    def test_keeps_exit_code_and_both_streams_in_order(self) -> None:
        job = self.supervise("sh", "-c", "echo one; echo two >&2; echo three; exit 42")
        status = job.end()
        self.assertEqual((status["state"], status["exitCode"], status["signal"]), ("ended", 42, None))
        self.assertEqual(job.log(), "one\ntwo\nthree\n")

    def test_keeps_the_signal_that_ended_the_job(self) -> None:
        status = self.supervise("sh", "-c", "kill -SEGV $$").end()
        self.assertEqual((status["exitCode"], status["signal"]), (None, int(signal.SIGSEGV)))

    @unittest.skipUnless(process_table.HAS_PROC, "asks /proc")
    def test_job_runs_on_its_processors(self) -> None:
        (cpu, *_) = sorted(os.sched_getaffinity(0))
        job = self.python("import os; print(os.sched_getaffinity(0))", cpus=[cpu, 4095])
        job.end()
        self.assertEqual(job.log(), f"{{{cpu}}}\n")

    @unittest.skipUnless(process_table.HAS_PROC, "asks /proc")
    def test_job_that_uses_more_than_its_memory_is_ended_if_that_is_enforced(self) -> None:
        greedy = "import time; kept = bytearray(b'x' * (120 << 20)); print('has it', flush=True); time.sleep(3)"
        status = self.python(greedy, memoryLimitBytes=64 << 20, vmSize="STANDARD_D1_V2").end()
        self.assertTrue(status["memoryExceeded"])
        self.assertRegex(status["error"], r"^The job used 0\.1\d* GiB of the 0\.0625 GiB of STANDARD_D1_V2\.$")
        self.assertEqual(status["signal"], int(signal.SIGTERM))
        allowed = self.python(greedy, memoryLimitBytes=None, vmSize="STANDARD_D1_V2").end()
        self.assertEqual((allowed["exitCode"], allowed.get("memoryExceeded")), (0, None))

    @unittest.skipUnless(process_table.HAS_PROC, "asks /proc")
    def test_memory_that_processes_share_counts_once(self) -> None:
        sharing = (
            "import os, time\n"
            "kept = bytes(60 << 20).replace(b'\\0', b'x')\n"
            "children = [os.fork() for _ in range(1)]\n"
            "time.sleep(2.5)\n"
        )
        status = self.python(sharing, memoryLimitBytes=100 << 20, vmSize="STANDARD_D1_V2").end()
        self.assertEqual((status["exitCode"], status.get("memoryExceeded")), (0, None))

    def test_program_that_does_not_exist_answers_127_and_says_so_in_the_log(self) -> None:
        job = self.supervise("no-such-program")
        status = job.end()
        self.assertEqual((status["state"], status["exitCode"]), ("ended", 127))
        self.assertEqual(job.log(), "[runstead] the job cannot be started: no-such-program: not found\n")

    def test_program_that_cannot_be_executed_answers_126(self) -> None:
        job = self.supervise("/")
        self.assertEqual(job.end()["exitCode"], 126)
        self.assertEqual(job.log(), "[runstead] the job cannot be started: /: Permission denied\n")

    def test_job_has_every_signal_at_its_default(self) -> None:
        job = self.supervise("grep", "SigIgn", "/proc/self/status")
        job.end()
        self.assertEqual(int(job.log().split()[1], 16), 0)

    def test_job_has_a_session_of_its_own_and_no_input(self) -> None:
        job = self.python("import os, sys; print(os.getsid(0) == os.getpid(), repr(sys.stdin.read()))")
        job.end()
        self.assertEqual(job.log(), "True ''\n")

    def test_cancel_file_ends_the_job_with_its_reason(self) -> None:
        job = self.python("import time; open('ready', 'w').close(); time.sleep(600)")
        job.wait_for_file("ready")
        job.cancel("cancelled by ada")
        status = job.end()
        self.assertEqual((status["signal"], status["endReason"]), (int(signal.SIGTERM), "cancelled by ada"))
        self.assertEqual(job.log(), "[runstead] ending the job: cancelled by ada\n")

    def test_job_that_handles_term_ends_in_its_own_way(self) -> None:
        job = self.python(
            "import signal, sys, time\n"
            "signal.signal(signal.SIGTERM, lambda *_: (print('saved', flush=True), sys.exit(7)))\n"
            "open('ready', 'w').close()\n"
            "time.sleep(600)"
        )
        job.wait_for_file("ready")
        job.cancel("enough")
        self.assertEqual(job.end()["exitCode"], 7)
        self.assertEqual(job.log(), "[runstead] ending the job: enough\nsaved\n")

    def test_job_that_ignores_term_is_killed_after_the_grace(self) -> None:
        job = self.python(IGNORE_TERM, grace_seconds=0.5)
        job.wait_for_file("ready")
        cancelled = time.monotonic()
        job.cancel("enough")
        self.assertEqual(job.end()["signal"], int(signal.SIGKILL))
        self.assertGreaterEqual(time.monotonic() - cancelled, 0.5)

    def test_child_that_ignores_term_is_killed_too(self) -> None:
        job = self.python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {IGNORE_TERM!r}])", grace_seconds=0.3)
        job.wait_for_file("ready")
        job.cancel("enough")
        job.end()
        self.assertEqual(marked_with(job.marker), [])

    def test_stopped_job_is_ended(self) -> None:
        job = self.python("import os, signal; open('ready', 'w').close(); os.kill(os.getpid(), signal.SIGSTOP)")
        job.wait_for_file("ready")
        job.cancel("enough")
        self.assertEqual(job.end()["signal"], int(signal.SIGTERM))

    def test_escaped_processes_are_ended_with_a_cancelled_job(self) -> None:
        job = self.python(ESCAPE + "time.sleep(600)")
        escaped = identify_or_none(int(job.wait_for_file("escaped")))
        job.cancel("enough")
        job.end()
        self.assertFalse(escaped.is_alive())
        self.assertEqual(marked_with(job.marker), [])

    def test_escaped_processes_are_ended_when_the_main_process_ends_and_its_exit_code_stays(self) -> None:
        job = self.python(ESCAPE + "sys.exit(5)")
        status = job.end()
        self.assertEqual((status["exitCode"], status["endReason"], status["processesLeft"]), (5, None, 0))
        self.assertEqual(marked_with(job.marker), [])

    def test_job_over_its_time_limit_is_ended(self) -> None:
        job = self.python("import time; time.sleep(600)", limit_seconds=0.3)
        status = job.end()
        self.assertEqual((status["timedOut"], status["signal"]), (True, int(signal.SIGTERM)))
        self.assertEqual(job.log(), "[runstead] ending the job: it ran longer than its limit of 0.3 s\n")

    def test_second_supervisor_refuses_while_the_first_lives(self) -> None:
        job = self.python("import time; open('ready', 'w').close(); time.sleep(600)")
        job.wait_for_file("ready")
        second = job.start_supervisor()
        _, complaint = second.communicate(timeout=DEADLINE_SECONDS)
        self.assertEqual(second.returncode, supervisor.EXIT_CODE_ALREADY_SUPERVISED)
        self.assertEqual(complaint, f"{job.folder.path}: another supervisor holds the lock\n")

    def test_job_that_ended_is_not_run_again(self) -> None:
        job = self.supervise("sh", "-c", "echo once")
        before = job.end()
        second = job.start_supervisor()
        _, complaint = second.communicate(timeout=DEADLINE_SECONDS)
        self.assertEqual(second.returncode, supervisor.EXIT_CODE_ALREADY_SUPERVISED)
        self.assertEqual(complaint, f"{job.folder.path}: the job was started before\n")
        self.assertEqual((job.status(), job.log()), (before, "once\n"))

    def test_supervisor_told_to_stop_ends_its_job_and_says_why(self) -> None:
        job = self.python("import time; open('ready', 'w').close(); time.sleep(600)")
        job.wait_for_file("ready")
        job.process.terminate()
        self.assertEqual(job.end()["endReason"], "its supervisor was told to stop by SIGTERM")

    @unittest.skipUnless(os.geteuid() == 0 and sys.platform.startswith("linux"), "needs the right to mount a small disk")
    def test_exit_code_outlives_a_full_disk(self) -> None:
        disk = tempfile.mkdtemp()
        self.addCleanup(os.rmdir, disk)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        code = "import os, sys, time\nopen('ready', 'w').close()\nwhile not os.path.exists('go'): time.sleep(0.01)\nsys.exit(7)"
        with mock.patch.object(tempfile, "mkdtemp", lambda: os.path.join(disk, "job")):
            os.mkdir(os.path.join(disk, "job"))
            job = self.python(code)
        job.wait_for_file("ready")
        wait_until("status running", lambda: job.status().get("pid"))
        with open(os.path.join(disk, "ballast"), "wb", buffering=0) as ballast, self.assertRaises(OSError):
            while True:
                ballast.write(bytes(1024))
        main = identify_or_none(job.status()["pid"])
        os.mkdir(os.path.join(job.folder.work, "go"))
        wait_until("end of the main process", lambda: not main.is_alive())
        self.assertEqual(job.status()["state"], "running")
        os.unlink(os.path.join(disk, "ballast"))
        status = job.end()
        self.assertEqual((status["state"], status["exitCode"]), ("ended", 7))

    def test_killed_supervisor_takes_the_main_process_along_and_a_sweep_ends_the_rest(self) -> None:
        job = self.python(ESCAPE + "open('ready', 'w').close(); time.sleep(600)")
        escaped = identify_or_none(int(job.wait_for_file("escaped")))
        status = wait_until("status running", lambda: job.status().get("pid") and job.status())
        main = identify_or_none(status["pid"])
        job.process.kill()
        job.process.wait()
        wait_until("end of the main process", lambda: not main.is_alive())
        self.assertFalse(ProcessIdentity.from_json(status["supervisor"]).is_alive())
        self.assertTrue(escaped.is_alive())
        self.assertEqual(end_processes(lambda: marked_with(job.marker), 1.0), 0)
        # A process loses its environment, by which it was found, a moment before it is gone.
        wait_until("end of the escaped process", lambda: not escaped.is_alive())
        self.assertEqual(job.status()["state"], "running")


@unittest.skipUnless(shutil.which("ps"), "needs ps")
class ProcessTableWithoutProcTest(unittest.TestCase):
    """What other systems than Linux use."""

    def setUp(self) -> None:
        patched = mock.patch.object(process_table, "HAS_PROC", False)
        patched.start()
        self.addCleanup(patched.stop)

    def test_process_is_alive_until_it_ends(self) -> None:
        process = subprocess.Popen(["sleep", "600"])
        identity = identify_or_none(process.pid)
        self.assertTrue(identity.is_alive())
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        self.assertFalse(identity.is_alive())
        process.wait()
        self.assertFalse(identity.is_alive())

    def test_descendants_and_members_of_a_group(self) -> None:
        process = subprocess.Popen(["sh", "-c", "sleep 600 & echo $!; wait"], stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(os.killpg, process.pid, signal.SIGKILL)
        grandchild = int(process.stdout.readline())
        self.assertIn(grandchild, process_table.descendants_of(os.getpid()))
        self.assertEqual(process_table.descendants_of(process.pid), [grandchild])
        self.assertEqual(sorted(process_table.members_of_group(process.pid)), [process.pid, grandchild])


class StartTest(unittest.TestCase):
    def test_supervisor_loads_nothing_that_it_does_not_need(self) -> None:
        """There is one for each job, and the job's first line waits for it."""
        code = "import sys, runstead.agent.supervisor; print(len(sys.modules), [name for name in sys.argv[1:] if name in sys.modules])"
        heavy = ["http.client", "subprocess", "threading", "logging", "asyncio", "dataclasses", "inspect", "runstead.connection"]
        folder = os.path.dirname(os.path.dirname(os.path.dirname(supervisor.__file__)))
        command = [sys.executable, "-S", "-s", "-c", code, *heavy]
        output = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
        count, found = output.split(" ", 1)
        self.assertEqual(found, "[]\n")
        self.assertLess(int(count), 100)


class ProcessIdentityTest(unittest.TestCase):
    def test_recycled_pid_is_another_process(self) -> None:
        own = identify_or_none(os.getpid())
        self.assertTrue(own.is_alive())
        self.assertFalse(own._replace(start="1").is_alive())
        self.assertFalse(own._replace(boot_id="another boot").is_alive())

    def test_process_that_waits_to_be_reaped_is_not_alive(self) -> None:
        process = subprocess.Popen(["sleep", "600"])
        identity = identify_or_none(process.pid)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        self.assertFalse(identity.is_alive())
        process.wait()

    def test_identity_survives_being_written_down(self) -> None:
        own = identify_or_none(os.getpid())
        self.assertEqual(ProcessIdentity.from_json(json.loads(json.dumps(own.to_json()))), own)


if __name__ == "__main__":
    unittest.main()
