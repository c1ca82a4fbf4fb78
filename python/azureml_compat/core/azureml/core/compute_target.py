"""Compute targets under the name that azureml-core gives them."""

from runstead.workspace import ComputeTarget

__all__ = ["ComputeTarget"]
