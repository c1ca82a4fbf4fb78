"""The namespace that all `azureml` packages share, the real ones and these."""

__path__ = __import__("pkgutil").extend_path(__path__, __name__)
