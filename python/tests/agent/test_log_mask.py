"""Secrets of a job in its logs, whatever it prints and however that is sent."""

from __future__ import annotations

import unittest

from runstead.agent.log_mask import LogMask
from tests.agent.jobs_on_server import DRIVER_LOG, JobsOnServer
from tests.support import start_server, wait_until

SECRET = "hunter2-pass"
#: Prints the secret in one piece, in two, and its beginning alone.
PRINTS = f"""
import os, sys, time
def say(text):
    os.write(1, text.encode())
    time.sleep(0.3)
say("with {SECRET}\\n")
say("in two: {SECRET[:6]}")
say("{SECRET[6:]}\\n")
say("token " + os.environ["RUNSTEAD_TOKEN"] + "\\n")
say("only {SECRET[:8]}")
raise ValueError("cannot log in with {SECRET}")
"""


class LogMaskTest(unittest.TestCase):
    def test_a_secret_is_covered_by_as_many_asterisks(self) -> None:
        mask = LogMask(["secret", "a secret of more"])
        self.assertEqual(mask.cover(b"secret, a secret of more"), b"******, ****************")
        self.assertEqual(mask.cover(b"nothing"), b"nothing")

    def test_what_may_become_a_secret_is_held_back(self) -> None:
        mask = LogMask(["secret", "other one"])
        for content, sent in ((b"a secr", b"a "), (b"a sec", b"a sec"), (b"a secret", b"a secret"), (b"an other o", b"an "), (b"", b"")):
            self.assertEqual(mask.without_beginning(content), sent)


class SecretsOfJobsTest(unittest.TestCase):
    def test_no_log_of_a_job_has_its_secrets(self) -> None:
        context = start_server()
        server = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        jobs = JobsOnServer(server)
        run_id = jobs.submit(PRINTS, arguments=["--api-key", SECRET], environmentVariables={"DB_PASSWORD": SECRET, "LEVEL": "debug"})
        run = jobs.wait_for_end(run_id)
        stars = "*" * len(SECRET)
        wait_until("the sealed log", lambda: jobs.files(run_id)[DRIVER_LOG]["sealed"])
        lines = jobs.log(run_id).splitlines()
        self.assertEqual(lines[:2], [f"with {stars}", f"in two: {stars}"])
        self.assertRegex(lines[2], r"^token \*{100,}$")
        self.assertEqual((lines[3][:17], lines[-1]), (f"only {SECRET[:8]}Trac", f"ValueError: cannot log in with {stars}"))
        for name in jobs.files(run_id):
            self.assertNotIn(SECRET, jobs.file(run_id, name), name)
        self.assertIn(f"cannot log in with {stars}", run["error"]["message"])
        self.assertEqual(run["job"]["arguments"], ["--api-key", "[redacted]"])
        self.assertEqual(run["job"]["environmentVariables"], {"DB_PASSWORD": "[redacted]", "LEVEL": "debug"})
        self.assertEqual(run["params"]["api-key"], "[redacted]")


if __name__ == "__main__":
    unittest.main()
