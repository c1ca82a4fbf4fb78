"""`from azureml.widgets import RunDetails`, as azureml-widgets has it."""

from __future__ import annotations

from azureml.widgets.run_details import RunDetails

__all__ = ["RunDetails"]
