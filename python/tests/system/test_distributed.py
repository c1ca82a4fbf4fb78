"""Jobs of several processes on several nodes, with a reduction over sockets that needs nothing but the variables they get."""

from __future__ import annotations

import io
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runstead.completion import stream_until_ended
from tests.agent.jobs_on_server import JobsOnServer
from tests.support import start_server, wait_until

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
#: The last line has no end.
PRINTS_BOTH = """
import os, sys, time
number = os.environ["RANK"]
for stream, what, end in ((sys.stdout, "begins", chr(10)), (sys.stderr, "warns", chr(10)), (sys.stdout, "ends", "")):
    print("process", number, what, end=end, file=stream, flush=True)
    time.sleep(0.05)
"""
SUBMITS_CHILD = """
import pathlib
from azureml.core import Run, ScriptRunConfig
from azureml.core.runconfig import PyTorchConfiguration
folder = pathlib.Path("child")
folder.mkdir()
(folder / "child.py").write_text(
    "import os\\nprint('child', os.environ['RANK'], 'of', os.environ['WORLD_SIZE'], 'on node', os.environ['NODE_RANK'])"
)
distributed = PyTorchConfiguration(process_count=2, node_count=2)
config = ScriptRunConfig(str(folder), "child.py", compute_target="cpu", distributed_job_config=distributed)
print("submitted", Run.get_context().submit_child(config).id)
"""
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

    def test_the_whole_job_has_its_execution_and_what_all_processes_print(self) -> None:
        run_id = self.submit(PRINTS_BOTH, "pytorch", processCount=4)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        self.check_whole_output(run_id)
        self.assertEqual(self.logs_of(run_id)[3], "process 3 begins\nprocess 3 warns\nprocess 3 ends")
        nodes = [node["node"] for node in self.jobs.call("GET", f"/api/v1/jobs/{run_id}")["nodes"]]
        told = self.execution(run_id)
        for rank, node in enumerate(nodes):
            own = [re.sub(r"^\S+ node \d: |\d+$", "", line) for line in told if f" node {rank}: " in line]
            first, second = 2 * rank, 2 * rank + 1
            expected = [
                f"{node}, {socket.gethostname()}, takes part in attempt 1 with processes {first}, {second} of ",
                f"is prepared, and runs {sys.executable} script.py",
                *(f"process {number} has begun with pid " for number in (first, second)),
                *(f"process {number} has ended with exit code " for number in (first, second)),
                "has done its part",
            ]
            self.assertEqual(sorted(own), sorted(expected))

    def test_the_whole_job_tells_of_a_cancel_on_each_node(self) -> None:
        run_id = self.submit("import time\nprint('ready')\ntime.sleep(600)", "pytorch", processCount=2)
        self.jobs.wait_for_status(run_id, "Running")
        wait_until("both lines", lambda: len(self.whole(run_id, "stdout.txt").splitlines()) == 2)
        self.jobs.cancel(run_id)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Canceled")
        told = self.execution(run_id)
        for rank in range(2):
            self.assertTrue(any(f" node {rank}: was ended: " in line for line in told), told)
            self.assertTrue(any(line.startswith(f"[runstead] node {rank}: ending the job: ") for line in told), told)

    def whole(self, run_id: str, name: str) -> str:
        path = f"azureml-logs/job/{name}"
        return self.jobs.file(run_id, path) if path in self.jobs.files(run_id) else ""

    def execution(self, run_id: str) -> list[str]:
        return self.whole(run_id, "execution.txt").splitlines()

    def check_whole_output(self, run_id: str) -> None:
        printed = self.whole(run_id, "stdout.txt").splitlines()
        self.assertEqual(sorted(printed), sorted(f"[{rank}] process {rank} {what}" for rank in range(4) for what in ("begins", "ends")))
        for rank in range(4):  # In their order, each by itself.
            self.assertEqual([line.split()[-1] for line in printed if line.startswith(f"[{rank}]")], ["begins", "ends"])
        self.assertEqual(sorted(self.whole(run_id, "stderr.txt").splitlines()), [f"[{rank}] process {rank} warns" for rank in range(4)])

    def test_waiting_streams_the_first_process(self) -> None:
        run_id = self.submit(ALL_REDUCE, "pytorch", processCount=4)
        shown = io.StringIO()
        run = stream_until_ended(self.jobs.server.connection, run_id, shown)
        self.assertEqual(run["status"], "Completed")
        self.assertRegex(shown.getvalue(), r"Streaming azureml-logs/[^/]+/70_driver_log_0\.txt\n=+\n\nprocess 0 of 4 on node 0 has 10\n$")
        self.assertNotIn("process 1 of 4", shown.getvalue())

    def test_waiting_streams_the_preparation_of_the_first_node_and_then_the_first_process(self) -> None:
        go = Path(tempfile.mkdtemp(prefix="runstead-go-"))
        self.addCleanup(shutil.rmtree, go)
        waits = f"import os, time\nprint('begun', flush=True)\nwhile not os.path.exists('{go}/go'):\n    time.sleep(0.05)\nprint('went on')"
        run_id = self.submit(waits, "pytorch", processCount=2)
        shown = io.StringIO()
        with ThreadPoolExecutor(1) as pool:
            ended = pool.submit(stream_until_ended, self.jobs.server.connection, run_id, shown)
            try:
                wait_until("the output of the script", lambda: shown.getvalue().endswith("begun\n"), 60)
            finally:
                (go / "go").touch()
            self.assertEqual(ended.result()["status"], "Completed")
        first = self.jobs.call("GET", f"/api/v1/jobs/{run_id}")["nodes"][0]["node"]
        streamed = re.findall(r"^Streaming azureml-logs/(\S+)$", shown.getvalue(), re.MULTILINE)
        # As fast as preparation is, the script may come before any of it was looked at.
        whole = [f"127.0.0.1_0/55_azureml-execution-{first}.txt", f"127.0.0.1_0/65_job_prep-{first}.txt", "127.0.0.1_0/70_driver_log_0.txt"]
        self.assertEqual(streamed, [log for log in whole if log in streamed])
        self.assertEqual(streamed[-1], whole[-1])
        self.assertTrue(shown.getvalue().endswith("begun\nwent on\n"))

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

    def test_a_script_submits_a_child_on_several_nodes(self) -> None:
        run_id = self.jobs.submit(SUBMITS_CHILD)
        parent = self.jobs.wait_for_end(run_id, 120.0)
        self.assertEqual(parent["status"], "Completed", parent["error"])
        child = self.jobs.log(run_id).split()[-1]
        run = self.jobs.wait_for_end(child, 120.0)
        self.assertEqual((run["status"], run["parentId"], run["target"]), ("Completed", run_id, "cpu"), run["error"])
        printed = sorted(self.whole(child, "stdout.txt").splitlines())
        self.assertEqual(printed, ["[0] child 0 of 2 on node 0", "[1] child 1 of 2 on node 1"])

    @unittest.skipUnless(can_run_mpi(), "there is no Open MPI with mpi4py")
    def test_mpi_on_two_nodes(self) -> None:
        run_id = self.submit(MPI_SUM, "mpi", processCountPerNode=2)
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual(run["status"], "Completed", run["error"])
        self.assertEqual(self.logs_of(run_id), [f"process {rank} of 4 has 10\n" for rank in range(4)])

    @unittest.skipUnless(can_run_mpi(), "there is no Open MPI with mpi4py")
    def test_the_whole_job_of_mpi(self) -> None:
        run_id = self.submit(PRINTS_BOTH.replace("RANK", "OMPI_COMM_WORLD_RANK"), "mpi", processCountPerNode=2)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        self.check_whole_output(run_id)
        told = self.execution(run_id)
        self.assertTrue(any(" node 0: starting mpirun -np 4 " in line for line in told), told)
        self.assertTrue(any(line.endswith(" node 0: mpirun has ended with exit code 0") for line in told), told)
        for number in range(4):
            self.assertTrue(any(f" node {number // 2}: process {number} has ended with exit code 0" in line for line in told), told)


if __name__ == "__main__":
    unittest.main()
