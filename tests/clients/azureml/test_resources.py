"""What a workspace has beside its runs: compute targets, environments, datastores, models."""

import uuid

import pytest


def name_of(kind):
    return f"{kind}-{uuid.uuid4().hex[:8]}"


def test_clusters(workspace):
    from azureml.core.compute import AmlCompute, ComputeTarget
    from azureml.core.compute_target import ComputeTargetException

    name = name_of("cpu")
    with pytest.raises(ComputeTargetException, match="not found"):
        ComputeTarget(workspace=workspace, name=name)
    configuration = AmlCompute.provisioning_configuration(
        vm_size="STANDARD_D2_V2", min_nodes=0, max_nodes=2, idle_seconds_before_scaledown=120, tags={"team": "vision"}
    )
    made = ComputeTarget.create(workspace, name, configuration)
    made.wait_for_completion(show_output=True, min_node_count=None, timeout_in_minutes=5)
    assert isinstance(workspace.compute_targets[name], AmlCompute)
    found = AmlCompute(workspace, name)
    assert (found.vm_size, found.vm_priority, found.provisioning_state) == ("STANDARD_D2_V2", "Dedicated", "Succeeded")
    assert (found.scale_settings.minimum_node_count, found.scale_settings.maximum_node_count) == (0, 2)
    status = found.get_status()
    assert (status.current_node_count, status.allocation_state, status.errors) == (0, "Steady", None)
    assert status.node_state_counts.idle_node_count == 0
    found.update(max_nodes=3)
    assert AmlCompute(workspace, name).scale_settings.maximum_node_count == 3
    assert found.list_nodes() == []
    assert "STANDARD_D2_V2" in [size["name"].upper() for size in AmlCompute.supported_vmsizes(workspace)]
    with pytest.raises(ComputeTargetException):
        ComputeTarget.create(workspace, name_of("odd"), AmlCompute.provisioning_configuration(vm_size="STANDARD_NONE"))
    found.delete()
    assert name not in workspace.compute_targets


def test_environments(workspace):
    from azureml.core import Environment
    from azureml.core.conda_dependencies import CondaDependencies

    name = name_of("sklearn")
    environment = Environment(name)
    environment.python.conda_dependencies = CondaDependencies.create(pip_packages=["scikit-learn==1.5.2"])
    environment.environment_variables = {"LEVEL": "3"}
    first = environment.register(workspace)
    assert (first.name, first.version) == (name, "1")
    assert environment.register(workspace).version == "1"
    environment.python.conda_dependencies.add_pip_package("pandas")
    assert environment.register(workspace).version == "2"
    found = Environment.get(workspace, name, version="1")
    assert list(found.python.conda_dependencies.pip_packages) == ["scikit-learn==1.5.2"]
    assert found.environment_variables == {"LEVEL": "3"}
    assert Environment.get(workspace, name).version == "2"
    assert name in Environment.list(workspace)
    assert name in workspace.environments
    with pytest.raises(Exception, match="not"):
        Environment.get(workspace, name_of("nothing"))


def test_the_default_datastore(workspace):
    store = workspace.get_default_datastore()
    assert (store.name, store.datastore_type) == ("workspaceblobstore", "AzureBlob")
    assert list(workspace.datastores) == ["workspaceblobstore"]


def test_models(workspace, experiment, folder, tmp_path):
    from azureml.core import Model

    (folder / "weights").mkdir(exist_ok=True)
    (folder / "weights" / "a.txt").write_text("first layer")
    (folder / "model.pkl").write_bytes(b"weights")
    name = name_of("ridge")
    model = Model.register(workspace, "model.pkl", name, tags={"area": "diabetes"}, properties={"author": "ada"}, description="Ridge")
    assert (model.id, model.version, model.tags, model.description) == (f"{name}:1", 1, {"area": "diabetes"}, "Ridge")
    whole = Model.register(workspace, "weights", name, model_framework=Model.Framework.SCIKITLEARN, model_framework_version="1.5")
    assert (whole.version, whole.model_framework) == (2, "ScikitLearn")
    with experiment.start_logging(snapshot_directory=None) as run:
        run.upload_file("outputs/model.pkl", "model.pkl")
        logged = run.register_model(name, model_path="outputs/model.pkl", tags={"from": "run"})
    assert (logged.version, logged.run_id, logged.experiment_name) == (3, run.id, experiment.name)

    assert Model(workspace, name).version == 3
    assert [one.version for one in Model.list(workspace, name=name)] == [3, 2, 1]
    assert [one.version for one in Model.list(workspace, name=name, latest=True)] == [3]
    assert [one.version for one in Model.list(workspace, name=name, tags=[["area", "diabetes"]])] == [1]
    assert [one.version for one in Model.list(workspace, run_id=run.id)] == [3]
    assert workspace.models[name].version == 3

    first = Model(workspace, name, version=1)
    assert open(first.download(str(tmp_path / "one"))).read() == "weights"
    assert open(Model(workspace, name, version=2).download(str(tmp_path / "two"))).read() == "first layer"
    assert open(logged.download(str(tmp_path / "three"))).read() == "weights"

    first.add_tags({"quality": "good"})
    first.remove_tags(["area"])
    first.add_properties({"year": "2026"})
    first.update(description="Ridge regression")
    again = Model(workspace, name, version=1)
    assert (again.tags, again.properties, again.description) == (
        {"quality": "good"},
        {"author": "ada", "year": "2026"},
        "Ridge regression",
    )
    whole.delete()
    assert [one.version for one in Model.list(workspace, name=name)] == [3, 1]
    with pytest.raises(Exception, match="[Nn]ot"):
        Model(workspace, name_of("nothing"))


def test_files_of_any_size(experiment, folder):
    path = folder / "large.bin"
    with open(path, "wb") as file:
        for part in range(70):
            file.write(bytes([part]) * (1 << 20))
    with experiment.start_logging(snapshot_directory=None) as run:
        run.upload_file("outputs/large.bin", str(path))
        run.download_file("outputs/large.bin", str(folder / "back.bin"))
    assert (folder / "back.bin").read_bytes() == path.read_bytes()
