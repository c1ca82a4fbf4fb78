"""Fits a line by gradient descent, slowly enough to be watched, then tries some step sizes as child runs."""

import argparse
import random
import time

from runstead import Run

parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=40)
parser.add_argument("--pause", type=float, default=0.2, help="seconds between two steps")
arguments = parser.parse_args()

random.seed(7)
points = [(x / 10, 3 * x / 10 + 2 + random.gauss(0, 0.3)) for x in range(-20, 21)]


def loss_of(slope, offset):
    return sum((slope * x + offset - y) ** 2 for x, y in points) / len(points)


def descend(run, rate, steps, pause=0.0, tell=lambda step: None):
    slope, offset = 0.0, 0.0
    for step in range(steps):
        slope -= rate * sum(2 * (slope * x + offset - y) * x for x, y in points) / len(points)
        offset -= rate * sum(2 * (slope * x + offset - y) for x, y in points) / len(points)
        run.log("loss", loss_of(slope, offset), step=step)
        run.log("slope", slope, step=step)
        tell(step + 1)
        time.sleep(pause)
    return loss_of(slope, offset)


run = Run.get_context()


def tell(step):
    run.set_progress(step, arguments.steps)
    if step % 10 == 0:
        print("Step", step, "of", arguments.steps, "is done", flush=True)


descend(run, 0.02, arguments.steps, arguments.pause, tell)

for rate in (0.01, 0.05, 0.1):
    with run.child_run(name=f"rate {rate}") as child:
        child.define_metric("final loss", "minimize")
        child.log("rate", rate)
        child.log("final loss", descend(child, rate, 10))
print("Done", flush=True)
