"""The version of azureml-core whose behaviour these names have."""

VERSION = "1.61.0"
