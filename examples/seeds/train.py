"""Fits a line to noisy points by gradient descent and logs how the error shrinks."""

import argparse
import random

from azureml.core import Run

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--steps", type=int, default=50)
parser.add_argument("--rate", type=float, default=0.1)
options = parser.parse_args()

run = Run.get_context()
noise = random.Random(0)
points = [(x / 10, 3 * x / 10 + 2 + noise.gauss(0, 0.1)) for x in range(-10, 11)]
slope, intercept = 0.0, 0.0
for step in range(options.steps):
    errors = [slope * x + intercept - y for x, y in points]
    slope -= options.rate * 2 * sum(error * x for error, (x, _) in zip(errors, points)) / len(points)
    intercept -= options.rate * 2 * sum(errors) / len(points)
    run.log("mse", sum(error * error for error in errors) / len(points), step=step)
run.log("slope", slope)
run.log("intercept", intercept)
print(f"y = {slope:.3f} x + {intercept:.3f}")
