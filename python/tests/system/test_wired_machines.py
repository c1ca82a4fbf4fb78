"""Jobs whose processes are on two machines that joined, which share nothing but a cable: they find one another by address, MPI too."""

from __future__ import annotations

import unittest
from typing import Any

from runstead.connection import path_of
from tests.agent.jobs_on_server import JobsOnServer
from tests.agent.wired_machines import ADDRESSES, can_wire, wired_machines
from tests.support import start_server
from tests.system.test_distributed import ALL_REDUCE, MPI_PYTHON, MPI_SUM, can_run_mpi

CLUSTER = "far"


@unittest.skipUnless(can_wire(), "no network namespaces can be made here")
class WiredMachinesTest(unittest.TestCase):
    def setUp(self) -> None:
        server = self._enter(start_server())
        self.jobs = JobsOnServer(server)
        body = {"name": CLUSTER, "vmSize": "STANDARD_D2_V2", "minNodes": 0, "maxNodes": 0}
        self.jobs.call("POST", path_of("workspaces", "quickstart", "compute"), body)
        token = self.jobs.call("POST", "/api/v1/tokens", {"workspace": "quickstart", "compute": CLUSTER})["token"]
        for machine in self._enter(wired_machines(server.url)):
            where = ("--server", machine.url, "--compute", CLUSTER, "--name", machine.name, "--address", machine.address)
            machine.agent("join", *where, token=token).wait_for(f"Joined {CLUSTER} as {machine.name}", 60)

    def _enter(self, context: Any) -> Any:
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def outputs_of(self, code: str, distribution: dict[str, Any], **definition: Any) -> list[tuple[str, str]]:
        """The address of the node and the output, of each process in their order, of a job on both machines."""
        run_id = self.jobs.submit(code, target=CLUSTER, nodeCount=2, distribution=distribution, **definition)
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual((run["status"], run["error"]), ("Completed", None))
        paths = sorted(path for path in self.jobs.files(run_id) if "70_driver_log_" in path)
        return [(path.split("/")[1], self.jobs.file(run_id, path)) for path in paths]

    def test_processes_find_one_another_by_address(self) -> None:
        outputs = self.outputs_of(ALL_REDUCE, {"type": "pytorch", "processCount": 4})
        expected = [(ADDRESSES[rank // 2], f"process {rank} of 4 on node {rank // 2} has 10\n") for rank in range(4)]
        self.assertEqual(outputs, expected)

    @unittest.skipUnless(can_run_mpi(), "no Open MPI with mpi4py")
    def test_mpirun_starts_processes_on_both_without_ssh(self) -> None:
        outputs = self.outputs_of(MPI_SUM, {"type": "mpi", "processCountPerNode": 2}, interpreter=MPI_PYTHON)
        self.assertEqual(outputs, [(ADDRESSES[rank // 2], f"process {rank} of 4 has 10\n") for rank in range(4)])


if __name__ == "__main__":
    unittest.main()
