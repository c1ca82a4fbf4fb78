"""The example of distributed training, with a real PyTorch: two processes that meet over gloo, on one node and on two."""

from __future__ import annotations

import os
import unittest

from tests.agent.jobs_on_server import JobsOnServer
from tests.support import REPOSITORY, start_server

#: An interpreter that has PyTorch.
PYTHON = os.environ.get("RUNSTEAD_TEST_PYTORCH") or str(REPOSITORY / ".cache" / "pytorch" / "bin" / "python")
SCRIPT = REPOSITORY / "examples" / "pytorch" / "train.py"


@unittest.skipUnless(os.path.exists(PYTHON), "there is no Python with PyTorch")
class PyTorchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.jobs = JobsOnServer(context.__enter__())
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs.create_cluster("cpu", nodes_max=2)

    def train(self, node_count: int) -> None:
        run_id = self.jobs.submit(
            SCRIPT.read_text(encoding="utf-8"),
            target="cpu",
            nodeCount=node_count,
            distribution={"type": "pytorch", "processCount": 2},
            interpreter=PYTHON,
        )
        run = self.jobs.wait_for_end(run_id, seconds=180.0)
        names = sorted(name for name in self.jobs.files(run_id) if "70_driver_log_" in name)
        logs = [self.jobs.file(run_id, name) for name in names]
        self.assertEqual(run["status"], "Completed", logs)
        self.assertEqual(len({name.rpartition("/")[0] for name in names}), node_count)
        for rank, log in enumerate(logs):
            self.assertIn(f"process {rank} of 2\n", log)
            self.assertIn("weights are one: True, close to 3: True\n", log)
        self.assertLess(run["metrics"]["loss"]["columns"]["loss"]["last"], 0.1)

    def test_two_processes_on_one_node(self) -> None:
        self.train(node_count=1)

    def test_two_processes_on_two_nodes(self) -> None:
        self.train(node_count=2)


if __name__ == "__main__":
    unittest.main()
