"""The real client of MLflow, as scripts use it: calls that wait, and calls that are sent in the background. Prints calls a second as JSON."""

import json
import sys
import time

import mlflow

url, experiment, seconds, points = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
mlflow.set_tracking_uri(url)
mlflow.set_experiment(experiment_id=experiment)
outcome = {}
with mlflow.start_run():
    mlflow.log_metric("warm", 0.0)
    calls = 0
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        mlflow.log_metric("loss", 1.0 / (calls + 1), step=calls)
        calls += 1
    outcome["synchronous"] = calls / (time.perf_counter() - started)
with mlflow.start_run():
    started = time.perf_counter()
    for step in range(points):
        mlflow.log_metric("loss", 1.0 / (step + 1), step=step, synchronous=False)
    mlflow.flush_async_logging()
    outcome["asynchronous"] = points / (time.perf_counter() - started)
print(json.dumps(outcome))
