"""The run of a submitted script."""

from __future__ import annotations

from azureml.core.run import Run


class ScriptRun(Run):
    """A run that executes a script; what experiment.submit(ScriptRunConfig(…)) returns."""

    RUN_TYPE = "azureml.scriptrun"
