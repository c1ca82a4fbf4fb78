"""Values and times as the native API carries them in JSON, and back."""

from __future__ import annotations

import datetime
import math
import numbers
from typing import Any

#: Whole numbers up to here are plain JSON numbers; beyond it many readers of JSON round.
LARGEST_PLAIN_INTEGER = 2**53 - 1
SMALLEST_INTEGER_64, LARGEST_INTEGER_64 = -(2**63), 2**63 - 1


def plain_value(value: Any) -> Any:
    """A metric value as one of Python's own: int, float, str, bool or None.

    numpy and torch scalars (and arrays of one element) give their `item()`. Other numbers, and whole numbers beyond
    64 bits, become floats; anything else becomes its `repr`, as azureml-core does it. Raises ValueError for what holds
    several values.

    >>> plain_value(Fraction(1, 4))
    0.25
    """
    kind = type(value)
    if kind is float or kind is bool or kind is str or value is None:
        return value
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return int(value) if SMALLEST_INTEGER_64 <= value <= LARGEST_INTEGER_64 else _float(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str(value)
    if hasattr(value, "item") and not isinstance(value, type):
        item = value.item()
        if hasattr(item, "item"):  # numpy's long double gives itself.
            return _float(item) if isinstance(item, numbers.Real) else repr(item)
        return plain_value(item)
    if isinstance(value, numbers.Number) and not isinstance(value, complex) or hasattr(value, "as_integer_ratio"):
        return _float(value)
    return repr(value)


def plain_list(values: Any) -> list[Any]:
    """A list of metric values from a list, tuple, range, generator, array or tensor.

    >>> plain_list(numpy.array([1, 2]))
    [1, 2]
    """
    if hasattr(values, "tolist"):
        values = values.tolist()
        if not isinstance(values, list):
            values = [values]
    elif isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        values = [values]
    return [plain_value(value) for value in values]


def to_wire(value: Any) -> Any:
    """A plain value as JSON can say it: NaN, infinities and integers beyond 2^53 have objects of their own."""
    kind = type(value)
    if kind is float:
        if math.isfinite(value):
            return value
        return {"number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if kind is int and not -LARGEST_PLAIN_INTEGER <= value <= LARGEST_PLAIN_INTEGER:
        return {"integer": str(value)}
    return value


def from_wire(value: Any, column_type: str = "float") -> Any:
    """A value of a column as Python's own; `column_type` says whether 5 is meant as 5.0 or as 5."""
    kind = type(value)
    if kind is int:
        return value if column_type == "integer" else float(value)
    if kind is float:
        return int(value) if column_type == "integer" and value.is_integer() else value
    if kind is dict:
        return int(value["integer"]) if "integer" in value else float(value["number"].replace("Infinity", "inf"))
    return value


def time_text(microseconds: int) -> str:
    """A moment as the API writes it.

    >>> time_text(1_700_000_000_123_456)
    '2023-11-14T22:13:20.123456Z'
    """
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=microseconds)
    return moment.isoformat(timespec="microseconds") + "Z"


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
