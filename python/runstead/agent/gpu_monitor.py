"""What the GPUs of the node are doing, as `nvidia-smi` says every five seconds: one process of it serves all jobs."""

from __future__ import annotations

import shutil
import subprocess
import threading

from runstead.agent.process_usage import append_sample

INTERVAL_SECONDS = 5
QUERY = "index,utilization.gpu,memory.used"
VALUE_NAMES = ("percent", "memory_mib")


class GpuMonitor:
    """Adds samples to files while there are any to add to; on a node without `nvidia-smi` it does nothing."""

    def __init__(self) -> None:
        self._program = shutil.which("nvidia-smi")
        self._lock = threading.Lock()
        self._paths: set[str] = set()
        self._process: subprocess.Popen[str] | None = None

    def watch(self, path: str) -> None:
        """Add samples to a file from now on."""
        if self._program is None:
            return
        with self._lock:
            self._paths.add(path)
            if self._process is None or self._process.poll() is not None:
                self._process = self._start(self._program)

    def unwatch(self, path: str) -> None:
        """Add no more: nothing touches the file after this. May be called again."""
        with self._lock:
            self._paths.discard(path)
            if not self._paths and self._process is not None:
                self._process.kill()
                self._process.wait()
                self._process = None

    def _start(self, program: str) -> subprocess.Popen[str] | None:
        command = [program, f"--query-gpu={QUERY}", "--format=csv,noheader,nounits", f"--loop={INTERVAL_SECONDS}"]
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        except OSError:  # It is there, but cannot be executed.
            return None
        threading.Thread(target=self._read, args=(process,), name="gpu monitor", daemon=True).start()
        return process

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                values = _values_of(line)
                with self._lock:
                    for path in self._paths if values else ():
                        append_sample(path, values)


def _values_of(line: str) -> dict[str, float]:
    """The values of a line such as `0, 35, 1024`; what a GPU does not tell, `[N/A]`, is left out."""
    index, *fields = (field.strip() for field in line.split(","))
    return {f"gpu_{index}_{name}": float(field) for name, field in zip(VALUE_NAMES, fields) if field.isdigit()}
