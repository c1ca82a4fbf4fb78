"""The folder of an attempt: what goes first when it is removed."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from runstead.agent.job_folder import JobFolder, write_json


class JobFolderTest(unittest.TestCase):
    def test_lease_goes_first(self) -> None:
        run = Path(tempfile.mkdtemp(), "run")
        folder = JobFolder(str(run / "attempt-1"))
        folder.make()
        for path in (folder.lease, folder.plan, folder.progress, folder.status, folder.log):
            write_json(path, {})
        removed: list[str] = []
        is_watched = [True]

        def note(event: str, given: tuple[Any, ...]) -> None:
            if is_watched and event == "os.remove":
                removed.append(os.path.basename(str(given[0])))

        sys.addaudithook(note)
        folder.remove()
        is_watched.clear()
        self.assertEqual(removed[0], "lease.json")
        self.assertEqual(len(removed), 5)
        self.assertFalse(run.exists())


if __name__ == "__main__":
    unittest.main()
