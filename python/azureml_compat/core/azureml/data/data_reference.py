"""DataReference under its azureml name."""

from __future__ import annotations

from typing import Any

from runstead.data_reference import DataReference as NativeDataReference


class DataReference(NativeDataReference):
    """A path of a datastore for a job."""

    def to_config(self) -> Any:
        """As a run configuration keeps it."""
        from azureml.core.runconfig import DataReferenceConfiguration

        return DataReferenceConfiguration(
            self.datastore if isinstance(self.datastore, str) else self.datastore.name,
            self.mode,
            self.path_on_datastore or None,
            self.path_on_compute,
            self.overwrite,
        )
