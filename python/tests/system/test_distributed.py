"""Jobs of several processes on several nodes, with a reduction over sockets that needs nothing but the variables they get."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import unittest

from runstead.completion import stream_until_ended
from tests.agent.jobs_on_server import JobsOnServer
from tests.support import start_server

ALL_REDUCE = """
import os, socket, time
rank, size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
place = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
if rank == 0:
    with socket.create_server(place) as server:
        others = [server.accept()[0] for _ in range(size - 1)]
        total = sum(int(other.recv(16)) for other in others) + 1
        for other in others:
            other.sendall(str(total).encode())
else:
    while True:
        try:
            connection = socket.create_connection(place)
            break
        except OSError:
            time.sleep(0.02)
    connection.sendall(str(rank + 1).encode())
    total = int(connection.recv(16))
print("process", rank, "of", size, "on node", os.environ["NODE_RANK"], "has", total)
"""
ONE_FAILS = "import os, time\nif os.environ['RANK'] == '3':\n    raise ValueError('no data')\ntime.sleep(600)"
#: An interpreter that has mpi4py: that of Debian's package.
MPI_PYTHON = "/usr/bin/python3"
MPI_SUM = """
from mpi4py import MPI
world = MPI.COMM_WORLD
print("process", world.Get_rank(), "of", world.Get_size(), "has", world.allreduce(world.Get_rank() + 1))
"""


def can_run_mpi() -> bool:
    if shutil.which("mpirun") is None:
        return False
    return subprocess.run([MPI_PYTHON, "-c", "import mpi4py"], stderr=subprocess.DEVNULL, check=False).returncode == 0


class DistributedJobsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(server)
        cls.jobs.create_cluster("cpu", nodes_max=2)

    def submit(self, code: str, kind: str, **counts: int) -> str:
        interpreter = {"interpreter": MPI_PYTHON} if kind == "mpi" else {}
        return self.jobs.submit(code, target="cpu", nodeCount=2, distribution={"type": kind, **counts}, **interpreter)

    def logs_of(self, run_id: str) -> list[str]:
        """By the number of the process."""
        names = sorted(name for name in self.jobs.files(run_id) if "70_driver_log_" in name)
        return [self.jobs.file(run_id, name) for name in names]

    def test_processes_on_two_nodes_find_one_another(self) -> None:
        run_id = self.submit(ALL_REDUCE, "pytorch", processCount=4)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        expected = [f"process {rank} of 4 on node {rank // 2} has 10\n" for rank in range(4)]
        self.assertEqual(self.logs_of(run_id), expected)

    def test_waiting_streams_the_first_process(self) -> None:
        run_id = self.submit(ALL_REDUCE, "pytorch", processCount=4)
        shown = io.StringIO()
        run = stream_until_ended(self.jobs.server.connection, run_id, shown)
        self.assertEqual(run["status"], "Completed")
        self.assertRegex(shown.getvalue(), r"Streaming azureml-logs/[^/]+/70_driver_log_0\.txt\n=+\n\nprocess 0 of 4 on node 0 has 10\n$")
        self.assertNotIn("process 1 of 4", shown.getvalue())

    def test_first_failure_ends_all_and_is_named(self) -> None:
        run_id = self.submit(ONE_FAILS, "pytorch", processCount=4)
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual(run["status"], "Failed")
        self.assertRegex(run["statusReason"], r"^On node cpu-\w+ \(rank 1\): process 3 ended with exit code 1\.$")
        self.assertIn("ValueError: no data", run["error"]["message"])

    def test_cancel_ends_the_processes_of_every_node(self) -> None:
        run_id = self.submit("import time\nprint('ready', flush=True)\ntime.sleep(600)", "pytorch", processCount=2)
        self.jobs.wait_for_status(run_id, "Running")
        self.jobs.cancel(run_id)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Canceled")
        job = self.jobs.call("GET", f"/api/v1/jobs/{run_id}")
        self.assertEqual([node["state"] for node in job["nodes"]], ["ended", "ended"])

    def test_tensorflow_is_told_its_cluster_and_task(self) -> None:
        code = "import os\nprint(os.environ['TF_CONFIG'])"
        run_id = self.submit(code, "tensorflow", workerCount=2, parameterServerCount=1)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        configs = [json.loads(log) for log in self.logs_of(run_id)]
        tasks = sorted((config["task"]["type"], config["task"]["index"]) for config in configs)
        self.assertEqual(tasks, [("ps", 0), ("worker", 0), ("worker", 1)])
        self.assertTrue(all(config["cluster"] == configs[0]["cluster"] for config in configs))
        self.assertEqual({role: len(hosts) for role, hosts in configs[0]["cluster"].items()}, {"worker": 2, "ps": 1})

    @unittest.skipUnless(can_run_mpi(), "there is no Open MPI with mpi4py")
    def test_mpi_on_two_nodes(self) -> None:
        run_id = self.submit(MPI_SUM, "mpi", processCountPerNode=2)
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual(run["status"], "Completed", run["error"])
        self.assertEqual(self.logs_of(run_id), [f"process {rank} of 4 has 10\n" for rank in range(4)])


if __name__ == "__main__":
    unittest.main()
