"""Fits the progression of diabetes step by step, then compares ridge penalties, one child run each."""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from typing import Any, Dict, List

from azureml.core import Run

from ridge import Model, Samples, descend, fit_ridge, load_samples, mean_squared_error, residuals

ALPHAS = [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]
RESIDUAL_BINS = 20


def main() -> None:
    options = parse_options()
    run = Run.get_context()
    training, test, names = load_samples("diabetes.csv", options.test_share, options.seed)
    print(f"{len(training.targets)} patients to learn from, {len(test.targets)} to test with, {len(names)} features")
    work = options.steps + len(ALPHAS)

    print(f"\nGradient descent, {options.steps} steps")
    model = Model(0.0, [0.0] * len(names))
    for step in range(options.steps):
        model = descend(training, model, options.rate)
        loss = mean_squared_error(training, model)
        run.log("loss", loss, step=step)
        run.set_progress(step + 1, work)
        if step % 10 == 9:
            print(f"  step {step + 1:4d}  loss {loss:10.2f}")
        time.sleep(options.pause_seconds)

    print(f"\nRidge regression, {len(ALPHAS)} penalties, one child run each")
    results = []
    for done, alpha in enumerate(ALPHAS, start=1):
        child = run.child_run(name=f"alpha {alpha:g}")
        with child:
            model = fit_ridge(training, alpha)
            mse = mean_squared_error(test, model)
            child.log("alpha", alpha)
            child.log("mse", mse)
            child.log_residuals("residuals", residual_histogram(test, model))
        results.append((mse, alpha, model, child))
        print(f"  alpha {alpha:7.1f}  mse {mse:8.2f}")
        run.set_progress(options.steps + done, work)
        time.sleep(5 * options.pause_seconds)

    mse, alpha, model, best = min(results, key=lambda result: result[0])
    best.tag("best", "lowest mse")
    run.log("best_alpha", alpha)
    run.log("best_mse", mse)
    os.makedirs("outputs", exist_ok=True)
    with open("outputs/model.json", "w") as file:
        coefficients = dict(zip(names, model.coefficients))
        json.dump({"alpha": alpha, "intercept": model.intercept, "coefficients": coefficients}, file, indent=2)
    print(f"\nBest alpha: {alpha:g} with a mean squared error of {mse:.2f} on the test patients")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100, help="steps of gradient descent")
    parser.add_argument("--rate", type=float, default=0.03, help="learning rate of gradient descent")
    parser.add_argument("--test-share", type=float, default=0.2, help="share of the patients that the test keeps back")
    parser.add_argument("--seed", type=int, default=0, help="of the split into training and test")
    parser.add_argument("--pause-seconds", type=float, default=0.15, help="after each step, so that one can watch")
    return parser.parse_args()


def residual_histogram(samples: Samples, model: Model) -> Dict[str, Any]:
    """How often which residual came, as log_residuals takes it: one more edge than there are counts."""
    values = residuals(samples, model)
    bound = math.ceil(max(abs(value) for value in values))
    width = 2 * bound / RESIDUAL_BINS
    counts: List[int] = [0] * RESIDUAL_BINS
    for value in values:
        counts[min(int((value + bound) / width), RESIDUAL_BINS - 1)] += 1
    edges = [-bound + width * index for index in range(RESIDUAL_BINS + 1)]
    return {"schema_type": "residuals", "schema_version": "1.0.0", "data": {"bin_edges": edges, "bin_counts": counts}}


if __name__ == "__main__":
    main()
