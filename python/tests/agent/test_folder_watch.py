"""Waking up when a file of a watched folder grows or is replaced."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import unittest

from runstead.agent.folder_watch import FolderWatch, Watched

WAIT_SECONDS = 20.0


class FolderWatchTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.watched = FolderWatch().watch(self.folder)

    def assert_wakes(self) -> None:
        begin = time.monotonic()
        self.watched.wait(WAIT_SECONDS)
        self.assertLess(time.monotonic() - begin, WAIT_SECONDS / 2)

    def test_wakes_when_a_file_grows(self) -> None:
        with open(os.path.join(self.folder, "log.txt"), "ab", buffering=0) as file:
            file.write(b"one\n")
            self.assert_wakes()
            file.write(b"two\n")
            self.assert_wakes()

    def test_wakes_when_a_file_is_replaced(self) -> None:
        new = os.path.join(tempfile.gettempdir(), os.path.basename(self.folder) + ".new")
        with open(new, "w", encoding="utf-8"):
            pass
        os.replace(new, os.path.join(self.folder, "status.json"))
        self.assert_wakes()

    def test_returns_in_time_when_nothing_happens(self) -> None:
        begin = time.monotonic()
        self.watched.wait(0.05)
        self.assertGreaterEqual(time.monotonic() - begin, 0.05)

    def test_without_the_kernel_s_help_it_returns_soon_and_slows_down_when_nothing_happens(self) -> None:
        watched = Watched(None)
        durations = []
        for _ in range(40):
            begin = time.monotonic()
            watched.wait(WAIT_SECONDS)
            durations.append(time.monotonic() - begin)
        self.assertLess(min(durations[:5]), min(durations[-5:]))
        self.assertLess(min(durations), 0.045)


if __name__ == "__main__":
    unittest.main()
