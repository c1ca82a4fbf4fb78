"""Prompts of MLflow 3: versions of a text, with aliases, among the registered models."""

import uuid

import mlflow
import pytest
from mlflow.exceptions import MlflowException


def test_prompts(tracking):
    name = "prompt-" + uuid.uuid4().hex
    mlflow.genai.register_prompt(name, "Hello {{name}}", commit_message="first", tags={"tone": "warm"})
    mlflow.genai.register_prompt(name, "Bye {{name}}")
    mlflow.genai.set_prompt_alias(name, "production", 2)
    assert mlflow.genai.load_prompt(f"prompts:/{name}/1").format(name="you") == "Hello you"
    assert mlflow.genai.load_prompt(f"prompts:/{name}@production").template == "Bye {{name}}"
    assert name in [prompt.name for prompt in mlflow.genai.search_prompts()]
    assert name not in [model.name for model in tracking.search_registered_models()]
    with pytest.raises(MlflowException, match="already taken by a prompt") as caught:
        tracking.create_registered_model(name)
    assert caught.value.error_code == "RESOURCE_ALREADY_EXISTS"


def test_prompts_of_every_sort(tracking, experiment):
    name = "prompt-" + uuid.uuid4().hex
    mlflow.genai.register_prompt(name, [{"role": "user", "content": "Hello {{name}}"}], response_format={"type": "object"})
    plain = mlflow.genai.register_prompt(name, "Bye {{name}}", model_config={"model_name": "small", "temperature": 0.5})
    chat = mlflow.genai.load_prompt(name, 1)
    assert (chat.template, chat.response_format) == ([{"role": "user", "content": "Hello {{name}}"}], {"type": "object"})
    assert mlflow.genai.load_prompt(f"prompts:/{name}@latest").model_config == {"model_name": "small", "temperature": 0.5}
    assert [version.version for version in tracking.search_prompt_versions(name)] == [2, 1]
    assert [prompt.name for prompt in mlflow.genai.search_prompts(filter_string=f"name = '{name}'")] == [name]
    mlflow.genai.set_prompt_tag(name, "team", "blue")
    assert mlflow.genai.get_prompt_tags(name)["team"] == "blue"
    mlflow.genai.delete_prompt_tag(name, "team")
    assert "team" not in mlflow.genai.get_prompt_tags(name)
    mlflow.genai.set_prompt_version_tag(name, 1, "tone", "warm")
    assert mlflow.genai.load_prompt(name, 1).tags["tone"] == "warm"
    run = tracking.create_run(experiment).info.run_id
    tracking.link_prompt_version_to_run(run, plain)
    assert name in tracking.get_run(run).data.tags["mlflow.linkedPrompts"]
    assert mlflow.genai.load_prompt("nothing-of-this-name", 1, allow_missing=True) is None
    tracking.delete_prompt_version(name, "1")
    assert [version.version for version in tracking.search_prompt_versions(name)] == [2]


def test_an_evaluation_leaves_a_run_with_its_scores(tracking, experiment):
    mlflow.set_experiment(experiment_id=experiment)

    @mlflow.genai.scorer
    def exact(outputs):
        return outputs == "a"

    result = mlflow.genai.evaluate(data=[{"inputs": {"question": "?"}, "outputs": word} for word in ("a", "b")], scorers=[exact])
    assert tracking.get_run(result.run_id).data.metrics["exact/mean"] == 0.5
    traces = mlflow.search_traces([experiment], return_type="list")
    assert sorted(one.value for trace in traces for one in trace.info.assessments) == [False, True]


def test_traces_of_a_conversation(tracking, experiment):
    mlflow.set_experiment(experiment_id=experiment)

    @mlflow.trace
    def answer(question, session):
        mlflow.update_current_trace(metadata={"mlflow.trace.session": session})
        return question

    for question, session in (("one", "first"), ("two", "first"), ("three", "second")):
        answer(question, session)
    mlflow.flush_trace_async_logging()
    assert sorted(len(session) for session in mlflow.search_sessions(locations=[experiment])) == [1, 2]
