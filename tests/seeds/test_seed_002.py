"""Start, monitor and cancel training runs in Python (Korean): its Python snippets about runs, one test each.

Left to later capabilities: the snippets for the command line.
"""

from __future__ import annotations

import unittest

from snippet_case import SnippetCase, run_notebook_line, translate_notebook_lines

VERSION = """
print(azureml.core.VERSION)
"""

SET_UP = """
import azureml.core
from azureml.core import Workspace, Experiment, Run
from azureml.core import ScriptRunConfig

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="explore-runs")
"""

START = """
notebook_run = exp.start_logging()
notebook_run.log(name="message", value="Hello from run!")
"""

STATUS = """
print(notebook_run.get_status())
"""

DETAILS = """
print(notebook_run.get_details())
"""

COMPLETE = """
notebook_run.complete()
print(notebook_run.get_status())
"""

WITH = """
with exp.start_logging() as notebook_run:
    notebook_run.log(name="message", value="Hello from run!")
    print(notebook_run.get_status())

print(notebook_run.get_status())
"""

CANCEL = """
src = ScriptRunConfig(source_directory='.', script='hello_with_delay.py')
local_run = exp.submit(src)
print(local_run.get_status())

local_run.cancel()
print(local_run.get_status())
"""

FAIL = """
local_run = exp.submit(src)
local_run.fail()
print(local_run.get_status())
"""

CHILDREN = """
!more hello_with_children.py
src = ScriptRunConfig(source_directory='.', script='hello_with_children.py')

local_run = exp.submit(src)
local_run.wait_for_completion(show_output=True)
print(local_run.get_status())

with exp.start_logging() as parent_run:
    for c,count in enumerate(range(5)):
        with parent_run.child_run() as child:
            child.log(name="Hello from child run", value=c)
"""

PARENT_ID = """
## In child run script
child_run = Run.get_context()
child_run.parent.id
"""

GET_CHILDREN = """
print(parent_run.get_children())
"""

ADD_PROPERTIES = """
local_run.add_properties({"author":"azureml-user"})
print(local_run.get_properties())
"""

CHANGE_PROPERTY = """
try:
    local_run.add_properties({"author":"different-user"})
except Exception as e:
    print(e)
"""

TAG = """
local_run.tag("quality", "great run")
print(local_run.get_tags())

local_run.tag("quality", "fantastic run")
print(local_run.get_tags())
"""

TAG_WITHOUT_VALUE = """
local_run.tag("worth another look")
print(local_run.get_tags())
"""

FIND = """
list(exp.get_runs(properties={"author":"azureml-user"},tags={"quality":"fantastic run"}))
list(exp.get_runs(properties={"author":"azureml-user"},tags="worth another look"))
"""

#: The parts of parent.py that need no cluster: the children run where no compute target is named.
SUBMIT_CHILDREN = """
run = exp.start_logging()
child_args = ['Apple', 'Banana', 'Orange']
for arg in child_args:
    run.log('Status', f'Launching {arg}')
    child_config = ScriptRunConfig(source_directory=".", script='child.py', arguments=['--fruit', arg])
    # Starts the run asynchronously
    run.submit_child(child_config)

for child in run.get_children():
    child.wait_for_completion()
"""

#: The cluster that parent.py, as the document prints it, takes for granted, and one for parent.py itself.
CLUSTERS = """
from azureml.core.compute import AmlCompute, ComputeTarget

gpu_configuration = AmlCompute.provisioning_configuration(vm_size="STANDARD_NC6", max_nodes=2)
gpu_cluster = ComputeTarget.create(ws, "gpu-cluster", gpu_configuration)
cpu_configuration = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=1)
cpu_cluster = ComputeTarget.create(ws, "cpu-cluster", cpu_configuration)
"""

SUBMIT_PARENT = """
parent_run = exp.submit(ScriptRunConfig(source_directory='.', script='parent.py', compute_target=target))
parent_run.wait_for_completion(show_output=True)
"""

#: Stands for the run that the document's section on tags and properties goes on with.
LOCAL_RUN = SET_UP + "local_run = exp.start_logging()\n"


class Seed002Test(SnippetCase):
    def test_version(self) -> None:
        """Added: the import of azureml.core, which the document makes later."""
        self.assertEqual(self.run_snippet(VERSION, "import azureml.core"), "1.61.0\n")

    def test_set_up(self) -> None:
        """Added: nothing."""
        self.run_snippet(SET_UP)
        self.assertEqual((self.names["ws"].name, self.names["exp"].name), ("quickstart", "explore-runs"))

    def test_start(self) -> None:
        """Added: the snippet on setting up."""
        self.run_snippet(START, SET_UP)
        self.assertEqual(self.names["notebook_run"].get_metrics(), {"message": "Hello from run!"})

    def test_status(self) -> None:
        """Added: the snippets before it."""
        self.assertEqual(self.run_snippet(STATUS, SET_UP + START), "Running\n")

    def test_details(self) -> None:
        """Added: the snippets before it."""
        printed = self.run_snippet(DETAILS, SET_UP + START)
        run = self.names["notebook_run"]
        details = run.get_details()
        self.assertEqual(printed, f"{details}\n")
        self.assertEqual((details["runId"], details["target"], details["status"]), (run.id, "local", "Running"))
        self.assertTrue({"startTimeUtc", "properties", "inputDatasets", "outputDatasets", "logFiles"} <= set(details))

    def test_complete(self) -> None:
        """Added: the snippets before it."""
        self.assertEqual(self.run_snippet(COMPLETE, SET_UP + START), "Completed\n")

    def test_with(self) -> None:
        """Added: the snippet on setting up."""
        self.assertEqual(self.run_snippet(WITH, SET_UP), "Running\nCompleted\n")

    def test_cancel(self) -> None:
        """Added: the snippet on setting up."""
        before, after = self.run_snippet(CANCEL, SET_UP).splitlines()
        self.assertIn(before, ("Queued", "Preparing", "Starting", "Running"))
        self.assertIn(after, ("CancelRequested", "Canceled"))
        self.names["local_run"].wait_for_completion(raise_on_error=False)
        self.assertEqual(self.names["local_run"].get_status(), "Canceled")

    def test_fail(self) -> None:
        """Added: the snippet on setting up, and `src` of the snippet before."""
        prelude = SET_UP + "src = ScriptRunConfig(source_directory='.', script='hello_with_delay.py')\n"
        self.assertEqual(self.run_snippet(FAIL, prelude), "Failed\n")

    def test_children(self) -> None:
        """Added: the snippet on setting up, and what IPython makes of `!more`."""
        self.names["run_notebook_line"] = run_notebook_line
        printed = self.run_snippet(translate_notebook_lines(CHILDREN), SET_UP)
        with open("hello_with_children.py", encoding="utf-8") as script:
            self.assertIn(script.read(), printed)
        self.assertEqual(printed.count("\nHello from child run "), 5)
        self.assertTrue(printed.endswith("Completed\n"), printed)
        for parent in (self.names["local_run"], self.names["parent_run"]):
            children = list(parent.get_children())
            values = sorted(child.get_metrics()["Hello from child run"] for child in children)
            self.assertEqual(values, [0, 1, 2, 3, 4])
            self.assertEqual({child.get_status() for child in children}, {"Completed"})

    def test_parent_id_in_a_child(self) -> None:
        """Added: a script around it, which prints the id, and the parent that submits it."""
        script = f"from azureml.core import Run\n{PARENT_ID.rstrip()}\nprint('parent:', child_run.parent.id)\n"
        (self.folder / "print_parent.py").write_text(script, encoding="utf-8")
        self.run_snippet(SET_UP + "parent_run = exp.start_logging()\n")
        config = self.names["ScriptRunConfig"](source_directory=".", script="print_parent.py")
        child = self.names["parent_run"].submit_child(config)
        self.names["child"] = child
        printed = self.run_snippet("child.wait_for_completion(show_output=True)")
        self.assertIn(f"parent: {self.names['parent_run'].id}\n", printed)

    def test_submit_children_without_a_cluster(self) -> None:
        """The parts of parent.py that need no cluster, from an interactive run."""
        self.run_snippet(SUBMIT_CHILDREN, SET_UP)
        children = list(self.names["run"].get_children())
        self.assertEqual({child.get_status() for child in children}, {"Completed"})
        self.assertEqual({child.get_metrics()["fruit"] for child in children}, {"Apple", "Banana", "Orange"})

    def test_parent_on_this_machine_with_its_children_on_a_cluster(self) -> None:
        """parent.py and child.py, unchanged. Added: the cluster that parent.py looks up, and what submits parent.py."""
        self.check_parent_and_children("local")

    def test_parent_on_a_cluster_with_its_children_on_another(self) -> None:
        """The same, with parent.py on a cluster of its own."""
        self.check_parent_and_children("cpu-cluster")

    def check_parent_and_children(self, target: str) -> None:
        self.run_snippet(SET_UP + CLUSTERS)
        self.addCleanup(self.names["gpu_cluster"].delete, cancel_runs=True)
        self.addCleanup(self.names["cpu_cluster"].delete, cancel_runs=True)
        self.names["target"] = target
        self.run_snippet(SUBMIT_PARENT)
        parent = self.names["parent_run"]
        self.assertEqual((parent.get_status(), parent.get_details()["target"]), ("Completed", target))
        self.assertEqual(parent.get_metrics()["Status"], ["Launching Apple", "Launching Banana", "Launching Orange"])
        children = list(parent.get_children())
        self.assertEqual({child.get_metrics()["fruit"] for child in children}, {"Apple", "Banana", "Orange"})
        for child in children:
            details = child.get_details_with_logs()
            self.assertEqual((details["target"], details["status"]), ("gpu-cluster", "Completed"))
            self.assertIn(f"child {child.id} of {parent.id}\n", details["logFiles"]["azureml-logs/70_driver_log.txt"])

    def test_get_children(self) -> None:
        """Added: a parent with two children, named `parent_run`."""
        self.run_snippet(SET_UP + "parent_run = exp.start_logging()\nfor _ in range(2):\n    parent_run.child_run().complete()\n")
        self.run_snippet(GET_CHILDREN)
        self.assertEqual(len(list(self.names["parent_run"].get_children())), 2)

    def test_add_properties(self) -> None:
        """Added: an interactive run named `local_run`."""
        self.run_snippet("", LOCAL_RUN)
        before = self.names["local_run"].get_properties()
        printed = self.run_snippet(ADD_PROPERTIES)
        self.assertEqual(printed, f"{ {**before, 'author': 'azureml-user'} }\n")

    def test_change_property(self) -> None:
        """Added: the snippets before it."""
        printed = self.run_snippet(CHANGE_PROPERTY, LOCAL_RUN + ADD_PROPERTIES)
        self.assertIn('"author"', printed)
        self.assertEqual(self.names["local_run"].get_properties()["author"], "azureml-user")

    def test_tag(self) -> None:
        """Added: an interactive run named `local_run`."""
        self.assertEqual(self.run_snippet(TAG, LOCAL_RUN), "{'quality': 'great run'}\n{'quality': 'fantastic run'}\n")

    def test_tag_without_value(self) -> None:
        """Added: the snippets before it."""
        printed = self.run_snippet(TAG_WITHOUT_VALUE, LOCAL_RUN + TAG)
        self.assertEqual(printed, "{'quality': 'fantastic run', 'worth another look': None}\n")

    def test_find(self) -> None:
        """Added: the snippets before it, in an experiment of its own, and names for the two lists."""
        prelude = (LOCAL_RUN + ADD_PROPERTIES + TAG + TAG_WITHOUT_VALUE).replace("explore-runs", "find-runs")
        other = "exp.start_logging().tag('quality', 'great run')\n"
        self.run_snippet(FIND, prelude + other)
        by_value, by_key = (eval(line, self.names) for line in FIND.split("\n") if line)  # noqa: S307 - the document's code
        self.assertEqual([run.id for run in by_value], [self.names["local_run"].id])
        self.assertEqual([run.id for run in by_key], [self.names["local_run"].id])


if __name__ == "__main__":
    unittest.main()
