"""Ridge regression in plain Python: the data, the exact solution, and gradient descent."""

from __future__ import annotations

import csv
import math
import random
from typing import List, NamedTuple, Tuple

Vector = List[float]
Matrix = List[Vector]


class Samples(NamedTuple):
    """Standardised features (mean 0, deviation 1 over the training samples) and what is to be predicted."""

    features: Matrix
    targets: Vector


class Model(NamedTuple):
    intercept: float
    coefficients: Vector

    def predict(self, sample: Vector) -> float:
        return self.intercept + dot(self.coefficients, sample)


def load_samples(path: str, test_share: float, seed: int) -> Tuple[Samples, Samples, List[str]]:
    """Training samples, test samples and the names of the features; the last column of the file is the target."""
    with open(path, newline="") as file:
        names, *lines = list(csv.reader(file))
    rows = [[float(field) for field in line] for line in lines]
    random.Random(seed).shuffle(rows)
    test_count = round(len(rows) * test_share)
    test, training = rows[:test_count], rows[test_count:]
    columns = list(zip(*training))[:-1]
    means = [sum(column) / len(column) for column in columns]
    deviations = [
        math.sqrt(sum((value - mean) ** 2 for value in column) / len(column)) for column, mean in zip(columns, means)
    ]

    def standardise(samples: Matrix) -> Samples:
        features = [[(v - mean) / deviation for v, mean, deviation in zip(row, means, deviations)] for row in samples]
        return Samples(features, [row[-1] for row in samples])

    return standardise(training), standardise(test), names[:-1]


def fit_ridge(samples: Samples, alpha: float) -> Model:
    """The coefficients that minimise squared error + alpha * squared coefficients, from the normal equations."""
    mean = sum(samples.targets) / len(samples.targets)
    columns = list(zip(*samples.features))
    left = [[dot(a, b) for b in columns] for a in columns]
    for index in range(len(columns)):
        left[index][index] += alpha
    right = [sum(value * (target - mean) for value, target in zip(column, samples.targets)) for column in columns]
    # The training features have mean 0, so that the intercept is the mean of the targets.
    return Model(mean, solve_positive_definite(left, right))


def solve_positive_definite(left: Matrix, right: Vector) -> Vector:
    """Solve left * x = right by Cholesky's decomposition of a symmetric, positive definite matrix."""
    size = len(right)
    lower = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = left[row][column] - dot(lower[row][:column], lower[column][:column])
            lower[row][column] = math.sqrt(rest) if row == column else rest / lower[column][column]
    halfway: Vector = []
    for row in range(size):
        halfway.append((right[row] - dot(lower[row][:row], halfway)) / lower[row][row])
    solution = [0.0] * size
    for row in reversed(range(size)):
        known = sum(lower[below][row] * solution[below] for below in range(row + 1, size))
        solution[row] = (halfway[row] - known) / lower[row][row]
    return solution


def descend(samples: Samples, model: Model, rate: float) -> Model:
    """The model after one step of gradient descent on the mean squared error."""
    errors = residuals(samples, model)
    scale = 2 * rate / len(errors)
    columns = zip(*samples.features)
    coefficients = [old - scale * dot(errors, column) for old, column in zip(model.coefficients, columns)]
    return Model(model.intercept - scale * sum(errors), coefficients)


def residuals(samples: Samples, model: Model) -> Vector:
    """Predicted minus actual value of each sample."""
    return [model.predict(sample) - target for sample, target in zip(samples.features, samples.targets)]


def mean_squared_error(samples: Samples, model: Model) -> float:
    errors = residuals(samples, model)
    return dot(errors, errors) / len(errors)


def dot(a: Vector, b: Vector) -> float:
    return sum(x * y for x, y in zip(a, b))
