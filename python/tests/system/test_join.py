"""Machines join a cluster with nothing but Python and what the server serves, and leave it, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import signal
import unittest
from pathlib import Path
from typing import Any

from runstead.connection import path_of
from tests.agent.jobs_on_server import JobsOnServer, pids_with
from tests.agent.other_machine import OtherMachine, other_machine
from tests.support import start_server, wait_until

CLUSTER = "far-cluster"

SCRIPT = """
import os, socket
from azureml.core import Run
print("here", os.environ["HOME"])
Run.get_context().log("answer", 42)
"""

WAITING_SCRIPT = """
import os, time
print("waiting", flush=True)
while not os.path.exists("go"):
    time.sleep(0.05)
print("went on", flush=True)
"""


class JoinCase(unittest.TestCase):
    def setUp(self) -> None:
        self.server = self._enter(start_server())
        self.jobs = JobsOnServer(self.server)
        body = {"name": CLUSTER, "vmSize": "STANDARD_D2_V2", "minNodes": 0, "maxNodes": 0}
        self.jobs.call("POST", path_of("workspaces", "quickstart", "compute"), body)
        self.machine: OtherMachine = self._enter(other_machine(self.server.url))
        self.token: str | None = self.make_token()

    def _enter(self, context: Any) -> Any:
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def make_token(self, cluster: str = CLUSTER) -> str:
        return str(self.jobs.call("POST", "/api/v1/tokens", {"workspace": "quickstart", "compute": cluster})["token"])

    def join(self, *options: str, name: str = "far", machine: OtherMachine | None = None) -> Any:
        where = machine or self.machine
        return where.agent("join", "--server", where.url, "--compute", CLUSTER, "--name", name, *options, token=self.token)

    def nodes(self) -> dict[str, dict[str, Any]]:
        found = self.jobs.call("GET", path_of("workspaces", "quickstart", "compute", CLUSTER, "nodes"))["nodes"]
        return {node["id"]: node for node in found}

    def submit(self, code: str, **definition: Any) -> str:
        return self.jobs.submit(code, target=CLUSTER, **definition)

    def let_go_on(self, run_id: str, name: str = "far") -> None:
        folder = next(self.data_folder.glob(f"{name}/jobs/{run_id}/attempt-*"))
        (folder / "work" / "go").touch()

    @property
    def data_folder(self) -> Path:
        return next((self.machine.home / ".local" / "state" / "runstead" / "nodes").glob(f"*/{CLUSTER}"))


class JoiningTest(JoinCase):
    def test_a_machine_with_python_alone_runs_jobs_and_leaves(self) -> None:
        agent = self.join()
        agent.wait_for(f"Joined {CLUSTER} as far (")
        run_id = self.submit(SCRIPT)
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual(run["status"], "Completed", self.jobs.log(run_id))
        self.assertEqual(self.jobs.log(run_id), f"here {self.machine.home}\n")
        self.assertEqual(self.jobs.run(run_id)["metrics"]["answer"]["columns"]["answer"]["last"], 42)
        node = self.nodes()["far"]
        self.assertEqual((node["joined"], node["state"], node["runId"]), (True, "idle", None))
        self.assertGreaterEqual(node["machine"]["cores"], 1)
        self.assertRegex(node["machine"]["pythonVersion"], r"^3\.\d+\.")
        agent.terminate()
        self.assertEqual(agent.end(), 0, agent.output)
        self.assertIn(f"Left {CLUSTER}.", agent.output)
        self.assertEqual(self.nodes(), {})

    def test_the_token_says_which_cluster_it_is_for_and_so_does_what_was_joined_before(self) -> None:
        file = self.machine.home / "join-token"
        file.write_text(f"{self.token}\n")
        named, kept = ["--server", self.machine.url], ["--server", self.machine.url, "--data", str(self.machine.home / "kept")]
        ways: list[tuple[list[str], str | None]] = [(named, self.token), ([*named, "--token-file", str(file)], None), ([], None), (kept, self.token), (kept, None)]
        for options, token in ways:
            with self.subTest(options=options):
                agent = self.machine.agent("join", "--name", "far", *options, token=token)
                agent.wait_for(f"Joined {CLUSTER} as far (")
                agent.terminate()
                self.assertEqual(agent.end(), 0, agent.output)

    def test_leaving_waits_for_the_job_and_a_second_word_cancels_it(self) -> None:
        agent = self.join()
        first = self.submit(WAITING_SCRIPT)
        self.jobs.wait_for_line(first, "waiting")
        second = self.submit(SCRIPT)
        agent.terminate()
        agent.wait_for(f"Leaving when these runs have ended: {first}. A second signal ends them.")
        self.assertEqual(self.nodes()["far"]["state"], "leaving")
        self.let_go_on(first)
        self.assertEqual(agent.end(), 0, agent.output)
        self.assertEqual(self.jobs.wait_for_end(first)["status"], "Completed")
        self.assertEqual((self.jobs.run(second)["status"], self.nodes()), ("Queued", {}))

        again = self.join("--once")
        self.assertEqual(self.jobs.wait_for_end(second)["status"], "Completed")
        self.assertEqual(again.end(), 0, again.output)

        agent = self.join()
        third = self.submit(WAITING_SCRIPT)
        self.jobs.wait_for_line(third, "waiting")
        agent.terminate()
        agent.wait_for("A second signal ends them")
        agent.terminate()
        self.assertEqual(agent.end(), 0, agent.output)
        ended = self.jobs.run(third)
        self.assertEqual((ended["status"], ended["statusReason"]), ("Canceled", "The node far was stopped by its owner."))

    def test_a_drained_node_leaves_by_itself(self) -> None:
        agent = self.join("--nodes", "2")
        agent.wait_for("Joined")
        self.assertEqual(sorted(self.nodes()), ["far-1", "far-2"])
        for name in ("far-1", "far-2"):
            self.jobs.call("PATCH", path_of("workspaces", "quickstart", "compute", CLUSTER, "nodes", name), {"drain": True})
        self.assertEqual(agent.end(10), 0, agent.output)
        self.assertEqual(self.nodes(), {})


class SurvivingTest(JoinCase):
    def test_a_job_goes_on_while_the_server_restarts(self) -> None:
        agent = self.join()
        run_id = self.submit(WAITING_SCRIPT)
        self.jobs.wait_for_line(run_id, "waiting")
        port = int(self.server.url.rsplit(":", 1)[1])
        self.server.kill()
        self.let_go_on(run_id)
        agent.wait_for("trying again")
        self.server.start(port)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        self.assertEqual(self.jobs.log(run_id), "waiting\nwent on\n")
        self.assertEqual(self.jobs.wait_for_end(self.submit(SCRIPT))["status"], "Completed")

    def test_a_killed_agent_is_found_and_its_job_taken_over_under_the_same_name(self) -> None:
        agent = self.join()
        run_id = self.submit(WAITING_SCRIPT)
        self.jobs.wait_for_line(run_id, "waiting")
        agent.kill()
        again = self.join()
        again.wait_for("Joined")
        self.let_go_on(run_id)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        self.assertEqual(self.jobs.log(run_id), "waiting\nwent on\n")
        wait_until("the end of the job", lambda: not any(self.data_folder.glob("far/jobs/*")))

        again.kill()
        # Ten seconds where it was waiting for a job already, else a minute.
        node = wait_until("the loss", lambda: found if (found := self.nodes()["far"])["state"] == "unusable" else None, 80)
        self.assertIn("Nothing is heard of its agent on ", node["stateReason"])
        waiting = self.submit(SCRIPT)
        self.join().wait_for("Joined")
        self.assertEqual(self.jobs.wait_for_end(waiting)["status"], "Completed")
        self.assertEqual(self.nodes()["far"]["stateReason"], None)


class RefusalTest(JoinCase):
    def test_what_is_wrong_is_said_with_what_to_do(self) -> None:
        self.refused(["--server", "http://127.0.0.1:1"], "cannot be reached", "ssh -N -L 8155:127.0.0.1:8155")
        self.refused(["--compute", "nowhere"], "There is no compute target nowhere.", "runstead compute list")
        self.token = "nonsense"
        self.refused([], "the token is not one that this server made", f"runstead compute join-token {CLUSTER}")
        self.token = self.make_other_cluster_token()
        self.refused([], "lacks the permission job.agent outside its compute target", f"runstead compute join-token {CLUSTER}")
        self.token = self.make_token()
        self.refused(["--token-file", "/no/such/file"], "The token file /no/such/file cannot be read.", "runstead compute join-token")
        agent = self.machine.agent("join", "--server", self.machine.url)
        self.assertEqual(agent.end(), 1)
        self.assertIn("No cluster is named. Give --compute CLUSTER, or the token", agent.output)
        self.refused(["--nodes", "0"], "--nodes 0: a machine can be 1 to 1000 nodes")
        self.refused(["--name", "no spaces"], "--name no spaces: a node's name has letters")
        self.assertEqual(self.nodes(), {})

    def test_neither_a_folder_nor_a_name_is_joined_twice(self) -> None:
        self.join().wait_for("Joined")
        twice = self.join()
        self.assertEqual(twice.end(), 3)
        self.assertRegex(twice.output, r"is in use by the agent with process id \d+")
        other = self.join("--data", str(self.machine.home / "elsewhere"))
        self.assertEqual(other.end(), 1)
        self.assertRegex(other.output, r"There is already a node far on \S+; choose another name \(--name\)\.")
        self.assertEqual(list(self.nodes()), ["far"])

    def test_a_deleted_cluster_sends_its_nodes_away(self) -> None:
        agent = self.join()
        agent.wait_for("Joined")
        self.jobs.call("DELETE", path_of("workspaces", "quickstart", "compute", CLUSTER))
        self.assertEqual(agent.end(40), 1)
        self.assertIn(f"far ends: the cluster {CLUSTER} was deleted.", agent.output)

    def refused(self, options: list[str], *words: str) -> None:
        agent = self.join("--data", str(self.machine.home / "refused"), *options)
        self.assertEqual(agent.end(), 1, agent.output)
        for word in words:
            self.assertIn(word, agent.output)
        self.assertNotIn("Traceback", agent.output)

    def make_other_cluster_token(self) -> str:
        self.jobs.call("POST", path_of("workspaces", "quickstart", "compute"), {"name": "other", "vmSize": "STANDARD_D2_V2"})
        return self.make_token("other")


class TokenTest(JoinCase):
    def test_a_new_token_in_the_file_lets_a_node_go_on_when_the_old_one_is_revoked(self) -> None:
        made = self.jobs.call("POST", "/api/v1/tokens", {"workspace": "quickstart", "compute": CLUSTER})
        file = self.machine.home / "join-token"
        file.write_text(made["token"], encoding="ascii")
        self.token = None
        self.join("--token-file", str(file)).wait_for(f"Joined {CLUSTER} as far (")
        first = self.submit(WAITING_SCRIPT)
        self.jobs.wait_for_line(first, "waiting")
        # In the middle of a job, all that it still has to say is said with the new one.
        file.write_text(self.make_token(), encoding="ascii")
        self.jobs.call("POST", path_of("tokens", made["id"], "revoke"))
        self.let_go_on(first)
        self.assertEqual(self.jobs.wait_for_end(first)["status"], "Completed")
        self.assertEqual(self.jobs.log(first), "waiting\nwent on\n")
        self.assertEqual(self.jobs.wait_for_end(self.submit("print('again')"))["status"], "Completed")


class GangOfMachinesTest(JoinCase):
    """A job on two machines of which one never comes back."""

    def begin(self, **node_loss: Any) -> tuple[str, OtherMachine]:
        """The job runs on both; the machine that is to be lost has the second of them."""
        lost: OtherMachine = self._enter(other_machine(self.server.url))
        for machine, name in ((self.machine, "stays"), (lost, "goes")):
            self.join(name=name, machine=machine).wait_for(f"Joined {CLUSTER} as {name} (")
        run_id = self.submit(WAITING_SCRIPT, nodeCount=2, nodeLoss={"afterSeconds": 0, **node_loss})
        self.jobs.wait_for_status(run_id, "Running")
        wait_until("the first line of both", lambda: len(self.printed(run_id)) == 2)
        return run_id, lost

    def printed(self, run_id: str) -> list[str]:
        name = "azureml-logs/job/stdout.txt"
        return self.jobs.file(run_id, name).splitlines() if name in self.jobs.files(run_id) else []

    def lose(self, machine: OtherMachine, run_id: str) -> None:
        """What a power failure does: everything there is gone at once, and says nothing."""
        for status in machine.home.rglob(f"{run_id}/attempt-*/status.json"):
            os.kill(json.loads(status.read_text(encoding="utf-8"))["supervisor"]["pid"], signal.SIGKILL)
        machine.clean_up()

    def test_fails_and_names_the_node_that_was_lost(self) -> None:
        run_id, lost = self.begin(action="fail")
        self.lose(lost, run_id)
        run = self.jobs.wait_for_end(run_id, 120)
        self.assertEqual((run["status"], run["error"]["code"]), ("Failed", "LeaseExpired"), run)
        self.assertRegex(run["statusReason"], r"node goes \(rank [01]\)")
        # The node that stayed has ended its part, and is free for the next job.
        wait_until("the end of the processes of the other node", lambda: pids_with(f"RUNSTEAD_RUN_ID={run_id}") == [], 60.0)
        wait_until("a node that is free", lambda: self.nodes()["stays"]["state"] == "idle", 60.0)

    def test_begins_anew_with_another_node(self) -> None:
        run_id, lost = self.begin(action="requeue")
        self.lose(lost, run_id)
        self.jobs.wait_for_status(run_id, "Queued", seconds=120)
        self.assertIn("goes", self.jobs.run(run_id)["statusReason"])
        other: OtherMachine = self._enter(other_machine(self.server.url))
        self.join(name="comes", machine=other).wait_for(f"Joined {CLUSTER} as comes (")
        self.jobs.wait_for_status(run_id, "Running", seconds=120)
        for machine in (self.machine, other):
            wait_until("the working folder", lambda machine=machine: any(machine.home.rglob(f"{run_id}/attempt-2/status.json")))
            (next(machine.home.rglob(f"{run_id}/attempt-2")) / "work" / "go").touch()
        run = self.jobs.wait_for_end(run_id, 120)
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(self.jobs.call("GET", f"/api/v1/jobs/{run_id}")["requeues"], 1)
        printed = self.printed(run_id)
        self.assertEqual([printed.count(f"[{rank}] went on") for rank in (0, 1)], [1, 1])
        self.assertEqual([printed.count(f"[{rank}] waiting") for rank in (0, 1)], [2, 2])


if __name__ == "__main__":
    unittest.main()
