"""What a process of a job on several nodes prints, in its own log and in those of the whole job."""

from __future__ import annotations

import os
import select
import sys
import tempfile
import unittest
from pathlib import Path

from runstead.agent.job_folder import JobFolder
from runstead.agent.job_process import CannotStart
from runstead.agent.process_output import LINE_BYTES_MAX, ProcessOutput, start_with_output

NUMBER = 3


class ProcessOutputTest(unittest.TestCase):
    def setUp(self) -> None:
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = JobFolder(made.name)
        os.makedirs(os.path.dirname(self.folder.whole_output))

    def print_with(self, code: str, *, node: int | None = 0) -> None:
        arguments = [sys.executable, "-c", f"import os, sys\n{code}"]
        pid, output = start_with_output(self.folder, {"node": node, "arguments": arguments, "folder": "/"}, NUMBER, dict(os.environ))
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            self.read(output)
        output.close()

    def read(self, output: ProcessOutput) -> None:
        for descriptor in select.select(output.descriptors(), [], [], 0.01)[0]:
            output.read(descriptor)

    def own(self) -> bytes:
        return Path(self.folder.process_log(NUMBER)).read_bytes()

    def test_both_streams_in_one_and_each_by_its_lines(self) -> None:
        self.print_with("os.write(1, b'one\\ntw'); os.write(2, b'trouble\\n'); os.write(1, b'o\\n\\nlast')")
        self.assertEqual(Path(self.folder.whole_output).read_bytes(), b"[3] one\n[3] two\n[3] \n[3] last\n")
        self.assertEqual(Path(self.folder.whole_errors).read_bytes(), b"[3] trouble\n")
        self.assertEqual(sorted(self.own()), sorted(b"one\ntwtrouble\no\n\nlast"))

    def test_a_line_of_megabytes_is_whole_in_the_log_of_the_process(self) -> None:
        size = 20 * LINE_BYTES_MAX + 7
        self.print_with(f"sys.stdout.write('x' * {size} + chr(10) + 'after')")
        self.assertEqual(self.own(), b"x" * size + b"\nafter")
        lines = Path(self.folder.whole_output).read_bytes().splitlines()
        self.assertTrue(all(line.startswith(b"[3] ") and len(line) <= 2 * LINE_BYTES_MAX for line in lines))
        self.assertEqual(b"".join(line[4:] for line in lines), b"x" * size + b"after")

    def test_a_process_that_is_left_behind_and_talks_on_is_not_waited_for(self) -> None:
        self.print_with("print('done', flush=True)\nif os.fork() == 0:\n    while True:\n        os.write(1, b'y' * 1000 + b'\\n')")
        self.assertTrue(self.own().startswith(b"done\n"))

    def test_on_one_node_a_process_writes_to_its_log_itself(self) -> None:
        self.print_with("print('alone')", node=None)
        self.assertEqual(self.own(), b"alone\n")
        self.assertFalse(os.path.exists(self.folder.whole_output))

    def test_a_program_that_is_not_there_is_told_of(self) -> None:
        launch = {"node": 0, "arguments": ["no-such-program"], "folder": "/"}
        before = len(os.listdir("/proc/self/fd"))
        with self.assertRaises(CannotStart):
            start_with_output(self.folder, launch, NUMBER, dict(os.environ))
        self.assertEqual(self.own(), b"[runstead] the job cannot be started: no-such-program: not found\n")
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)


if __name__ == "__main__":
    unittest.main()
