"""Compute targets, environments and models."""
import os

from azureml.core import Environment, Model
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from azureml.core.conda_dependencies import CondaDependencies

try:
    ComputeTarget(workspace=workspace, name=unique)
except ComputeTargetException as error:
    show("no compute", True)
made = ComputeTarget.create(workspace, unique, AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=2))
made.wait_for_completion()
show("compute", (workspace.compute_targets[unique].name == unique, made.vm_size, made.provisioning_state))
made.delete()
show("deleted", unique in workspace.compute_targets)

environment = Environment(unique)
environment.python.conda_dependencies = CondaDependencies.create(pip_packages=["scikit-learn==1.5.2"])
show("environment", (environment.register(workspace).version, environment.register(workspace).version))
found = Environment.get(workspace, unique)
show("packages", [one for one in found.python.conda_dependencies.pip_packages if one != "azureml-defaults"])

with open("model.pkl", "w") as file:
    file.write("weights")
model = Model.register(workspace, model_path="model.pkl", model_name=unique, tags={"area": "diabetes"})
show("model", (model.name == unique, model.version, model.tags, model.id == unique + ":1"))
with experiment.start_logging(snapshot_directory=None) as run:
    run.upload_file("outputs/model.pkl", "model.pkl")
    logged = run.register_model(model_name=unique, model_path="outputs/model.pkl")
show("logged", (logged.version, logged.run_id == run.id))
show("listed", [one.version for one in Model.list(workspace, name=unique)])
show("newest", Model(workspace, unique).version)
show("downloaded", open(Model(workspace, unique, version=1).download("back", exist_ok=True)).read())
