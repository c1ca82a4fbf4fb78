"""The namespace that all `azureml` packages share, the real ones and these."""

__path__ = __import__("pkgutil").extend_path(__path__, __name__)

from azureml._not_offered import explain_missing_modules  # noqa: E402 - the path says where it lies

explain_missing_modules()
