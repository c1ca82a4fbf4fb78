"""Model with the arguments that azureml-core takes: `Model.register`, `Model(ws, "name")`, `Model.list`, `download`."""

from __future__ import annotations

import builtins
import os
from datetime import datetime
from typing import Any, Mapping, Sequence, Union

from azureml.exceptions import WebserviceException
from runstead.errors import RunsteadError
from runstead.model import Model as NativeModel
from runstead.workspace import Workspace

#: As azureml-core takes them: a key that is there, or a key with its value.
Wanted = Sequence[Union[str, Sequence[str]]]


class Model(NativeModel):
    """A version of a registered model; the constructor finds the newest that has what is asked for."""

    class Framework:
        """Names of frameworks, for `model_framework`."""

        CUSTOM = "Custom"
        TENSORFLOW = "TensorFlow"
        SCIKITLEARN = "ScikitLearn"
        ONNX = "Onnx"
        SPARK = "Spark"
        PYTORCH = "PyTorch"

    def __init__(
        self,
        workspace: Workspace,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        tags: Wanted | None = None,
        properties: Wanted | None = None,
        version: int | str | None = None,
        run_id: str | None = None,
        model_framework: str | None = None,
        **ignored: Any,
    ) -> None:
        if id is None and (tags or properties or run_id or model_framework):
            listed = Model.list(workspace, name, tags, properties, run_id, model_framework=model_framework)
            found = [one for one in listed if version in (None, one.version, str(one.version))]
            if not found:
                raise WebserviceException(f"ModelNotFound: no version of {name or 'any model'} has what was asked for.")
            id = found[0].id  # noqa: A001
        try:
            super().__init__(workspace, name, id, version)
        except RunsteadError as error:
            if error.code != "not-found":
                raise
            raise WebserviceException(f"ModelNotFound: {error.message}", hint=error.hint) from None

    @classmethod
    def register(  # type: ignore[override]
        cls,
        workspace: Workspace,
        model_path: str | os.PathLike[str],
        model_name: str,
        tags: Mapping[str, str] | None = None,
        properties: Mapping[str, str] | None = None,
        description: str | None = None,
        datasets: Any = None,
        model_framework: str | None = None,
        model_framework_version: str | None = None,
        **ignored: Any,
    ) -> Model:
        return super().register(
            workspace, model_path, model_name, tags, properties, description, model_framework, model_framework_version
        )

    @classmethod
    def list(  # type: ignore[override]
        cls,
        workspace: Workspace,
        name: str | None = None,
        tags: Wanted | None = None,
        properties: Wanted | None = None,
        run_id: str | None = None,
        latest: bool = False,
        model_framework: str | None = None,
        **ignored: Any,
    ) -> builtins.list[Model]:
        return [
            model
            for model in super().list(workspace, name, run_id=run_id, latest=latest)
            if _has(model.tags, tags)
            and _has(model.properties, properties)
            and model_framework in (None, model.model_framework)
        ]

    def _take(self, workspace: Workspace, document: Mapping[str, Any]) -> None:
        super()._take(workspace, document)
        self.created_time: datetime = datetime.fromisoformat(document["createdTime"].replace("Z", "+00:00"))  # type: ignore[assignment]


def _has(held: Mapping[str, str], wanted: Wanted | None) -> bool:
    pairs = [(one, None) if isinstance(one, str) else (one[0], one[1]) for one in wanted or ()]
    return all(key in held and value in (None, held[key]) for key, value in pairs)
