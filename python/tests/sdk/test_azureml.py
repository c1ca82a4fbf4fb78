"""The azureml names against a real server: what scripts written for azureml-core see."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2] / "azureml_compat" / "core"))

import azureml.core  # noqa: E402
from azureml.core import Environment, Experiment, Model, Run, RunConfiguration, ScriptRunConfig, Workspace, get_run  # noqa: E402
from azureml.core.run import Run as RunOfModule  # noqa: E402
from azureml.core.runconfig import MpiConfiguration  # noqa: E402
from azureml.core.script_run import ScriptRun  # noqa: E402
from azureml.exceptions import (  # noqa: E402
    AZUREML_ERRORS,
    ActivityFailedException,
    AzureMLException,
    ExperimentExecutionException,
    RunConfigurationException,
    RunEnvironmentException,
    ServiceException,
    SnapshotException,
    UserErrorException,
    WebserviceException,
    WorkspaceException,
)
from runstead import RunsteadError  # noqa: E402
from runstead.connection import Connection  # noqa: E402
from tests.sdk.server_case import ServerCase  # noqa: E402


class AzureCase(ServerCase):
    workspace: Any
    experiment: Any

    def setUp(self) -> None:
        super().setUp()
        self.workspace = Workspace.from_config()
        self.experiment = Experiment(workspace=self.workspace, name=self.experiment.name)

    def start(self, **options: Any) -> Any:
        return self.experiment.start_logging(snapshot_directory=None, outputs=False, **options)


class NamesTest(AzureCase):
    def test_the_version_is_the_one_whose_api_is_answered_to(self) -> None:
        self.assertEqual(azureml.core.VERSION, "1.61.0")
        self.assertIs(Run, RunOfModule)

    def test_a_workspace_is_found_in_each_of_its_ways(self) -> None:
        config = json.loads(self.workspace.write_config().read_text(encoding="utf-8"))
        self.assertEqual(sorted(config), ["resource_group", "runstead_url", "subscription_id", "workspace_name"])
        by_parts = Workspace(config["subscription_id"], config["resource_group"], "quickstart")
        self.assertEqual((by_parts.id, Workspace.get("quickstart").id), (self.workspace.id, self.workspace.id))
        self.assertEqual(list(Workspace.list(config["subscription_id"])), ["quickstart"])
        self.assertEqual(self.workspace.get_details()["name"], "quickstart")
        with self.assertRaisesRegex(WorkspaceException, "Workspace not found.*nowhere"):
            Workspace.get("nowhere")

    def test_every_error_is_an_azureml_exception_and_one_of_the_sdk(self) -> None:
        with self.assertRaises(AzureMLException) as missing:
            Run(self.experiment, "nothing-of-that-id")
        self.assertIsInstance(missing.exception, ServiceException)
        self.assertIsInstance(missing.exception, RunsteadError)
        self.assertEqual((missing.exception.status_code, missing.exception.code), (404, "not-found"))
        self.assertIn("nothing-of-that-id", missing.exception.message)
        self.assertTrue(str(missing.exception).startswith("ServiceException:\n\tMessage: There is no run nothing-of-that-id."))

    def test_a_server_that_is_away_is_an_azureml_exception_too(self) -> None:
        with self.assertRaisesRegex(AzureMLException, "http://127.0.0.1:9 cannot be reached") as away:
            Connection("http://127.0.0.1:9", errors=AZUREML_ERRORS).call("GET", "/api/v1/health", patience_seconds=0)
        self.assertIsInstance(away.exception, ConnectionError)

    def test_outside_a_job_the_context_prints_or_is_refused(self) -> None:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            run = Run.get_context()
            run.log("loss", 0.5)
            run.child_run("part").log_row("row", x=1)
        self.assertTrue(run.id.startswith("OfflineRun_"))
        self.assertEqual(
            printed.getvalue(), "Attempted to log scalar metric loss:\n0.5\nAttempted to log row metric row:\n{'x': 1}\n"
        )
        with self.assertRaises(RunEnvironmentException):
            Run.get_context(allow_offline=False)

    def test_what_an_offline_run_cannot_have_is_said(self) -> None:
        run = Run.get_context()
        with self.assertRaisesRegex(AttributeError, r"Run.experiment needs a run on a server.*experiment.submit\(\)"):
            run.experiment  # noqa: B018
        with self.assertRaisesRegex(AttributeError, "^'OfflineRun' object has no attribute 'experimnet'$"):
            run.experimnet  # noqa: B018


class InteractiveRunTest(AzureCase):
    def test_a_run_prints_as_azureml_core_prints_it(self) -> None:
        run = self.start()
        self.assertEqual(str(run), f"Run(Experiment: {self.experiment.name},\nId: {run.id},\nType: interactive,\nStatus: Running)")
        run.complete()

    def test_details(self) -> None:
        run = self.start(properties={"author": "me"})
        details = run.get_details()
        expected = {
            "runId",
            "target",
            "status",
            "startTimeUtc",
            "services",
            "properties",
            "inputDatasets",
            "outputDatasets",
            "logFiles",
            "submittedBy",
        }
        self.assertEqual(set(details), expected)
        self.assertEqual((details["runId"], details["target"], details["status"]), (run.id, "local", "Running"))
        self.assertEqual((details["properties"], details["logFiles"], details["inputDatasets"]), ({"author": "me"}, {}, []))
        run.fail("it was the wrong script", "WrongScript")
        details = run.get_details()
        self.assertGreaterEqual(details["endTimeUtc"], details["startTimeUtc"])
        self.assertEqual(details["error"], {"error": {"code": "WrongScript", "message": "it was the wrong script", "details": []}})

    def test_log_files_have_links_that_open(self) -> None:
        run = self.start()
        path = "azureml-logs/70_driver_log.txt"
        with self.server.connection.stream(
            "POST", f"/api/v1/runs/{run.id}/logs/{path}", b"one\ntwo\n", query={"offset": 0, "seal": True}
        ) as reply:
            reply.read()
        details = run.get_details_with_logs()
        self.assertEqual(details["logFiles"], {path: "one\ntwo\n"})
        address = run.get_details()["logFiles"][path]
        with self.server.connection.stream("GET", address[len(self.server.url) :]) as reply:
            self.assertEqual(reply.read(), b"one\ntwo\n")
        self.assertEqual(run.get_all_logs("logs-here"), [f"logs-here/{path}"])
        self.assertEqual((Path("logs-here") / path).read_text(encoding="utf-8"), "one\ntwo\n")
        run.complete()

    def test_outputs_and_source_are_kept_without_being_asked_for(self) -> None:
        Path("train.py").write_text("print('hello')", encoding="utf-8")
        Path(".amlignore").write_text("state/\n", encoding="utf-8")
        with self.experiment.start_logging(display_name="whole") as run:
            Path("outputs/model.txt").write_text("model", encoding="utf-8")
        self.assertEqual(run.get_file_names(), ["outputs/model.txt"])
        snapshot_id = run.get_snapshot_id()
        self.assertEqual(run.get_properties()["ContentSnapshotId"], snapshot_id)
        self.assertEqual(run.display_name, "whole")

    def test_a_folder_that_is_too_much_says_how_to_do_without(self) -> None:
        Path("many").mkdir()
        for number in range(2001):
            Path("many", str(number)).touch()
        with self.assertRaisesRegex(SnapshotException, "Pass snapshot_directory=None .* 2000 files"):
            self.experiment.start_logging(snapshot_directory="many")
        self.assertEqual(list(self.experiment.get_runs()), [])

    def test_children_that_are_counted_carry_their_number(self) -> None:
        run = self.start()
        children = run.create_children(count=2)
        self.assertEqual(
            [child.get_tags() for child in children], [{"azureml.batch_child_number": "0"}, {"azureml.batch_child_number": "1"}]
        )
        self.assertIsInstance(children[0], Run)
        with self.assertRaises(UserErrorException):
            run.create_children(count=1, tag_key="a", tag_values=["b"])
        run.cancel()

    def test_documents_have_addresses_and_can_be_fetched_along(self) -> None:
        residuals = {"schema_type": "residuals", "schema_version": "1.0.0", "data": {"bin_edges": [0, 1], "bin_counts": [2]}}
        with self.start() as run:
            run.log_residuals("residuals", json.dumps(residuals))
            run.log("mse", 0.5)
        self.assertEqual(run.get_metrics(), {"residuals": f"aml://artifactId/ExperimentRun/dcid.{run.id}/residuals", "mse": 0.5})
        artifact = run.get_metrics(populate=True)["residuals"]
        self.assertEqual(artifact.convert_to_object(), residuals)

    def test_metrics_of_a_tree(self) -> None:
        with self.start() as run:
            run.log("a", 1)
            with run.child_run() as child:
                child.log("a", 2)
        self.assertEqual(run.get_metrics(name="a", recursive=True), {run.id: {"a": 1}, child.id: {"a": 2}})
        self.assertEqual(get_run(self.experiment, child.id).parent.get_metrics(), {"a": 1})

    def test_a_changed_property_is_refused_and_its_key_named(self) -> None:
        run = self.start()
        run.add_properties({"author": "azureml-user"})
        with self.assertRaises(Exception) as refused:
            run.add_properties({"author": "different-user"})
        self.assertIn('"author"', str(refused.exception))
        run.complete()

    def test_runs_are_listed_by_the_class_too(self) -> None:
        run = self.start(tags={"a": "b"})
        self.assertEqual([one.id for one in Run.list(self.experiment, tags={"a": "b"})], [run.id])
        self.assertEqual(Run.get(self.workspace, run.id).id, run.id)
        self.assertEqual([one.id for one in self.experiment.get_runs(type="azureml.scriptrun")], [])
        run.complete()


class SubmittedRunTest(AzureCase):
    def submit(self, script: str, **options: Any) -> Any:
        source = self.folder / "source"
        source.mkdir(exist_ok=True)
        (source / "train.py").write_text(script, encoding="utf-8")
        return self.experiment.submit(ScriptRunConfig(source_directory=str(source), script="train.py", **options))

    def wait(self, run: Any, **options: Any) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            run.wait_for_completion(show_output=True, **options)
        return printed.getvalue()

    def test_the_log_is_shown_as_it_grows_and_then_a_summary(self) -> None:
        run = self.submit("import sys\nprint('Hello,', sys.argv[1:])\n", arguments=["--alpha", 0.1])
        self.assertIsInstance(run, ScriptRun)
        address = f"RunId: {run.id}\nWeb View: {run.get_portal_url()}\n"
        log = "azureml-logs/70_driver_log.txt"
        printed = self.wait(run)
        preparation, _, rest = printed.partition(f"\nStreaming {log}\n{'=' * (len(log) + 10)}\n\n")
        # How much of the preparation is seen depends on how long it takes.
        self.assertRegex(preparation, f"^{re.escape(address)}(\nStreaming azureml-logs/(55|65)_[^\n]+\n=+\n\n(\\d{{4}}-[^\n]*\n)*)*$")
        self.assertEqual(rest, f"Hello, ['--alpha', '0.1']\n\nExecution Summary\n=================\n{address}\n")
        details = run.get_details()
        self.assertEqual((details["status"], details["target"], run.type), ("Completed", "local", "azureml.scriptrun"))
        self.assertEqual(
            (details["runDefinition"]["script"], details["runDefinition"]["arguments"]), ("train.py", ["--alpha", "0.1"])
        )
        self.assertIn(log, details["logFiles"])

    def test_the_log_is_shown_before_the_script_ends(self) -> None:
        run = self.submit("import time\nprint('ready')\ntime.sleep(600)\n")
        process = self.start_script(
            "from azureml.core import *\nrun = Workspace.from_config().get_run(input())\n"
            "run.wait_for_completion(show_output=True, raise_on_error=False)\n"
        )
        assert process.stdin and process.stdout
        process.stdin.write(f"{run.id}\n")
        process.stdin.flush()
        for line in iter(process.stdout.readline, "ready\n"):
            self.assertNotEqual(line, "")
        self.assertEqual(run.get_status(), "Running")
        run.cancel()
        printed, _ = process.communicate(timeout=60)
        self.assertIn("Execution Summary", printed)

    def test_the_context_of_a_job_is_its_run(self) -> None:
        run = self.submit(
            "from azureml.core import Run\nrun = Run.get_context(allow_offline=False)\nrun.log('a', 1)\n"
            "with run.child_run('part') as child:\n    child.log('b', 2)\n    print('parent', child.parent.id)\n"
            "run.tag('seen', run.experiment.name)\nrun.complete()\nprint('still', run.get_status())\n"
        )
        printed = self.wait(run)
        self.assertIn(f"parent {run.id}\nstill Running\n", printed)
        self.assertEqual(run.get_metrics(), {"a": 1})
        self.assertEqual(run.get_tags(), {"seen": self.experiment.name})
        (child,) = run.get_children()
        self.assertEqual((child.get_metrics(), child.get_status(), child.name), ({"b": 2}, "Completed", "part"))

    def test_what_a_job_logged_last_is_sent_though_it_is_killed(self) -> None:
        run = self.submit(
            "import os, signal\nfrom azureml.core import Run\nrun = Run.get_context()\n"
            "for number in range(3000): run.log('number', number)\nos.kill(os.getpid(), signal.SIGKILL)\n"
        )
        run.wait_for_completion(raise_on_error=False)
        self.assertEqual(run.get_status(), "Failed")
        self.assertEqual(run.get_metrics(), {"number": list(range(3000))})

    def test_the_error_of_the_script_is_raised(self) -> None:
        run = self.submit("raise RuntimeError('the data is missing')\n")
        with self.assertRaisesRegex(ActivityFailedException, "the data is missing"):
            run.wait_for_completion()
        self.assertIn("the data is missing", self.wait(run, raise_on_error=False))
        self.assertEqual(run.get_status(), "Failed")

    def test_a_run_that_fails_itself_is_failed(self) -> None:
        run = self.submit(
            "import time\nfrom azureml.core import Run\nRun.get_context().fail('no use', 'Hopeless')\ntime.sleep(60)\n"
        )
        with self.assertRaisesRegex(ActivityFailedException, "no use"):
            run.wait_for_completion()

    def test_children_are_submitted(self) -> None:
        parent = self.start()
        source = self.folder / "source"
        source.mkdir()
        (source / "child.py").write_text(
            "from azureml.core import Run\nprint('parent', Run.get_context().parent.id)\n", encoding="utf-8"
        )
        child = parent.submit_child(ScriptRunConfig(str(source), "child.py"), tags={"fruit": "apple"})
        self.assertIn(f"parent {parent.id}\n", self.wait(child))
        self.assertEqual([one.id for one in parent.get_children(tags={"fruit": "apple"}, type=ScriptRun.RUN_TYPE)], [child.id])
        parent.complete()

    def test_waiting_outlives_a_restart_of_the_server(self) -> None:
        run = self.submit("import time\nfor number in range(40):\n    print(number, flush=True)\n    time.sleep(0.1)\n")
        process = self.start_script(
            "from azureml.core import *\nrun = Workspace.from_config().get_run(input())\nrun.wait_for_completion(show_output=True)\n"
        )
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(f"{run.id}\n")
        process.stdin.flush()
        for line in iter(process.stdout.readline, "5\n"):
            self.assertNotEqual(line, "")
        self.server.kill()
        self.start_server_again()
        # Not communicate(): it would leave out what readline() has read ahead.
        printed, errors = process.stdout.read(), process.stderr.read()
        self.assertEqual(process.wait(timeout=60), 0, errors)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()
        numbers = [line for line in printed.splitlines() if line.isdigit()]
        self.assertEqual(numbers, [str(number) for number in range(6, 40)])

    def test_configurations_that_cannot_be_meant_so(self) -> None:
        with self.assertRaisesRegex(UserErrorException, "nothing.py is not in the source directory"):
            self.experiment.submit(ScriptRunConfig(source_directory=".", script="nothing.py"))
        with self.assertRaisesRegex(UserErrorException, "Neither a script nor a command"):
            self.experiment.submit(ScriptRunConfig(source_directory="."))
        with self.assertRaisesRegex(ExperimentExecutionException, "no compute target 'gpu-cluster'"):
            self.submit("", compute_target="gpu-cluster")
        with self.start() as parent, self.assertRaisesRegex(ExperimentExecutionException, "no compute target 'gpu-cluster'"):
            parent.submit_child(ScriptRunConfig("source", "train.py", compute_target="gpu-cluster"))
        with self.assertRaisesRegex(Exception, "The job takes 2 nodes, and local is one"):
            self.submit("", distributed_job_config=MpiConfiguration(2, 2))
        with self.assertRaisesRegex(RunConfigurationException, "not a str"):
            ScriptRunConfig(".", "train.py", distributed_job_config="mpi")
        with self.assertRaisesRegex(UserErrorException, r"takes a ScriptRunConfig\(.*script='train.py'\), not 'train.py'"):
            self.experiment.submit("train.py")

    def test_environment_and_run_configuration_reach_the_job(self) -> None:
        environment = Environment("mine")
        environment.python.user_managed_dependencies = True
        environment.python.interpreter_path = sys.executable
        configuration = RunConfiguration()
        configuration.environment = environment
        configuration.environment_variables = {"FRUIT": "apple"}
        run = self.submit("import os, sys\nprint(os.environ['FRUIT'], sys.executable)\n", run_config=configuration)
        self.assertIn(f"apple {sys.executable}\n", self.wait(run))


class ModelsTest(AzureCase):
    def test_a_model_is_registered_found_and_downloaded(self) -> None:
        Path("outputs").mkdir(exist_ok=True)
        Path("outputs/ridge.pkl").write_text("weights")
        run = self.experiment.start_logging(snapshot_directory=None)
        run.upload_file("outputs/ridge.pkl", "outputs/ridge.pkl")
        of_run = run.register_model("azure-ridge", "outputs/ridge.pkl", tags={"stage": "trial"})
        run.complete()
        self.assertEqual((type(of_run), of_run.id, of_run.run_id), (Model, "azure-ridge:1", run.id))
        local = Model.register(
            self.workspace,
            model_path="outputs/ridge.pkl",
            model_name="azure-ridge",
            tags={"stage": "best"},
            description="by hand",
            model_framework=Model.Framework.SCIKITLEARN,
        )
        self.assertEqual((local.version, local.created_time.tzinfo is not None), (2, True))
        self.assertEqual(Model(self.workspace, "azure-ridge", tags=[["stage", "trial"]]).version, 1)
        self.assertEqual([one.version for one in Model.list(self.workspace, "azure-ridge", tags=["stage"])], [2, 1])
        self.assertEqual(self.workspace.models["azure-ridge"].version, 2)
        self.assertEqual(Path(Model(self.workspace, "azure-ridge", version=1).download("fetched")).read_text(), "weights")
        for missing in ({"name": "no-such"}, {"name": "azure-ridge", "tags": ["none"]}):
            with self.assertRaisesRegex(WebserviceException, "ModelNotFound"):
                Model(self.workspace, **missing)
