"""Records of the spool, and the columnar series that they become."""

from __future__ import annotations

import json
import math
import unittest
from typing import Any

from runstead import records
from runstead.records import Record, pack, parse_line, points_lines


def record(*fields: Any) -> Record:
    return Record(b"", list(fields))


class PackTest(unittest.TestCase):
    def test_scalars_of_one_name_share_a_column(self) -> None:
        packed = pack([record("s", 1, "loss", 0.5, None), record("s", 2, "mse", 7, 3), record("s", 3, "loss", math.nan, None)])
        self.assertEqual(
            packed,
            [
                {
                    "name": "loss",
                    "kind": "scalar",
                    "times": [1, 3],
                    "columns": [{"name": "loss", "values": [0.5, {"number": "NaN"}]}],
                },
                {
                    "name": "mse",
                    "kind": "scalar",
                    "times": [2],
                    "steps": [3],
                    "columns": [{"name": "mse", "type": "integer", "values": [7]}],
                },
            ],
        )

    def test_a_column_that_a_row_lacks_is_null_there(self) -> None:
        packed = pack(
            [
                record("m", 1, "row", "row", {"a": [1], "b": [2.5]}, None),
                record("m", 2, "row", "row", {"b": [3.5], "c": ["x"]}, None),
            ]
        )
        self.assertEqual(
            packed[0]["columns"],
            [
                {"name": "a", "type": "integer", "values": [1, None]},
                {"name": "b", "values": [2.5, 3.5]},
                {"name": "c", "values": [None, "x"]},
            ],
        )

    def test_points_without_a_step_among_points_with_one_have_null(self) -> None:
        self.assertEqual(pack([record("s", 1, "a", 1, None), record("s", 2, "a", 2, 9)])[0]["steps"], [None, 9])

    def test_whole_and_broken_numbers_together_are_floats(self) -> None:
        self.assertEqual(
            pack([record("s", 1, "a", 1, None), record("s", 2, "a", 0.5, None)])[0]["columns"], [{"name": "a", "values": [1, 0.5]}]
        )

    def test_kinds_are_kept_apart_unless_told_otherwise(self) -> None:
        rows = [record("m", 1, "t", "row", {"a": [1]}, None), record("m", 2, "t", "table", {"a": [2, 3]}, None)]
        self.assertEqual([series["kind"] for series in pack(rows)], ["row", "table"])
        (together,) = pack(rows, {"t": "row"})
        self.assertEqual((together["kind"], together["times"]), ("row", [1, 2, 2]))

    def test_every_packed_series_is_strict_json(self) -> None:
        packed = pack([record("m", 1, "l", "list", {"l": [1, 2**60, math.inf, "x", True, None]}, None)])
        self.assertEqual(json.loads(json.dumps(packed, allow_nan=False)), packed)


class LinesTest(unittest.TestCase):
    def test_long_lists_are_cut_into_records(self) -> None:
        count = records.POINTS_PER_RECORD * 2 + 1
        lines = points_lines(1, "list", "list", {"list": list(range(count))})
        fields = [parse_line(line.encode()) for line in lines]
        self.assertEqual([len(one[4]["list"]) for one in fields if one], [records.POINTS_PER_RECORD, records.POINTS_PER_RECORD, 1])
        self.assertEqual([value for one in fields if one for value in one[4]["list"]], list(range(count)))

    def test_long_texts_are_cut_by_their_size(self) -> None:
        text = "x" * (records.RECORD_CHARACTERS // 3)
        lines = points_lines(1, "table", "table", {"table": [text] * 8})
        self.assertGreater(len(lines), 1)
        self.assertTrue(all(len(line) <= records.RECORD_CHARACTERS for line in lines))

    def test_a_line_holds_no_line_break_but_its_last(self) -> None:
        (line,) = points_lines(1, "a\nb", "list", {"a\nb": ["c\r\n\u2028d"]})
        self.assertEqual(line.encode().count(b"\n"), 1)
        self.assertEqual(parse_line(line.encode()), ["m", 1, "a\nb", "list", {"a\nb": ["c\r\n\u2028d"]}, None])

    def test_a_damaged_line_is_no_record(self) -> None:
        for line in (b"\0\0\0\n", b'["s",1,"a"]\n', b'["?",1,2,3,4]\n', b"{}\n", b'["s",1,"a",1,nul\n'):
            self.assertIsNone(parse_line(line))


if __name__ == "__main__":
    unittest.main()
