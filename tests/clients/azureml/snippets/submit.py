"""A script that is submitted to this machine."""
import os

from azureml.core import ScriptRunConfig

os.makedirs("code", exist_ok=True)
with open("code/train.py", "w") as file:
    file.write("import sys\nfrom azureml.core import Run\nrun = Run.get_context()\nrun.log('mse', 0.25)\nprint(sys.argv[1:])\nif '--fail' in sys.argv: raise SystemExit(3)\n")
run = experiment.submit(ScriptRunConfig(source_directory="code", script="train.py", arguments=["--rate", 0.1]), tags={"quality": "good"})
details = run.wait_for_completion()
show("details", (details["status"], details["target"], details["runDefinition"]["script"], details["runDefinition"]["arguments"]))
show("logs", sorted(name for name in details["logFiles"] if "driver" in name))
show("metrics", run.get_metrics())
show("tags", run.get_tags())
failing = experiment.submit(ScriptRunConfig(source_directory="code", script="train.py", arguments=["--fail"]))
try:
    failing.wait_for_completion()
except Exception as error:
    show("raised", type(error).__name__)
show("failed", (failing.get_status(), failing.get_metrics()))
