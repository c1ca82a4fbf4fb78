"""The base exceptions, under the name by which some scripts import them."""

from azureml.exceptions import AzureMLAggregatedException, AzureMLException

__all__ = ["AzureMLAggregatedException", "AzureMLException"]
