"""What azureml-core, as it is installed, takes for the calls of a training script; prints milliseconds as JSON.

    python azureml_calls.py log COUNT            `run.log` COUNT times, then flush, in the run of the environment
    python azureml_calls.py children COUNT       `create_children` of so many, 100 a call
    python azureml_calls.py runs                 the first run that `get_runs` of the run's experiment gives
    python azureml_calls.py metrics              `get_metrics` of the run
"""

from __future__ import annotations

import json
import sys
import time

from azureml.core import Run

#: The package refuses more in one call.
CHILDREN_PER_CALL_MAX = 100


def millis_of(work):
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1_000


def log_and_flush(run, count):
    for number in range(count):
        run.log("loss", number)
    run.flush()


def create_children(run, count):
    for at in range(0, count, CHILDREN_PER_CALL_MAX):
        run.create_children(count=min(CHILDREN_PER_CALL_MAX, count - at))


def main(action, count=0):
    run = Run.get_context(allow_offline=False)
    works = {
        "log": lambda: log_and_flush(run, count),
        "children": lambda: create_children(run, count),
        "runs": lambda: next(run.experiment.get_runs(include_children=True)),
        "metrics": lambda: run.get_metrics(),
    }
    print(json.dumps(millis_of(works[action])))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
