"""Every log file that a run is to have, by name, on one node and on two: each is there, and none is empty."""

from __future__ import annotations

import unittest

from tests.agent.jobs_on_server import JobsOnServer
from tests.system.test_distributed import MPI_PYTHON, can_run_mpi
from tests.agent.wheel_house import WheelHouse
from tests.support import start_server

LOGS_METRIC = "from azureml.core import Run\nRun.get_context().log('loss', 1)\nprint('done')\nimport sys\nprint('told', file=sys.stderr)\n"
OF_WHOLE_JOB = tuple(f"azureml-logs/job/{name}.txt" for name in ("execution", "stdout", "stderr"))
OF_NODE = (
    "azureml-logs/{folder}55_azureml-execution-{node}.txt",
    "azureml-logs/{folder}65_job_prep-{node}.txt",
    "azureml-logs/{folder}75_job_post-{node}.txt",
    "logs/azureml/{folder}110_azureml.log",
    "logs/azureml/{folder}job_prep_azureml.log",
    "logs/azureml/{folder}job_release_azureml.log",
    "logs/azureml/sidecar/{node}/start_cms.txt",
    "logs/azureml/sidecar/{node}/prep_cmd.txt",
    "logs/azureml/sidecar/{node}/release_cmd.txt",
)


class LogNamesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)
        cluster = {"name": "cpu", "vmSize": "STANDARD_D2_V2", "maxNodes": 2}
        cls.jobs.call("POST", f"/api/v1/workspaces/{cls.jobs._workspace}/compute", cluster)

    def check(self, run_id: str, *expected: str) -> None:
        """The run completes with the files of each node, and these; all of them sealed."""
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual(run["status"], "Completed", run["error"])
        nodes = self.jobs.call("GET", f"/api/v1/jobs/{run_id}")["nodes"]
        wanted = list(expected)
        for node in nodes:
            # The nodes are processes of this machine and share its address.
            folder = f"{node['address']}_{node['rank']}/" if len(nodes) > 1 else ""
            wanted += [name.format(node=node["node"], folder=folder) for name in OF_NODE]
        files = self.jobs.wait_for_seals(run_id)
        self.assertEqual([name for name in wanted if name not in files], [], f"missing among {sorted(files)}")
        self.assertEqual([name for name in wanted if files[name]["sizeBytes"] == 0], [])

    def of_each_node(self, *names: str) -> list[str]:
        return [f"azureml-logs/127.0.0.1_{rank}/{name}" for rank in range(2) for name in names]

    def test_on_one_node(self) -> None:
        house = WheelHouse()
        self.addCleanup(house.close)
        house.add("tiny", "1.0")
        environment = {"name": "vision", "specification": {"pipRequirements": house.requirements("tiny")}}
        run_id = self.jobs.submit(LOGS_METRIC, environment=environment)
        names = ("20_image_build_log.txt", "70_driver_log.txt", "process_info.json", "process_status.json")
        self.check(run_id, *(f"azureml-logs/{name}" for name in names))

    def test_on_two_nodes(self) -> None:
        run_id = self.jobs.submit(LOGS_METRIC, target="cpu", nodeCount=2, distribution={"type": "pytorch", "processCount": 2})
        drivers = [f"azureml-logs/127.0.0.1_{rank}/70_driver_log_{rank}.txt" for rank in range(2)]
        self.check(run_id, *drivers, *self.of_each_node("process_info.json", "process_status.json"), *OF_WHOLE_JOB)

    @unittest.skipUnless(can_run_mpi(), "there is no Open MPI with mpi4py")
    def test_of_mpi_on_two_nodes(self) -> None:
        code = f"from mpi4py import MPI\nMPI.COMM_WORLD.Barrier()\n{LOGS_METRIC}"
        distribution = {"type": "mpi", "processCountPerNode": 1}
        run_id = self.jobs.submit(code, target="cpu", nodeCount=2, distribution=distribution, interpreter=MPI_PYTHON)
        drivers = [f"azureml-logs/127.0.0.1_{rank}/70_driver_log_{rank}.txt" for rank in range(2)]
        self.check(run_id, *drivers, *self.of_each_node("70_mpi_log.txt", "process_info.json", "process_status.json"), *OF_WHOLE_JOB)


if __name__ == "__main__":
    unittest.main()
