"""The folder of an attempt: what goes first when it is removed, and that all of it goes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from typing import Any

from runstead.agent.end_request import EndRequest
from runstead.agent.job_folder import JobFolder, write_json

#: As often as it takes for one of them to come amid the removal.
LATE_WORDS = 200
NOBODY = 65534


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
        self.assertEqual(removed[:2], ["lease.json", "plan.json"])
        self.assertEqual(len(removed), 5)
        self.assertFalse(run.exists())

    def test_word_to_end_that_comes_too_late_leaves_nothing(self) -> None:
        run = Path(tempfile.mkdtemp(), "run")
        for number in range(LATE_WORDS):
            folder = JobFolder(str(run / f"attempt-{number}"))
            folder.make()
            for name in range(20):
                Path(folder.path, f"file-{name}").touch()
            request = EndRequest(folder)
            speaker = threading.Thread(target=lambda request=request: request.make("the run was ended"))
            speaker.start()
            request.close()
            folder.remove()
            speaker.join()
            self.assertFalse(os.path.exists(folder.path), number)

    @unittest.skipIf(os.name == "nt", "of POSIX")
    def test_folders_that_nobody_may_write_to_go_too(self) -> None:
        run = Path(tempfile.mkdtemp())
        outside = Path(tempfile.mkdtemp())
        outside.chmod(0o500)
        script = f"""
import os, shutil, sys
sys.path.insert(0, {os.getcwd()!r})
from runstead.agent.job_folder import JobFolder
if os.geteuid() == 0:  # To whom nothing is shut.
    os.setegid({NOBODY})
    os.seteuid({NOBODY})
folder = JobFolder({str(run / "run" / "attempt-1")!r})
os.makedirs(folder.work + "/cache/module")
open(folder.work + "/cache/module/code.go", "w").close()
os.symlink({str(outside)!r}, folder.work + "/link")
os.chmod(folder.work + "/cache/module", 0o500)
os.chmod(folder.work + "/cache", 0)
folder.remove()
"""
        if os.geteuid() == 0:
            os.chown(run, NOBODY, NOBODY)
            os.chown(outside, NOBODY, NOBODY)
        subprocess.run([sys.executable, "-c", script], check=True)
        self.assertEqual(list(run.iterdir()), [])
        self.assertEqual(outside.stat().st_mode & 0o777, 0o500)


if __name__ == "__main__":
    unittest.main()
