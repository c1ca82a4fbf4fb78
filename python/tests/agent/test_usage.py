"""What a job uses of the machine, as its supervisor samples it and as metrics of its run."""

from __future__ import annotations

import os
import signal
import sys
import unittest
from typing import Any

from runstead.agent.process_table import HAS_PROC
from tests.agent.jobs_on_server import JobsOnServer
from tests.agent.other_machine import has_namespaces
from tests.agent.test_supervisor import SupervisedJob
from tests.support import start_server, wait_until

BUSY = "import time\nheld = bytearray(64 * 1024 * 1024)\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n"
MEASURES = ("cpu_percent", "cpu_node_percent", "memory_mib", "disk_read_mib", "disk_write_mib", "network_received_mib", "network_sent_mib")
NAMES = {f"system/{name}" for name in MEASURES}


@unittest.skipUnless(HAS_PROC, "needs /proc")
class SamplesTest(unittest.TestCase):
    def samples_of(self, code: str) -> list[dict[str, float]]:
        job = SupervisedJob([sys.executable, "-c", code])
        self.addCleanup(job.remove)
        job.end()
        return job.samples()

    def test_job_shorter_than_a_sample_has_one(self) -> None:
        (sample,) = self.samples_of(BUSY.format(seconds=0.1))
        self.assertGreater(sample["cpu_percent"], 5)
        self.assertAlmostEqual(sample["cpu_node_percent"], sample["cpu_percent"] / os.cpu_count(), delta=0.01)
        self.assertGreater(sample["memory_mib"], 64)
        self.assertLess(sample["memory_mib"], 256)

    def test_children_count_whether_they_live_or_have_ended(self) -> None:
        # One lives through every sample but the last, the other has ended before: neither lies between two looks.
        long, short = BUSY.format(seconds=1.5), BUSY.format(seconds=0.2)
        code = (
            "import subprocess, sys\n"
            f"long = subprocess.Popen([sys.executable, '-c', {long!r}])\n"
            f"subprocess.run([sys.executable, '-c', {short!r}])\n"
            "long.wait()"
        )
        samples = self.samples_of(code)
        self.assertGreaterEqual(len(samples), 2)
        for sample in samples[:-1]:
            self.assertGreater(sample["cpu_percent"], 10)
        self.assertGreater(max(sample.get("memory_mib", 0) for sample in samples), 64)

    def test_writing_counts(self) -> None:
        code = "import os\nfile = open('big', 'wb')\nfile.write(os.urandom(8 * 1024 * 1024))\nfile.flush()\nos.fsync(file.fileno())"
        last = self.samples_of(code)[-1]
        self.assertGreaterEqual(last["disk_write_mib"], 8)
        self.assertLess(last["disk_write_mib"], 10)

    @unittest.skipUnless(has_namespaces(), "needs network namespaces")
    def test_what_comes_and_goes_over_the_network_counts_and_loopback_does_not(self) -> None:
        # What goes into one end of it comes out of the other.
        wire = (
            "link set lo up",
            "link add near type veth peer name far",
            "addr add 10.9.9.1/24 dev near",
            "link set near up",
            "link set far up",
            "neigh add 10.9.9.2 lladdr 02:00:00:00:00:02 dev near",
        )
        code = (
            "import socket, subprocess\n"
            f"for words in {wire}:\n"
            "    subprocess.run(['ip', *words.split()], check=True)\n"
            "sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            "for address in ('127.0.0.1', '10.9.9.2'):\n"
            "    for _ in range(3072): sender.sendto(bytes(1024), (address, 9))\n"
        )
        job = SupervisedJob([sys.executable, "-c", code], in_namespace=True)
        self.addCleanup(job.remove)
        self.assertEqual(job.end()["exitCode"], 0)
        last = job.samples()[-1]
        for measure in ("network_sent_mib", "network_received_mib"):
            self.assertGreaterEqual(last[measure], 3)
            self.assertLess(last[measure], 4)


@unittest.skipUnless(HAS_PROC, "needs /proc")
class MetricsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)

    def metrics(self, run_id: str) -> dict[str, dict[str, Any]]:
        return {metric["name"]: metric for metric in self.jobs.call("GET", f"/api/v1/runs/{run_id}/metrics")["metrics"]}

    def test_short_job_has_a_point_of_each(self) -> None:
        run_id = self.jobs.submit("print('hello')")
        self.jobs.wait_for_end(run_id)
        metrics = self.metrics(run_id)
        self.assertEqual({name: metric["count"] for name, metric in metrics.items()}, dict.fromkeys(NAMES, 1))
        self.assertEqual({metric["kind"] for metric in metrics.values()}, {"scalar"})

    def test_they_come_while_the_job_runs_and_none_twice_though_the_agent_is_killed(self) -> None:
        run_id = self.jobs.submit("import os, time\nprint('ready')\nwhile not os.path.exists('go'): time.sleep(0.01)")
        wait_until("the first samples", lambda: self.metrics(run_id), 30)
        os.kill(self.server.agent_pid_or_none(), signal.SIGKILL)
        count = next(iter(self.metrics(run_id).values()))["count"]
        wait_until("further samples", lambda: next(iter(self.metrics(run_id).values()))["count"] > count, 30)
        self.jobs.let_go_on(run_id)
        self.jobs.wait_for_end(run_id)
        path = f"/api/v1/runs/{run_id}/metrics/points?name=system/cpu_percent"
        times = self.jobs.call("GET", path)["times"]
        self.assertEqual(times, sorted(set(times)))
        gaps = [after - before for before, after in zip(times, times[1:])]
        self.assertLess(max(gaps), 3_000_000, times)


if __name__ == "__main__":
    unittest.main()
