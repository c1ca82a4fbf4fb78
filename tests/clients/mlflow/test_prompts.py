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
