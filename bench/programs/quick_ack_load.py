"""Clients over kept connections that acknowledge what they hear at once (TCP_QUICKACK), so that no server waits for them.

    quick_ack_load.py '{"url": ..., "experiment": ..., "kind": "log-metric" or "run-pairs", "clients": 1, "durationMs": 1000}'

Prints how many calls or pairs were done, in how long, and how long each took, as JSON.
"""

import json
import socket
import sys
import threading
import time
import urllib.parse

HEAD_END = b"\r\n\r\n"


class Connection:
    def __init__(self, url):
        address = urllib.parse.urlsplit(url)
        self.host = address.netloc
        self.socket = socket.create_connection((address.hostname, address.port), timeout=300)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, call, body):
        content = json.dumps(body).encode()
        head = f"POST /api/2.0/mlflow/{call} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        self.socket.sendall(head.encode() + content)
        received = b""
        while True:
            # The kernel forgets it with every packet.
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            part = self.socket.recv(1 << 16)
            if not part:
                raise ConnectionError(f"The server closed the connection after {received[:1000]!r}.")
            received += part
            end = received.find(HEAD_END)
            if end < 0:
                continue
            length = next(int(line[15:]) for line in received[:end].lower().split(b"\r\n") if line.startswith(b"content-length:"))
            if len(received) >= end + len(HEAD_END) + length:
                break
        if not received.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(received[:2000].decode(errors="replace"))
        return json.loads(received[end + len(HEAD_END) :])


def create_run(connection, experiment):
    body = {"experiment_id": experiment, "run_name": "bench", "start_time": int(time.time() * 1000), "tags": []}
    return connection.post("runs/create", body)["run"]["info"]["run_id"]


def metric_step(connection, experiment):
    run, step = create_run(connection, experiment), 0
    while True:
        step += 1
        connection.post("runs/log-metric", {"run_id": run, "key": "loss", "value": 1 / step, "timestamp": 1_700_000_000_000 + step, "step": step})
        yield


def pair_step(connection, experiment):
    while True:
        run = create_run(connection, experiment)
        connection.post("runs/update", {"run_id": run, "status": "FINISHED", "end_time": int(time.time() * 1000)})
        yield


STEPS = {"log-metric": metric_step, "run-pairs": pair_step}


def main(url, experiment, kind, clients, durationMs):
    latencies = []
    failures = []
    started = time.perf_counter()

    def work():
        try:
            steps = STEPS[kind](Connection(url), experiment)
            while time.perf_counter() - started < durationMs / 1000:
                began = time.perf_counter()
                next(steps)
                latencies.append((time.perf_counter() - began) * 1000)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    print(json.dumps({"done": len(latencies), "durationMs": (time.perf_counter() - started) * 1000, "latenciesMs": latencies}))


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
