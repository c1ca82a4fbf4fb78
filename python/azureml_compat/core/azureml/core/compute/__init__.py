"""Compute targets by their azureml names: `from azureml.core.compute import AmlCompute, ComputeTarget`."""

from azureml.core.compute.amlcompute import AmlCompute
from azureml.core.compute.compute import ComputeTarget

__all__ = ["AmlCompute", "ComputeTarget"]
