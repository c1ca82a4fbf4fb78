"""What jobs and machines do to a job: daemons, endless lines, broken scripts, full disks, clocks that jump, a server that is away.

RUNSTEAD_FAULT_LINE_MIB sets the length of the long line (64; the promise is about 1024).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest
from datetime import datetime
from pathlib import Path

from tests.agent.jobs_on_server import DRIVER_LOG, JobsOnServer, pids_with
from tests.support import RunningServer, start_server, wait_until

MIB = 1024 * 1024
LINE_MIB = int(os.environ.get("RUNSTEAD_FAULT_LINE_MIB", "64"))
#: What server or agent may need more than before while a line of any length passes through.
MEMORY_GROWTH_MIB_MAX = 96

UNTIL_TOLD = """
import os, time
print("ready", flush=True)
while not os.path.exists("go"):
    time.sleep(0.01)
print("done")
"""

# Leaves its session and its parent, ignores SIGTERM and keeps standard output open, as a bad daemon does.
DAEMON = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        open("daemon", "w").close()
        time.sleep(600)
    os._exit(0)
while not os.path.exists("daemon"):
    time.sleep(0.01)
print("the daemon runs")
"""


class JobFaultsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)

    def test_daemon_is_ended_with_its_job(self) -> None:
        run_id = self.jobs.submit(DAEMON, cancelGraceSeconds=0.5)
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(self.jobs.log(run_id), "the daemon runs\n")
        self.jobs.wait_for_removal(run_id)
        self.assertEqual(pids_with(f"RUNSTEAD_RUN_ID={run_id}"), [])

    def test_output_without_a_line_feed_is_kept(self) -> None:
        run_id = self.jobs.submit(UNTIL_TOLD + 'import sys\nsys.stdout.write("no line feed")\nsys.stdout.flush()\nos._exit(0)\n')
        self.jobs.wait_for_line(run_id, "ready")
        self.jobs.let_go_on(run_id)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        self.assertEqual(self.jobs.log(run_id), "ready\ndone\nno line feed")

    def test_scripts_that_cannot_be_read_say_why(self) -> None:
        for content, said in (
            (b"\0print(1)\n", "SyntaxError: source code cannot contain null bytes"),
            (b"print('\xff')\n", "SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xff"),
        ):
            with self.subTest(content=content):
                run = self.jobs.wait_for_end(self.jobs.submit_bytes(content))
                self.assertEqual(run["status"], "Failed", run)
                self.assertEqual(run["error"]["details"], "The process ended with exit code 1.")
                self.assertRegex(run["error"]["message"], "SyntaxError|null bytes", said)

    def test_program_that_may_not_be_executed_says_so(self) -> None:
        run_id = self.jobs.submit("", script=None, command=["./script.py"])
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual((run["status"], run["error"]["message"]), ("Failed", "./script.py: Permission denied"))

    def test_line_without_an_end_takes_no_memory(self) -> None:
        # The agent has been at work before it is measured.
        self.jobs.wait_for_end(self.jobs.submit("print('warm')"))
        pids = {"server": self.server.server_pid(), "agent": self.server.agent_pid_or_none()}
        before = {name: _peak_memory_mib(pid) for name, pid in pids.items()}
        run_id = self.jobs.submit(
            f"import os\nfor _ in range({LINE_MIB}):\n    piece = b'x' * {MIB}\n"
            f"    while piece:\n        piece = piece[os.write(1, piece):]\nraise SystemExit(3)\n"
        )
        run = self.jobs.wait_for_end(run_id, 60 + LINE_MIB)
        grown = {name: _peak_memory_mib(pid) - before[name] for name, pid in pids.items()}
        self.assertEqual((run["status"], run["error"]["details"]), ("Failed", "The process ended with exit code 3."))
        expected = hashlib.sha256()
        for _ in range(LINE_MIB):
            expected.update(b"x" * MIB)
        file = wait_until("the log to be closed", lambda: self._sealed_log_or_none(run_id), 120.0)
        self.assertEqual((file["sizeBytes"], file["sha256"]), (LINE_MIB * MIB, expected.hexdigest()))
        print(f"a line of {LINE_MIB} MiB: {', '.join(f'{name} +{mib:.0f} MiB' for name, mib in grown.items())}")
        for name, mib in grown.items():
            self.assertLess(mib, MEMORY_GROWTH_MIB_MAX, name)

    def test_job_ends_while_the_server_is_away(self) -> None:
        run_id = self.jobs.submit(UNTIL_TOLD)
        self.jobs.wait_for_line(run_id, "ready")
        self.server.kill()
        self.jobs.let_go_on(run_id)
        status = wait_until("the end of the job", lambda: _ended_or_none(self.jobs, run_id))
        self.server.start()
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual((run["status"], run["endTime"]), ("Completed", status["endTime"]))
        self.assertEqual(self.jobs.log(run_id), "ready\ndone\n")
        self.jobs.wait_for_removal(run_id)

    def _sealed_log_or_none(self, run_id: str) -> dict | None:
        file = self.jobs.files(run_id)[DRIVER_LOG]
        return file if file["sealed"] else None


def _can_mount() -> bool:
    """Whether a small disk of its own can be had; in a container without that right it cannot."""
    folder = tempfile.mkdtemp()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True, capture_output=True)
        subprocess.run(["umount", folder], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return True


@unittest.skipUnless(_can_mount(), "no right to mount a small disk (tmpfs) here")
class FullDiskTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = RunningServer(Path(tempfile.mkdtemp(prefix="runstead-test-")))
        self.addCleanup(self.server.clean_up)

    def mount(self, path: Path, size_mib: int) -> None:
        path.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_mib}m,mode=700", "tmpfs", str(path)], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(path)], check=True)

    def bind(self, source: Path, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", str(source), str(path)], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(path)], check=True)

    def start(self) -> JobsOnServer:
        self.server.start()
        self.addCleanup(self.server.end_all)
        return JobsOnServer(self.server)

    def test_of_the_node(self) -> None:
        self.mount(self.server.node_folder, 24)
        jobs = self.start()
        run_id = jobs.submit(UNTIL_TOLD + "raise SystemExit(5)\n")
        jobs.wait_for_line(run_id, "ready")
        filler = _fill(self.server.node_folder)
        waiting = jobs.submit("print('later')")
        filler.unlink()
        jobs.let_go_on(run_id)
        run = jobs.wait_for_end(run_id)
        self.assertEqual((run["status"], run["error"]["details"]), ("Failed", "The process ended with exit code 5."))
        self.assertEqual(jobs.log(run_id), "ready\ndone\n")
        # What came while there was no room was given again when there was.
        self.assertEqual(jobs.wait_for_end(waiting)["status"], "Completed")

    def test_of_the_node_when_the_job_ends(self) -> None:
        self.mount(self.server.node_folder, 24)
        jobs = self.start()
        run_id = jobs.submit(UNTIL_TOLD.replace('"go"', '"/dev/shm/" + os.environ["RUNSTEAD_RUN_ID"]') + "raise SystemExit(5)\n")
        jobs.wait_for_line(run_id, "ready")
        filler = _fill(self.server.node_folder)
        gate = Path("/dev/shm", run_id)
        gate.touch()
        self.addCleanup(gate.unlink)
        wait_until("the end of the script", lambda: not [pid for pid in pids_with(f"RUNSTEAD_RUN_ID={run_id}")])
        filler.unlink()
        run = jobs.wait_for_end(run_id)
        # There was no room for the last line, which the script was told of; what it had printed before is there.
        self.assertEqual(run["status"], "Failed")
        self.assertIn(run["error"]["details"], [f"The process ended with exit code {code}." for code in (1, 5, 120)])
        self.assertTrue(jobs.log(run_id).startswith("ready\n"))
        jobs.wait_for_removal(run_id)

    def test_of_the_server(self) -> None:
        nodes = Path(tempfile.mkdtemp(prefix="runstead-test-nodes-"))
        self.addCleanup(shutil.rmtree, nodes, ignore_errors=True)
        self.mount(self.server.data_folder, 64)
        self.bind(nodes, self.server.data_folder / "nodes")
        jobs = self.start()
        run_id = jobs.submit(UNTIL_TOLD + "print('x' * 1000000)\nraise SystemExit(5)\n")
        jobs.wait_for_line(run_id, "ready")
        filler = _fill(self.server.data_folder)
        jobs.let_go_on(run_id)
        wait_until("the end of the job", lambda: _ended_or_none(jobs, run_id))
        wait_until("the agent's complaint", lambda: "trying again" in self.server.agent_output())
        self.assertNotIn(jobs.run(run_id)["status"], ("Completed", "Failed", "Canceled"))
        filler.unlink()
        run = jobs.wait_for_end(run_id)
        self.assertEqual((run["status"], run["error"]["details"]), ("Failed", "The process ended with exit code 5."))
        self.assertEqual(jobs.log(run_id), "ready\ndone\n" + "x" * 1000000 + "\n")
        jobs.wait_for_removal(run_id)


SHIFTED_CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

/* The clock of the wall, moved by the seconds that a file says now. */
static long shift(void) {
    const char *path = getenv("SHIFTED_CLOCK_FILE");
    FILE *file = path ? fopen(path, "r") : NULL;
    long seconds = 0;
    if (file) {
        if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
        fclose(file);
    }
    return seconds;
}

int clock_gettime(clockid_t id, struct timespec *value) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(id, value);
    if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) value->tv_sec += shift();
    return result;
}

int gettimeofday(struct timeval *value, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    value->tv_sec = now.tv_sec;
    value->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *value) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (value) *value = now.tv_sec;
    return now.tv_sec;
}
"""


@unittest.skipUnless(shutil.which("cc"), "no C compiler here, which the moved clock needs")
class ClockTest(unittest.TestCase):
    def test_that_jumps_leaves_status_and_durations_sane(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="runstead-test-clock-"))
        self.addCleanup(shutil.rmtree, folder)
        (folder / "clock.c").write_text(SHIFTED_CLOCK, encoding="utf-8")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", folder / "clock.so", folder / "clock.c", "-ldl"], check=True)
        shift = folder / "shift"
        shift.write_text("0", encoding="utf-8")
        server = RunningServer(Path(tempfile.mkdtemp(prefix="runstead-test-")))
        server.environment = {"LD_PRELOAD": str(folder / "clock.so"), "SHIFTED_CLOCK_FILE": str(shift)}
        self.addCleanup(server.clean_up)
        server.start()
        jobs = JobsOnServer(server)
        for seconds in (-7200, 86_400, 0):
            for restart in (False, True):
                with self.subTest(seconds=seconds, restart=restart):
                    run_id = jobs.submit(UNTIL_TOLD)
                    jobs.wait_for_line(run_id, "ready")
                    shift.write_text(str(seconds), encoding="utf-8")
                    if restart:
                        server.kill()
                        server.start()
                    jobs.let_go_on(run_id)
                    run = jobs.wait_for_end(run_id)
                    self.assertEqual(run["status"], "Completed", run)
                    self.assertEqual(jobs.log(run_id), "ready\ndone\n")
                    created, started, ended = (datetime.fromisoformat(run[name][:26]) for name in ("createdTime", "startTime", "endTime"))
                    self.assertLessEqual(created, started, run)
                    self.assertTrue(0 <= (ended - started).total_seconds() < 60, run)


def _ended_or_none(jobs: JobsOnServer, run_id: str) -> dict | None:
    status = jobs.json_or_none(run_id, "status.json")
    return status if status is not None and status["state"] == "ended" else None


def _fill(folder: Path) -> Path:
    """Fill the disk of a folder to its last byte."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (MIB, 4096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    return filler


def _peak_memory_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"{pid} is gone")


if __name__ == "__main__":
    unittest.main()
