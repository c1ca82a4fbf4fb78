"""The names of azureml.data that scripts use: DataReference."""

from __future__ import annotations

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
