"""Data of jobs on a real server and its agent: fetched, shared, uploaded, cancelled in mid-download, whole after a kill."""

from __future__ import annotations

import os
import signal
import unittest
from typing import Any

from runstead.datastore import DEFAULT_DATASTORE, data_path_of
from tests.agent.jobs_on_server import JobsOnServer
from tests.support import start_server, wait_until

LIST = """
import os, sys
for parent, _, names in os.walk(sys.argv[1]):
    for name in sorted(names):
        print(os.path.relpath(os.path.join(parent, name), sys.argv[1]), open(os.path.join(parent, name)).read())
print(os.environ["AZUREML_DATAREFERENCE_iris"] == sys.argv[1])
"""
LARGE_BYTES = 300 * 1024 * 1024


class JobDataTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)
        cls.workspace = cls.jobs._workspace
        for path, text in (("iris/train.csv", "1,2"), ("iris/more/test.csv", "3,4"), ("iris2/no.csv", "5,6")):
            cls.write(path, text.encode())

    @classmethod
    def write(cls, path: str, content: bytes) -> None:
        with cls.server.connection.stream("PUT", data_path_of(cls.workspace, DEFAULT_DATASTORE, path), content, {}):
            pass

    def read(self, path: str) -> bytes:
        with self.server.connection.stream("GET", data_path_of(self.workspace, DEFAULT_DATASTORE, path)) as reply:
            return reply.read()

    def preparation(self, run_id: str) -> str:
        node = (self.server.node_folder / "agent-id").read_text(encoding="ascii").strip()
        return self.jobs.file(run_id, f"azureml-logs/65_job_prep-{node}.txt")

    def submit(self, code: str, reference: dict[str, Any], arguments: list[str] | None = None) -> str:
        return self.jobs.submit(code, data=[reference], arguments=arguments or [f"$AZUREML_DATAREFERENCE_{reference['name']}"])

    def finish(self, run_id: str, status: str = "Completed") -> dict[str, Any]:
        run = self.jobs.wait_for_end(run_id)
        self.jobs.wait_for_removal(run_id)
        self.assertEqual(run["status"], status, f"{run['error']} {self.jobs.log(run_id)}")
        return run

    def test_folder_is_there_before_the_script_and_a_second_job_fetches_nothing(self) -> None:
        reference = {"name": "iris", "path": "iris", "mode": "download"}
        run_id = self.submit(LIST, reference)
        self.finish(run_id)
        self.assertEqual(self.jobs.log(run_id), "train.csv 1,2\nmore/test.csv 3,4\nTrue\n")
        self.assertIn("Data iris: 2 files, 6 bytes, of which 6 were fetched", self.preparation(run_id))
        again = self.submit(LIST, {**reference, "mode": "mount"})
        self.finish(again)
        self.assertEqual(self.jobs.log(again), self.jobs.log(run_id))
        self.assertIn("Data iris: 2 files, 6 bytes, of which 0 were fetched", self.preparation(again))

    def test_file_goes_where_it_is_asked_for(self) -> None:
        reference = {"name": "no", "path": "iris2/no.csv", "mode": "download", "pathOnCompute": "input"}
        run_id = self.submit("import sys\nprint(sys.argv[1][-12:], open('input/no.csv').read())", reference)
        self.finish(run_id)
        self.assertEqual(self.jobs.log(run_id), "input/no.csv 5,6\n")

    def test_content_that_a_job_has_changed_through_its_link_is_not_given_to_another(self) -> None:
        self.write("changed/a.txt", b"good")
        reference = {"name": "a", "path": "changed", "mode": "mount"}
        code = "import os, sys\nfile = sys.argv[1] + '/a.txt'\nprint(open(file).read())\nos.chmod(file, 0o600)\nopen(file, 'w').write('evil')"
        first = self.submit(code, reference)
        self.finish(first)
        second = self.submit(code, reference)
        self.finish(second)
        self.assertEqual((self.jobs.log(first), self.jobs.log(second)), ("good\n", "good\n"))

    def test_missing_path_fails_the_run_with_clear_words(self) -> None:
        run = self.finish(self.submit("print('never')", {"name": "x", "path": "not/there", "mode": "mount"}), "Failed")
        expected = "The data x is not there: workspaceblobstore has nothing at not/there. Upload it, or see what there is"
        self.assertIn(expected, str(run["error"]))

    def test_place_outside_of_the_working_folder_is_refused_unless_it_is_absolute(self) -> None:
        for mode in ("download", "upload"):
            reference = {"name": "x", "path": "iris", "mode": mode, "pathOnCompute": "../elsewhere"}
            run = self.finish(self.submit("print('never')", reference), "Failed")
            self.assertIn("The data x cannot be put at ../elsewhere: that is not below the working folder.", str(run["error"]))

    def test_what_the_script_leaves_is_uploaded_and_nothing_replaced_unasked(self) -> None:
        code = "import os, sys\nos.makedirs(sys.argv[1] + '/sub')\nopen(sys.argv[1] + '/sub/m.bin', 'w').write(sys.argv[2])"
        reference = {"name": "model", "path": "models/a", "mode": "upload"}
        argument = "$AZUREML_DATAREFERENCE_model"
        self.finish(self.submit(code, reference, [argument, "one"]))
        self.assertEqual(self.read("models/a/sub/m.bin"), b"one")
        run_id = self.submit(code, reference, [argument, "two"])
        self.finish(run_id)
        self.assertEqual(self.read("models/a/sub/m.bin"), b"one")
        self.assertIn("sub/m.bin of data model: There is already a file in workspaceblobstore at models/a/sub/m.bin", self.jobs.log(run_id))
        self.finish(self.submit(code, {**reference, "overwrite": True}, [argument, "two"]))
        self.assertEqual(self.read("models/a/sub/m.bin"), b"two")

    def test_cancel_and_kill_in_mid_download(self) -> None:
        content = os.urandom(1024 * 1024) * (LARGE_BYTES // 1024 // 1024)
        self.write("large/a.bin", content)
        reference = {"name": "large", "path": "large", "mode": "mount"}
        code = "import os, sys\nprint(os.path.getsize(sys.argv[1] + '/a.bin'))"

        cancelled = self.submit(code, reference)
        self.wait_for_unfinished()
        self.jobs.cancel(cancelled)
        self.finish(cancelled, "Canceled")
        self.assertEqual(self.unfinished(), [])

        killed = self.submit(code, reference)
        self.wait_for_unfinished()
        os.kill(self.server.agent_pid_or_none(), signal.SIGKILL)
        self.finish(killed)
        self.assertEqual(self.jobs.log(killed), f"{LARGE_BYTES}\n")
        self.assertEqual(self.unfinished(), [])

    def unfinished(self) -> list[str]:
        return [str(path) for path in (self.server.node_folder / "data").glob("*.new")]

    def wait_for_unfinished(self) -> None:
        wait_until("a download has begun", lambda: len(self.unfinished()) > 0)


if __name__ == "__main__":
    unittest.main()
