"""Where azureml-core keeps its base exceptions."""
