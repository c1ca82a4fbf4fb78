"""Datastore under its azureml name: every workspace has one, `workspaceblobstore`; others cannot be registered."""

from __future__ import annotations

from typing import Any

from azureml.data.data_reference import DataReference
from azureml.exceptions import UserErrorException
from runstead.datastore import Datastore as NativeDatastore

DATASTORE_TYPE = "AzureBlob"


class Datastore(NativeDatastore):
    """The files that a workspace keeps for its jobs."""

    reference_class = DataReference
    datastore_type = DATASTORE_TYPE

    @property
    def is_default(self) -> bool:
        return bool(self._document["isDefault"])

    @staticmethod
    def register_azure_blob_container(*_: Any, **__: Any) -> Any:
        raise UserErrorException("Runstead keeps data in workspaceblobstore alone; upload what you need there.")

    register_azure_file_share = register_azure_blob_container
    register_azure_data_lake_gen2 = register_azure_blob_container
