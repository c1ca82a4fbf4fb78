"""Clusters from Python, natively and by their azureml names, against a real server."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2] / "azureml_compat" / "core"))

from azureml.core import ComputeTarget, Experiment, RunConfiguration, ScriptRunConfig, Workspace  # noqa: E402
from azureml.core.compute import AmlCompute  # noqa: E402
from azureml.core.compute.amlcompute import AmlComputeStatus  # noqa: E402
from azureml.core.compute.compute import ComputeTargetException as ExceptionOfModule  # noqa: E402
from azureml.core.compute_target import ComputeTargetException, LocalTarget  # noqa: E402
from azureml.core.runconfig import PyTorchConfiguration  # noqa: E402
from azureml.exceptions import ActivityFailedException, ExperimentExecutionException, RunConfigurationException, UserErrorException  # noqa: E402
from runstead import Cluster, RunsteadError, UserError  # noqa: E402
from tests.sdk.server_case import ServerCase  # noqa: E402
from tests.support import wait_until  # noqa: E402

READY = "Minimum number of nodes requested have been provisioned"


class ClusterTest(ServerCase):
    def make(self, name: str, **options: Any) -> Cluster:
        cluster = Cluster.create(self.workspace, name, "STANDARD_D2_V2", **options)
        self.addCleanup(cluster.delete, cancel_runs=True)
        return cluster

    def test_a_cluster_is_made_changed_found_and_deleted(self) -> None:
        cluster = Cluster.create(self.workspace, "life", "standard_d2_v2", max_nodes=2, tags={"team": "a"})
        self.assertEqual((cluster.document["vmSize"], cluster.document["maxNodes"]), ("STANDARD_D2_V2", 2))
        cluster.update(max_nodes=3, description="for trials")
        again = Cluster(self.workspace, "LIFE")
        self.assertEqual((again.name, again.document["maxNodes"], again.document["description"]), ("life", 3, "for trials"))
        self.assertIn("life", self.workspace.compute_targets)
        cluster.delete()
        self.assertNotIn("life", self.workspace.compute_targets)
        with self.assertRaisesRegex(RunsteadError, "no compute target life"):
            cluster.refresh()

    def test_an_option_that_a_cluster_has_not_is_named(self) -> None:
        with self.assertRaisesRegex(UserError, "no maximum. It has: min_nodes, max_nodes"):
            Cluster.create(self.workspace, "other", "STANDARD_D2_V2", maximum=2)
        self.assertNotIn("other", self.workspace.compute_targets)

    def test_a_cordoned_node_is_idle_and_a_drained_one_leaves(self) -> None:
        cluster = self.make("nodes", min_nodes=1, max_nodes=1, idle_seconds_before_scale_down=600)
        [node] = wait_until("the node", lambda: [one for one in cluster.nodes() if one["state"] == "idle"])
        cluster.cordon(node["id"])
        self.assertEqual([one["cordoned"] for one in cluster.nodes() if one["id"] == node["id"]], [True])
        cluster.cordon(node["id"], cordoned=False)
        cluster.drain(node["id"])
        wait_until("the end of the node", lambda: node["id"] not in [one["id"] for one in cluster.nodes()])


class AmlComputeTest(ServerCase):
    workspace: Any

    def setUp(self) -> None:
        super().setUp()
        self.workspace = Workspace.from_config()

    def make(self, name: str, **options: Any) -> Any:
        configuration = AmlCompute.provisioning_configuration(**{"vm_size": "STANDARD_D2_V2", "max_nodes": 2, **options})
        cluster = ComputeTarget.create(self.workspace, name, configuration)
        self.addCleanup(cluster.delete, cancel_runs=True)
        return cluster

    def test_a_cluster_beyond_its_quota_is_refused_in_the_words_of_the_server(self) -> None:
        with self.assertRaisesRegex(ComputeTargetException, "needs 2000 cores; the standardDv2Family quota of the server is 300"):
            self.make("beyond", max_nodes=1000)

    def test_an_absent_cluster_is_made_as_the_documents_do_it(self) -> None:
        try:
            cluster = ComputeTarget(workspace=self.workspace, name="cpu-cluster")
            self.fail("It is there already.")
        except ComputeTargetException as absent:
            self.assertEqual(
                absent.message, "ComputeTargetNotFound: Compute Target with name cpu-cluster not found in provided workspace"
            )
            cluster = self.make("cpu-cluster", max_nodes=4, idle_seconds_before_scaledown=120)
        found = ComputeTarget(workspace=self.workspace, name="cpu-cluster")
        self.assertIsInstance(found, AmlCompute)
        self.assertEqual((found.name, found.type, found.provisioning_state), ("cpu-cluster", "AmlCompute", "Succeeded"))
        self.assertEqual(found.id, cluster.id)
        self.assertIs(ComputeTargetException, ExceptionOfModule)

    def test_status(self) -> None:
        status = self.make("status", min_nodes=0, max_nodes=3, idle_seconds_before_scaledown=120, vm_priority="lowpriority").get_status()
        self.assertEqual(
            (status.current_node_count, status.target_node_count, status.allocation_state, status.errors), (0, 0, "Steady", None)
        )
        self.assertEqual(
            (status.vm_size, status.vm_priority, status.provisioning_state), ("STANDARD_D2_V2", "LowPriority", "Succeeded")
        )
        self.assertEqual(
            status.scale_settings.serialize(), {"minNodeCount": 0, "maxNodeCount": 3, "nodeIdleTimeBeforeScaleDown": "PT120S"}
        )
        self.assertEqual(set(status.node_state_counts.serialize().values()), {0})
        self.assertEqual(status.creation_time.utcoffset().total_seconds(), 0)
        self.assertEqual(status.serialize()["creationTime"], status.creation_time.isoformat())

    def test_waiting_for_nodes_prints_what_azureml_core_prints(self) -> None:
        cluster = self.make("waiting", min_nodes=1, max_nodes=1)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            cluster.wait_for_completion(show_output=True, min_node_count=None, timeout_in_minutes=20)
        self.assertTrue(printed.getvalue().startswith("Succeeded\n"), printed.getvalue())
        self.assertTrue(printed.getvalue().endswith(f"\nAmlCompute wait for completion finished\n\n{READY}\n"), printed.getvalue())
        [node] = cluster.list_nodes()
        self.assertEqual((node["nodeState"], node["runId"]), ("idle", None))
        self.assertEqual(cluster.get_status().node_state_counts.idle_node_count, 1)

    def test_waiting_ends_when_its_time_is_over(self) -> None:
        cluster = self.make("never", max_nodes=1)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            cluster.wait_for_completion(show_output=True, min_node_count=1, timeout_in_minutes=0)
        self.assertIn("Wait timeout has been reached", printed.getvalue())
        with contextlib.redirect_stdout(io.StringIO()) as silent:
            cluster.wait_for_completion(min_node_count=1, timeout_in_minutes=0)
        self.assertEqual(silent.getvalue(), "")

    def test_nodes_that_cannot_work_are_errors_with_their_reason(self) -> None:
        cluster = self.make("broken", max_nodes=1)
        unusable = {"id": "broken-1", "state": "unusable", "stateReason": "Its agent is lost."}
        status = AmlComputeStatus(cluster._cluster.document, [unusable])
        self.assertEqual(
            status.errors, [{"error": {"code": "NodeUnusable", "message": "Node broken-1 is unusable. Its agent is lost."}}]
        )

    def test_update_changes_what_is_given_alone(self) -> None:
        cluster = self.make("changed", max_nodes=2, idle_seconds_before_scaledown=120)
        cluster.update(max_nodes=5)
        settings = ComputeTarget(self.workspace, "changed").scale_settings
        self.assertEqual(
            (settings.minimum_node_count, settings.maximum_node_count, settings.idle_seconds_before_scaledown), (0, 5, 120)
        )
        with self.assertRaisesRegex(ComputeTargetException, "minNodes .7. is greater than maxNodes .5."):
            cluster.update(min_nodes=7)

    def test_creating_again_changes_the_scale_and_refuses_other_machines(self) -> None:
        first = self.make("again", max_nodes=1)
        second = ComputeTarget.create(
            self.workspace, "again", AmlCompute.provisioning_configuration(vm_size="Standard_D2_v2", max_nodes=6)
        )
        self.assertEqual((second.created_on, second.scale_settings.maximum_node_count), (first.created_on, 6))
        with self.assertRaisesRegex(ComputeTargetException, "already a compute target again of STANDARD_D2_V2"):
            ComputeTarget.create(
                self.workspace, "again", AmlCompute.provisioning_configuration(vm_size="STANDARD_NC6", max_nodes=6)
            )

    def test_what_cannot_be_is_refused_by_name(self) -> None:
        with self.assertRaisesRegex(ComputeTargetException, "max nodes count is mandatory"):
            AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2")
        with self.assertRaisesRegex(ComputeTargetException, "greater than or equal to min nodes count"):
            AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", min_nodes=3, max_nodes=2)
        with self.assertRaisesRegex(ComputeTargetException, "no VM size STANDARD_X"):
            self.make("size", vm_size="STANDARD_X")
        with self.assertRaisesRegex(ComputeTargetException, "1-cluster.*not allowed"):
            self.make("1-cluster")
        with self.assertRaisesRegex(UserErrorException, "local is a reserved name"):
            self.make("local")

    def test_targets_are_listed_by_name(self) -> None:
        self.make("b-cluster")
        self.make("a-cluster", tags={"team": "a"}, description="first")
        self.assertEqual([target.name for target in ComputeTarget.list(self.workspace)], ["a-cluster", "b-cluster"])
        targets = self.workspace.compute_targets
        self.assertEqual(list(targets), ["local", "a-cluster", "b-cluster"])
        self.assertIsInstance(targets["local"], LocalTarget)
        self.assertEqual((targets["a-cluster"].tags, targets["a-cluster"].description), ({"team": "a"}, "first"))
        self.assertIsNone(targets.get("c-cluster"))
        with self.assertRaises(KeyError):
            targets["c-cluster"]

    def test_a_cluster_as_azure_describes_one(self) -> None:
        document = self.make("described", max_nodes=2).serialize()
        self.assertEqual(set(document), {"id", "name", "location", "tags", "identity", "properties"})
        self.assertTrue(
            document["id"].endswith("/providers/Microsoft.MachineLearningServices/workspaces/quickstart/computes/described")
        )
        properties = document["properties"]
        self.assertEqual((properties["computeType"], properties["provisioningState"]), ("AmlCompute", "Succeeded"))
        self.assertEqual(properties["properties"]["vmSize"], "STANDARD_D2_V2")
        self.assertEqual(properties["status"]["scaleSettings"], properties["properties"]["scaleSettings"])

    def test_a_deleted_cluster_is_gone(self) -> None:
        configuration = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=1)
        cluster = ComputeTarget.create(self.workspace, "gone", configuration)
        cluster.delete()
        self.assertEqual(cluster.provisioning_state, "Deleting")
        cluster.wait_for_completion(is_delete_operation=True)
        with self.assertRaisesRegex(ComputeTargetException, "name gone not found"):
            cluster.get_status()

    def test_vm_sizes(self) -> None:
        sizes = {size["name"]: size for size in AmlCompute.supported_vmsizes(workspace=self.workspace)}
        size = sizes["STANDARD_NC6"]
        self.assertEqual((size["vCPUs"], size["gpus"], size["memoryGB"], size["family"]), (6, 1, 56, "standardNCFamily"))


class SubmitToClusterTest(ServerCase):
    workspace: Any
    experiment: Any
    cluster: Any

    def setUp(self) -> None:
        super().setUp()
        self.workspace = Workspace.from_config()
        self.experiment = Experiment(self.workspace, self.experiment.name)
        configuration = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=1)
        self.cluster = ComputeTarget.create(self.workspace, f"jobs-{self.id().rsplit('_', 1)[-1]}", configuration)
        self.addCleanup(self.cluster.delete, cancel_runs=True)

    def script(self, text: str) -> str:
        Path("source").mkdir(exist_ok=True)
        Path("source/train.py").write_text(text, encoding="utf-8")
        return "source"

    def test_by_object(self) -> None:
        source = self.script("print('on a node')\n")
        run = self.experiment.submit(ScriptRunConfig(source, "train.py", compute_target=self.cluster))
        details = run.wait_for_completion()
        self.assertEqual((details["target"], details["status"]), (self.cluster.name, "Completed"))
        self.assertEqual(details["runDefinition"]["target"], self.cluster.name)

    def test_by_name_in_any_case(self) -> None:
        run = self.experiment.submit(
            ScriptRunConfig(self.script("print('on a node')\n"), "train.py", compute_target=self.cluster.name.upper())
        )
        self.assertEqual(run.wait_for_completion()["target"], self.cluster.name)

    def test_by_a_run_configuration_that_is_changed_until_the_end(self) -> None:
        Path("source").mkdir()
        configuration = ScriptRunConfig("source", command=["sh", "-c", "echo $FRUIT; sleep 60"])
        configuration.run_config.target = self.cluster
        configuration.run_config.environment_variables = {"FRUIT": "apple"}
        configuration.run_config.max_run_duration_seconds = 1
        configuration.run_config.priority = 7
        configuration.run_config.node_loss = "requeue"
        run = self.experiment.submit(configuration)
        with self.assertRaisesRegex(ActivityFailedException, "1 s"):
            run.wait_for_completion()
        definition = run.get_details()["runDefinition"]
        self.assertEqual(
            (definition["target"], definition["priority"], definition["maxRunDurationSeconds"]), (self.cluster.name, 7, 1)
        )
        log = run.get_details_with_logs()["logFiles"]["azureml-logs/70_driver_log.txt"]
        self.assertIn("apple\n", log)

    def test_details_tell_how_processes_find_one_another(self) -> None:
        configuration = ScriptRunConfig(self.script(""), "train.py", distributed_job_config=PyTorchConfiguration(process_count=2))
        run = self.experiment.submit(configuration)
        definition = run.get_details()["runDefinition"]
        self.assertEqual(
            [definition[name] for name in ("framework", "communicator", "nodeCount", "pytorch")], ["PyTorch", "Nccl", 1, {"processCount": 2}]
        )
        run.cancel()
        run.wait_for_completion(raise_on_error=False)

    def test_a_run_configuration_counts_alone(self) -> None:
        configuration = RunConfiguration()
        configuration.target = "local"
        with self.assertWarnsRegex(UserWarning, "compute_target, environment .* are ignored"):
            config = ScriptRunConfig(self.script(""), "train.py", run_config=configuration, compute_target=self.cluster)
        self.assertEqual(config.target, "local")

    def test_a_deleted_cluster_is_refused_with_what_there_is(self) -> None:
        other = ComputeTarget.create(
            self.workspace, "short-lived", AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=1)
        )
        other.delete()
        with self.assertRaisesRegex(ExperimentExecutionException, f"'short-lived'. This workspace has: {self.cluster.name}, local."):
            self.experiment.submit(ScriptRunConfig(self.script(""), "train.py", compute_target=other))

    def test_a_run_that_waits_says_why_and_then_streams(self) -> None:
        source = self.script("import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.05)\nprint('done')\n")
        go = self.folder / "go"
        settings = {"arguments": [str(go)], "compute_target": self.cluster}
        first = self.experiment.submit(ScriptRunConfig(source, "train.py", **settings))
        wait_until("the first run", lambda: first.get_status() == "Running")
        second = self.experiment.submit(ScriptRunConfig(source, "train.py", **settings))
        output = _Output(lambda text: go.touch() if "busy" in text else None)
        with contextlib.redirect_stdout(output):
            second.wait_for_completion(show_output=True)
        printed = output.getvalue()
        self.assertIn(f"Queued on {self.cluster.name}, 1 of 1: 1 node of {self.cluster.name} is busy with run {first.id}.\n", printed)
        self.assertLess(printed.index("Queued on"), printed.index("Streaming azureml-logs/70_driver_log.txt"))
        self.assertIn("done\n", printed)
        self.assertEqual(first.wait_for_completion()["status"], "Completed")

    def test_a_cluster_with_runs_is_deleted_only_with_them(self) -> None:
        configuration = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=0)
        cluster = ComputeTarget.create(self.workspace, "busy", configuration)
        run = self.experiment.submit(ScriptRunConfig(self.script("import time; time.sleep(60)\n"), "train.py", compute_target="busy"))
        with self.assertRaisesRegex(ComputeTargetException, "busy has 1 runs"):
            cluster.delete()
        cluster.delete(cancel_runs=True)
        self.assertEqual(run.wait_for_completion(raise_on_error=False)["status"], "Canceled")


class _Output(io.StringIO):
    """What is printed, and somebody who reads along."""

    def __init__(self, reader: Any) -> None:
        super().__init__()
        self._reader = reader

    def write(self, text: str) -> int:
        self._reader(text)
        return super().write(text)
