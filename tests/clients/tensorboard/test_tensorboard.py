"""TensorBoard itself shows runs of a server, live, and the server reads what writers for TensorBoard write."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import numpy
import pytest
from conftest import COMMAND, ROOT
from tensorboardX import SummaryWriter

SECONDS_MAX = 120


def call(server, method, path, body=None, raw=None):
    content = raw if raw is not None else None if body is None else json.dumps(body).encode()
    kind = "application/octet-stream" if raw is not None else "application/json"
    headers = {} if content is None else {"Content-Type": kind}
    request = urllib.request.Request(server.url + "/api/v1" + path, content, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as reply:
        text = reply.read()
    return json.loads(text) if text else None


def wait_until(what, condition):
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(1)
    raise AssertionError("There was no sign of " + what)


@pytest.fixture(scope="module")
def experiment(server):
    call(server, "POST", "/workspaces", {"name": "boards"})
    return call(server, "POST", "/workspaces/boards/experiments", {"name": "shown"})["id"]


def log(server, run, name, values, first=0):
    steps = list(range(first, first + len(values)))
    series = {"name": name, "kind": "scalar", "steps": steps, "times": [1_700_000_000_000_000 + step for step in steps]}
    call(server, "POST", f"/runs/{run}/metrics", {"series": [{**series, "columns": [{"name": name, "values": values}]}]})


def upload(server, run, folder):
    for path in sorted(pathlib.Path(folder).rglob("*tfevents*")):
        call(server, "PUT", f"/runs/{run}/files/outputs/{path.relative_to(folder)}", raw=path.read_bytes())


def counts(server, run):
    return {one["name"]: one["count"] for one in call(server, "GET", f"/runs/{run}/metrics")["metrics"]}


class Board:
    """`runstead tensorboard` in a process of its own, and the TensorBoard that it starts."""

    def __init__(self, server, *options):
        node = ROOT / "node_modules" / ".bin" / "node"
        program = str(pathlib.Path(sys.executable).parent / "tensorboard")
        words = ["tensorboard", "--url", server.url, "-w", "boards", "--port", "0", "--program", program, *options]
        self.log = open(os.path.join(server.data, "tensorboard.log"), "w+b")
        command = [str(node) if node.exists() else "node", str(COMMAND), *words]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)
        self.url = wait_until("a TensorBoard", self._url)

    def _url(self):
        with open(self.log.name) as log:
            text = log.read()
        assert self.process.poll() is None, text
        found = re.search(r"(http://(?:127\.0\.0\.1|localhost):\d+)/", text)
        return found and found[1]

    def get(self, path, **query):
        address = self.url + "/data/plugin/scalars/" + path + "?" + urllib.parse.urlencode(query)
        try:
            with urllib.request.urlopen(address, timeout=60) as reply:
                return json.loads(reply.read())
        except urllib.error.HTTPError:  # It has not read the run yet.
            return None

    def values(self, run, tag):
        """Steps with their values."""
        return [(step, value) for _, step, value in self.get("scalars", run=run, tag=tag) or []]

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self.log.close()
        return code


def test_runs_are_shown_while_they_run(server, experiment, tmp_path):
    call(server, "POST", f"/experiments/{experiment}/runs", {"id": "plain", "displayName": "plain"})
    log(server, "plain", "loss", [4.0, 2.0])
    call(server, "POST", f"/experiments/{experiment}/runs", {"id": "written", "displayName": "by a writer"})
    writer = SummaryWriter(str(tmp_path))
    writer.add_scalar("accuracy", 0.5, 1)

    def is_read():
        # What is still on its way to the writer's own thread is not flushed.
        writer.flush()
        upload(server, "written", tmp_path)
        return counts(server, "written") == {"accuracy": 1}

    wait_until("the metric", is_read)
    board = Board(server, "--runs", "plain,written")
    try:
        wait_until("the values of a metric", lambda: board.values("plain", "loss") == [(0, 4.0), (1, 2.0)])
        wait_until("the event file", lambda: board.values("by a writer (written)/outputs", "accuracy") == [(1, 0.5)])
        # What is from the event file stands there once, not in a file of the run's own too.
        assert set(board.get("tags")) == {"plain", "by a writer (written)/outputs"}
        log(server, "plain", "loss", [1.0], first=2)
        wait_until("the next value", lambda: board.values("plain", "loss") == [(0, 4.0), (1, 2.0), (2, 1.0)])
        writer.add_scalar("accuracy", 0.75, 2)
        writer.close()
        upload(server, "written", tmp_path)
        wait_until("the longer file", lambda: board.values("by a writer (written)/outputs", "accuracy") == [(1, 0.5), (2, 0.75)])
        assert counts(server, "written") == {"accuracy": 2}
    finally:
        assert board.stop() == 0


def test_what_writers_write_becomes_metrics(server, experiment, tmp_path):
    call(server, "POST", f"/experiments/{experiment}/runs", {"id": "many"})
    writer = SummaryWriter(str(tmp_path))
    for step in range(1_000):
        writer.add_scalar("loss", 1 / (step + 1), step)
    writer.add_scalars("parts", {"train": 1.0, "test": 2.0}, 3)
    writer.add_histogram("weights", numpy.arange(100.0), 2)
    writer.add_image("picture", numpy.zeros((3, 2, 2), dtype=numpy.uint8), 2)
    writer.add_text("note", "kept in the file")
    writer.close()
    for _ in range(2):
        upload(server, "many", tmp_path)
    wanted = {"loss": 1_000, "picture": 1, "parts/test/parts": 1, "parts/train/parts": 1}

    def found():
        known = counts(server, "many")
        return known.pop("weights", 0) > 0 and known == wanted

    wait_until("the metrics of " + str(wanted), found)
    last = call(server, "GET", "/runs/many/metrics/points?name=loss&after=998")
    assert (last["steps"], last["columns"][0]["values"]) == ([999], [float(numpy.float32(1 / 1_000))])


def test_a_folder_is_written_for_tensorboard(server, experiment, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    call(server, "POST", f"/experiments/{experiment}/runs", {"id": "exported", "displayName": "exported"})
    values = [float(value) for value in range(20_000)]
    log(server, "exported", "loss", values)
    node = ROOT / "node_modules" / ".bin" / "node"
    target = tmp_path / "logdir"
    words = ["tensorboard", "exported", "--export", str(target), "--url", server.url, "-w", "boards"]
    subprocess.run([str(node) if node.exists() else "node", str(COMMAND), *words], check=True, timeout=120)
    read = EventAccumulator(str(target / "exported"), size_guidance={"scalars": 0}).Reload()
    events = read.Scalars("loss")
    assert [event.value for event in events] == values
    assert [event.step for event in events] == list(range(20_000))
    assert events[1].wall_time == pytest.approx(1_700_000_000.000001)
