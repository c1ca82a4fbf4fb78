"""GPU samples, from a program that speaks as `nvidia-smi` does: no machine of these tests has a GPU."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from runstead.agent.gpu_monitor import GpuMonitor
from runstead.agent.process_table import identify_or_none
from tests.agent.jobs_on_server import JobsOnServer
from tests.support import start_server, wait_until

#: Checks how it is called, as the real one does, and says two GPUs again and again.
PROGRAM = """#!/bin/sh
expected="--query-gpu=index,utilization.gpu,memory.used --format=csv,noheader,nounits --loop=5"
[ "$*" = "$expected" ] || exit 2
echo $$ >> "$0.pids"
while :; do
    echo "0, 35, 1024"
    echo "1, [N/A], 7"
    sleep 0.1
done
"""


class GpuMonitorTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.program = self.folder / "nvidia-smi"
        self.program.write_text(PROGRAM, encoding="ascii")
        self.program.chmod(0o755)
        patched = mock.patch.dict(os.environ, PATH=os.pathsep.join([str(self.folder), os.environ["PATH"]]))
        patched.start()
        self.addCleanup(patched.stop)

    def pids(self) -> list[int]:
        path = self.folder / "nvidia-smi.pids"
        return [int(line) for line in path.read_text(encoding="ascii").split()] if path.exists() else []

    def values(self, path: Path) -> list[dict[str, float]]:
        return [json.loads(line)["values"] for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def test_one_process_serves_all_and_ends_with_the_last(self) -> None:
        monitor = GpuMonitor()
        first, second = self.folder / "a" / "samples", self.folder / "b" / "samples"
        monitor.watch(str(first))
        monitor.watch(str(second))
        wait_until("samples of both", lambda: len(self.values(first)) > 2 and len(self.values(second)) > 2)
        self.assertIn({"gpu_0_percent": 35, "gpu_0_memory_mib": 1024}, self.values(first))
        self.assertIn({"gpu_1_memory_mib": 7}, self.values(second))
        monitor.unwatch(str(first))
        count = len(self.values(first))
        before = len(self.values(second))
        wait_until("further samples of the second", lambda: len(self.values(second)) > before + 4)
        self.assertEqual(len(self.values(first)), count)
        (pid,) = self.pids()
        monitor.unwatch(str(second))
        monitor.unwatch(str(second))
        self.assertIsNone(identify_or_none(pid))
        monitor.watch(str(first))
        wait_until("samples again", lambda: len(self.values(first)) > count)
        monitor.unwatch(str(first))
        self.assertEqual(len(self.pids()), 2)

    def test_program_that_cannot_be_executed_is_done_without(self) -> None:
        self.program.write_text("no program", encoding="ascii")
        monitor = GpuMonitor()
        monitor.watch(str(self.folder / "samples"))
        monitor.unwatch(str(self.folder / "samples"))
        self.assertFalse((self.folder / "samples").exists())

    def test_they_are_metrics_of_the_run(self) -> None:
        with start_server() as server:
            jobs = JobsOnServer(server)
            run_id = jobs.submit("import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)")
            path = "usage/samples.jsonl"
            wait_until("a sample of a GPU", lambda: (folder := jobs.folder_or_none(run_id)) and "gpu_0" in str(self.values(folder / path)))
            jobs.wait_for_file(run_id, "status.json")
            jobs.let_go_on(run_id)
            self.assertEqual(jobs.wait_for_end(run_id)["status"], "Completed")
            metrics = {metric["name"]: metric for metric in jobs.call("GET", f"/api/v1/runs/{run_id}/metrics")["metrics"]}
            self.assertEqual(metrics["system/gpu_0_percent"]["columns"]["system/gpu_0_percent"]["last"], 35)
            self.assertNotIn("system/gpu_1_percent", metrics)
            self.assertEqual([identify_or_none(pid) for pid in self.pids()], [None])


if __name__ == "__main__":
    unittest.main()
