"""What submitting raises under the azureml names."""

from __future__ import annotations

import contextlib
from typing import Iterator

from azureml.exceptions import ExperimentExecutionException
from runstead.errors import RunsteadError


@contextlib.contextmanager
def azureml_submission() -> Iterator[None]:
    """An unknown compute target is an ExperimentExecutionException, as azureml-core raises it."""
    try:
        yield
    except RunsteadError as error:
        # Of the SDK's errors an unknown compute target alone is a KeyError.
        if not isinstance(error, KeyError):
            raise
        raise ExperimentExecutionException(error.message, code=error.code, hint=error.hint) from None
