"""What is taken from a log as the error of a script."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest

from runstead.agent.last_words import TAIL_BYTES, last_words_of


class LastWordsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = os.path.join(folder.name, "log.txt")

    def words_after(self, code: str) -> str:
        with open(self.log, "wb") as log:
            subprocess.run([sys.executable, "-c", code], stdout=log, stderr=log, check=False)
        return last_words_of(self.log)

    def test_traceback_without_what_was_printed_before(self) -> None:
        words = self.words_after("print('working', flush=True)\nraise ValueError('no data')")
        self.assertTrue(words.startswith("Traceback (most recent call last):\n"), words)
        self.assertTrue(words.endswith("\nValueError: no data"), words)

    def test_exceptions_that_led_to_the_last_one_belong_to_it(self) -> None:
        words = self.words_after("try:\n  1 / 0\nexcept ZeroDivisionError as error:\n  raise ValueError('no data') from error")
        self.assertEqual(words.count("Traceback"), 2)
        self.assertIn("ZeroDivisionError", words)
        self.assertTrue(words.endswith("ValueError: no data"), words)

    def test_earlier_traceback_that_was_only_printed_does_not(self) -> None:
        words = self.words_after(
            "import sys, traceback\ntry:\n  1 / 0\nexcept ZeroDivisionError:\n  traceback.print_exc()\nraise ValueError('no data')"
        )
        self.assertEqual(words.count("Traceback"), 1)
        self.assertNotIn("ZeroDivisionError", words)

    def test_last_lines_where_there_is_no_traceback(self) -> None:
        words = self.words_after("for n in range(100): print('line', n)")
        self.assertEqual(words.splitlines(), [f"line {n}" for n in range(80, 100)])

    def test_long_log_is_read_from_its_end(self) -> None:
        words = self.words_after(f"print('x' * {TAIL_BYTES}, flush=True)\nraise ValueError('no data')")
        self.assertTrue(words.startswith("Traceback"), words[:80])

    def test_no_log_and_empty_log_say_nothing(self) -> None:
        self.assertEqual(last_words_of(self.log), "")
        self.assertEqual(self.words_after(""), "")


if __name__ == "__main__":
    unittest.main()
