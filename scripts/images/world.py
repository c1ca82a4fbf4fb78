"""Fills a workspace with real runs for the images of the documentation: sweeps over the diabetes data, a job, and a busy cluster.

Prints what the images are of as one line of JSON. Its server is in RUNSTEAD_URL, the workspace in RUNSTEAD_WORKSPACE.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from runstead import Cluster, Experiment, Run, ScriptRunConfig, Workspace

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
sys.path.insert(0, str(QUICKSTART))

from ridge import Model, Samples, load_samples, mean_squared_error  # noqa: E402

STEPS = 120


def train(run: Run, rate: float, batch: int, penalty: float, seed: int) -> None:
    """Stochastic gradient descent, with what it learns logged after each pass."""
    training, test, names = load_samples(str(QUICKSTART / "diabetes.csv"), 0.2, 0)
    chance = random.Random(seed)
    model = Model(150.0, [0.0] * len(names))
    run.define_metric("mse", "minimize")
    for step in range(STEPS):
        chosen = [chance.randrange(len(training.targets)) for _ in range(batch)]
        sample = Samples([training.features[index] for index in chosen], [training.targets[index] for index in chosen])
        errors = [model.predict(row) - target for row, target in zip(sample.features, sample.targets)]
        gradient = [
            sum(error * row[column] for error, row in zip(errors, sample.features)) / batch + penalty * weight
            for column, weight in enumerate(model.coefficients)
        ]
        model = Model(
            model.intercept - rate * sum(errors) / batch,
            [weight - rate * part for weight, part in zip(model.coefficients, gradient)],
        )
        run.log("train/loss", sum(error * error for error in errors) / batch, step=step)
        run.log("mse", mean_squared_error(test, model), step=step)
    run.flush()


def sweep(workspace: Workspace) -> list[str]:
    ids = []
    experiment = Experiment(workspace, "diabetes-sgd")
    number = 0
    for optimizer_batch in (8, 32):
        for rate in (0.02, 0.05, 0.1):
            for penalty in (0.0, 0.1):
                number += 1
                tags = {"team": "research", **({"best": None} if number == 4 else {})}
                name = f"batch {optimizer_batch}, rate {rate:g}" + (", ridge" if penalty else "")
                with experiment.start_logging(display_name=name, tags=tags) as run:
                    run.log_params({"rate": rate, "batch": optimizer_batch, "penalty": penalty})
                    train(run, rate, optimizer_batch, penalty, number)
                ids.append(run.id)
    return ids


def jobs(workspace: Workspace) -> dict[str, str]:
    experiment = Experiment(workspace, "ridge")
    cluster = Cluster.create(workspace, "cpu-cluster", "STANDARD_D2_V2", min_nodes=1, max_nodes=2)
    for seed in (1, 2, 3, 4):
        arguments = ["--steps", 400, "--pause-seconds", 0.5, "--seed", seed]
        experiment.submit(ScriptRunConfig(str(QUICKSTART), "train.py", arguments, compute_target=cluster), tags={"seed": str(seed)})
    done = experiment.submit(ScriptRunConfig(str(QUICKSTART), "train.py", ["--pause-seconds", 0.02]))
    done.display_name = "Ridge regression on the diabetes data"
    done.wait_for_completion()
    live = experiment.submit(ScriptRunConfig(str(QUICKSTART), "train.py", ["--steps", 300, "--pause-seconds", 0.4]))
    live.display_name = "Ridge regression, slowly"
    return {"done": done.id, "live": live.id}


def main() -> None:
    workspace = Workspace.from_config()
    ids = sweep(workspace)
    print(json.dumps({"sweep": ids, **jobs(workspace)}))


if __name__ == "__main__":
    main()
