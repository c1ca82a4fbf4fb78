"""What the public sample notebooks for azureml-core call, in their order: logging, management of runs, training here and in a sweep."""

import os
import pickle
import sys
import zipfile

import pytest

PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6364f8cf500f00038601806b34d7da0000000049454e44ae426082")


class Plot:
    """As much of matplotlib's pyplot as the client asks of it."""

    def savefig(self, file, **_):
        file.write(PICTURE) if hasattr(file, "write") else open(file, "wb").write(PICTURE)


@pytest.fixture
def here(tmp_path, folder, monkeypatch):
    """A notebook's own folder, with the config.json of the workspace."""
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name, *lines):
    with open(name, "w") as file:
        file.write("\n".join(lines) + "\n")


def test_the_ways_to_log(here, experiment):
    from azureml.core import Workspace

    workspace = Workspace.from_config()
    assert all((workspace.name, workspace.location, workspace.subscription_id, workspace.resource_group))
    run = experiment.start_logging()
    assert run.id in run._repr_html_() and experiment.name in experiment._repr_html_()
    run.log(name="Category", value="Red")
    run.log(name="scale factor", value=2)
    run.log_list(name="Fibonacci", value=(2 * number for number in (0, 1, 1, 2, 3, 5)))
    table = {"angle": [], "sine": []}
    for number in range(-10, 10):
        run.log(name="Sigmoid", value=1 / (1 + 2.718281828459045**-number))
        run.log_row(name="Cosine Wave", angle=number / 2.0, cos=number / 10)
        table["angle"].append(number / 2.0)
        table["sine"].append(-number / 10)
    run.log_table(name="Sine Wave", value=table)
    run.log_image(name="Hyperbolic Tangent", plot=Plot())
    os.makedirs("outputs", exist_ok=True)
    write("outputs/myfile.txt", "This is an output file that will be uploaded.")
    run.upload_file(name="myfile.txt", path_or_stream="./outputs/myfile.txt")
    run.complete()

    fetched = next(one for one in experiment.get_runs() if one.id == run.id)
    assert fetched.get_status() == "Completed"
    metrics = fetched.get_metrics()
    picture = metrics.pop("Hyperbolic Tangent")
    assert picture.startswith("aml://artifactId/ExperimentRun/") and picture.endswith(".png")
    assert sorted(metrics) == ["Category", "Cosine Wave", "Fibonacci", "Sigmoid", "Sine Wave", "scale factor"]
    assert (metrics["Fibonacci"], len(metrics["Sigmoid"])) == ([0, 2, 2, 4, 6, 10], 20)
    assert metrics["Sine Wave"] == table and metrics["Cosine Wave"]["angle"] == table["angle"]
    assert fetched.get_metrics(name="scale factor") == {"scale factor": 2}
    assert {"myfile.txt", "outputs/myfile.txt"} <= set(fetched.get_file_names())
    os.makedirs("files", exist_ok=True)
    for name in fetched.get_file_names():
        fetched.download_file(name, output_file_path=os.path.join("files", name.replace("/", "_")))
    assert (here / "files" / "myfile.txt").read_text().startswith("This is an output file")
    fetched.tag("My tag", "1")
    assert [one.id for one in experiment.get_runs(tags={"My tag": "1"})] == [run.id]


def test_how_runs_are_managed(here, experiment, capsys):
    from azureml.core import Run, ScriptRunConfig

    with experiment.start_logging() as notebook_run:
        notebook_run.log(name="message", value="Hello from run!")
        assert notebook_run.get_status() == "Running"
    details = notebook_run.get_details()
    assert (notebook_run.get_status(), details["status"]) == ("Completed", "Completed")

    write("hello.py", "from azureml.core.run import Run", "run = Run.get_context()", "run.log(name='message', value='Hello from a script!')", "print('hello')")
    write(".amlignore", "# what earlier runs have left", "/outputs", "secret.txt")
    write("secret.txt", "not to be sent")
    run = experiment.submit(ScriptRunConfig(source_directory=".", script="hello.py"))
    assert run.id in run._repr_html_()
    assert "runId" in run.get_details_with_logs()
    run.wait_for_completion(show_output=True)
    assert run.get_status() == "Completed", capsys.readouterr().out
    assert run.get_metrics() == {"message": "Hello from a script!"}
    os.makedirs("restored")
    with zipfile.ZipFile(run.restore_snapshot(path="restored")) as restored:
        assert "hello.py" in restored.namelist() and "secret.txt" not in restored.namelist()

    run.add_properties({"author": "azureml-user"})
    with pytest.raises(Exception, match="author"):
        run.add_properties({"author": "different-user"})
    run.tag("quality", "great run")
    run.tag("quality", "fantastic run")
    run.tag("worth another look")
    assert run.get_tags() == {"quality": "fantastic run", "worth another look": None}
    found = lambda **how: [one.id for one in experiment.get_runs(**how)]  # noqa: E731
    assert found(properties={"author": "azureml-user"}, tags={"quality": "fantastic run"}) == [run.id]
    assert found(properties={"author": "azureml-user"}, tags="worth another look") == [run.id]

    write(
        "hello_with_children.py",
        "from azureml.core.run import Run",
        "run = Run.get_context()",
        "for number, child in enumerate(run.create_children(count=5)):",
        "    child.log(name='Hello from child run', value=number)",
        "    child.complete()",
    )
    parent = experiment.submit(ScriptRunConfig(source_directory=".", script="hello_with_children.py"))
    parent.wait_for_completion(show_output=True)
    assert sorted(child.get_metrics()["Hello from child run"] for child in parent.get_children()) == [0, 1, 2, 3, 4]

    write("hello_with_delay.py", "import time", "time.sleep(600)")
    delayed = experiment.submit(ScriptRunConfig(source_directory=".", script="hello_with_delay.py"))
    delayed.cancel()
    delayed.wait_for_completion(raise_on_error=False)
    assert delayed.get_status() == "Canceled"
    failing = experiment.start_logging()
    failing.fail()
    assert failing.get_status() == "Failed"
    assert Run.get(experiment.workspace, failing.id).get_status() == "Failed"


def test_training_here_and_registering_the_best(here, experiment):
    import azureml.core
    from azureml.core import ScriptRunConfig
    from azureml.core.conda_dependencies import CondaDependencies
    from azureml.core.runconfig import RunConfiguration

    write("mylib.py", "def get_alphas():", "    return [0.0, 0.2, 0.4, 0.6]")
    write(
        "train.py",
        "import os, pickle, mylib",
        "from azureml.core.run import Run",
        "os.makedirs('./outputs', exist_ok=True)",
        "run = Run.get_context()",
        "for alpha in mylib.get_alphas():",
        "    mse = 3000 + (alpha - 0.4) ** 2",
        "    run.log('alpha', alpha)",
        "    run.log('mse', mse)",
        "    name = 'ridge_{0:.2f}.pkl'.format(alpha)",
        "    with open(name, 'wb') as file:",
        "        pickle.dump(alpha, file)",
        "    run.upload_file(name='outputs/' + name, path_or_stream=name)",
        "    print('alpha is {0:.2f}, and mse is {1:0.2f}'.format(alpha, mse))",
    )
    user_managed = RunConfiguration()
    user_managed.environment.python.user_managed_dependencies = True
    user_managed.environment.python.interpreter_path = sys.executable
    run = experiment.submit(ScriptRunConfig(source_directory="./", script="train.py", run_config=user_managed))
    run.wait_for_completion(show_output=True)
    metrics = run.get_metrics()
    best = metrics["alpha"][metrics["mse"].index(min(metrics["mse"]))]
    assert best == 0.4
    assert "outputs/ridge_0.40.pkl" in run.get_file_names()
    model = run.register_model(model_name="best_ridge_model", model_path="./outputs/ridge_0.40.pkl")
    assert model.name == "best_ridge_model" and model.url.startswith("aml://asset/")
    with open(model.download(target_dir="back", exist_ok=True), "rb") as file:
        assert pickle.load(file) == 0.4
    assert run.get_details()["runDefinition"]["environment"]["python"]["interpreterPath"] == sys.executable

    # An environment with an image: the packages of it count, and the image does not.
    with_image = RunConfiguration()
    with_image.environment.docker.enabled = True
    with_image.environment.docker.base_image = azureml.core.runconfig.DEFAULT_CPU_IMAGE
    with_image.environment.python.user_managed_dependencies = False
    with_image.auto_prepare_environment = True
    with_image.environment.python.conda_dependencies = CondaDependencies.create()
    again = experiment.submit(ScriptRunConfig(source_directory="./", script="train.py", run_config=with_image))
    assert again.wait_for_completion()["status"] == "Completed"


def test_a_sweep_within_a_notebook(here, experiment):
    from azureml.core.model import Model

    os.makedirs("outputs", exist_ok=True)
    for alpha in (0.0, 0.05, 0.1):
        with experiment.start_logging(snapshot_directory=None) as run:
            run.log(name="alpha", value=alpha)
            run.log(name="mse", value=3000 + (alpha - 0.05) ** 2)
            with open("outputs/model.pkl", "wb") as file:
                pickle.dump(alpha, file)
            run.take_snapshot("./")
    runs = {one.id: one for one in experiment.get_runs()}
    metrics = {name: one.get_metrics() for name, one in runs.items()}
    best = runs[min(metrics, key=lambda name: metrics[name]["mse"])]
    best.tag("Best Run")
    assert best.get_tags() == {"Best Run": None}
    assert "outputs/model.pkl" in best.get_file_names()
    name = "best_model-" + experiment.name[-8:]
    model = best.register_model(model_name=name, model_path="outputs/model.pkl")
    assert [(one.name, one.version) for one in Model.list(experiment.workspace, name=name)] == [(name, model.version)]
    with open(Model(experiment.workspace, name).download(target_dir="back"), "rb") as file:
        assert pickle.load(file) == 0.05
