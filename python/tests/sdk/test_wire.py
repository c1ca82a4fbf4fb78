"""Values as Python's own, as JSON carries them, and back."""

from __future__ import annotations

import json
import math
import unittest
from decimal import Decimal
from fractions import Fraction
from typing import Any

from runstead.wire import from_wire, plain_list, plain_value, time_text, to_wire


class Scalar:
    """What numpy and torch have in common: `item()` gives the value of a scalar, `tolist()` that of an array."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def item(self) -> Any:
        if isinstance(self._value, list):
            raise ValueError("only arrays of size 1 can be converted to Python scalars")
        return self._value

    def tolist(self) -> Any:
        return self._value


class PlainValueTest(unittest.TestCase):
    def test_own_values_stay_as_they_are(self) -> None:
        for value in (0.5, -3, 2**63 - 1, -(2**63), "text", True, False, None):
            self.assertIs(type(plain_value(value)), type(value))
            self.assertEqual(plain_value(value), value)

    def test_scalars_of_array_libraries_give_their_item(self) -> None:
        self.assertEqual(plain_value(Scalar(7)), 7)
        self.assertIs(type(plain_value(Scalar(7))), int)
        self.assertIs(type(plain_value(Scalar(7.0))), float)

    def test_several_values_at_once_are_an_error(self) -> None:
        with self.assertRaises(ValueError):
            plain_value(Scalar([1, 2]))

    def test_other_numbers_become_floats(self) -> None:
        self.assertEqual(plain_value(Decimal("0.25")), 0.25)
        self.assertEqual(plain_value(Fraction(1, 4)), 0.25)
        self.assertEqual(plain_value(2**63), float(2**63))
        self.assertEqual(plain_value(-(10**400)), -math.inf)

    def test_anything_else_becomes_its_repr(self) -> None:
        self.assertEqual(plain_value({"a": 1}), "{'a': 1}")
        self.assertEqual(plain_value(1 + 2j), "(1+2j)")

    def test_lists(self) -> None:
        self.assertEqual(plain_list(range(3)), [0, 1, 2])
        self.assertEqual(plain_list(value / 2 for value in (1, 2)), [0.5, 1.0])
        self.assertEqual(plain_list(Scalar([1, 2])), [1, 2])
        self.assertEqual(plain_list("one text"), ["one text"])


class WireTest(unittest.TestCase):
    def test_every_value_comes_back_through_strict_json(self) -> None:
        for value in (1.5, math.inf, -math.inf, 2**53 - 1, -(2**53) + 1, 2**53, 2**63 - 1, -(2**63), "text", True, None):
            column_type = "integer" if type(value) is int else "float"
            text = json.dumps(to_wire(value), allow_nan=False)
            back = from_wire(json.loads(text), column_type)
            self.assertEqual(back, value)
            self.assertIs(type(back), type(value))
        self.assertTrue(math.isnan(from_wire(json.loads(json.dumps(to_wire(math.nan), allow_nan=False)))))

    def test_what_json_cannot_say_has_objects_of_its_own(self) -> None:
        self.assertEqual(to_wire(math.nan), {"number": "NaN"})
        self.assertEqual(to_wire(-math.inf), {"number": "-Infinity"})
        self.assertEqual(to_wire(2**53), {"integer": "9007199254740992"})

    def test_the_type_of_a_column_says_what_a_whole_number_is(self) -> None:
        self.assertIs(type(from_wire(5, "float")), float)
        self.assertIs(type(from_wire(5, "integer")), int)
        self.assertIs(type(from_wire({"integer": "5"}, "float")), int)

    def test_times_have_microseconds_and_are_utc(self) -> None:
        self.assertEqual(time_text(0), "1970-01-01T00:00:00.000000Z")
        self.assertEqual(time_text(1_700_000_000_123_456), "2023-11-14T22:13:20.123456Z")


if __name__ == "__main__":
    unittest.main()
