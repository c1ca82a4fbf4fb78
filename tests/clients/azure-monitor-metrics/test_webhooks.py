"""What a webhook of an alert sends is verified by the library of Standard Webhooks."""

import http.server
import threading

from conftest import until
from standardwebhooks import Webhook


def test_a_delivery_is_verified_by_its_secret(workspace):
    received = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        url = "http://127.0.0.1:{}/hook".format(receiver.server_port)
        root = "/workspaces/{}".format(workspace.name)
        group = workspace.call("POST", root + "/action-groups", {"name": "ops", "receivers": [{"type": "webhook", "url": url}]})
        condition = {"type": "runStatus", "statuses": ["Failed"]}
        workspace.call("POST", root + "/alert-rules", {"name": "failed", "condition": condition, "actionGroups": ["ops"]})
        workspace.fail_runs("watched", 1)
        until(lambda: received)
        receiver.shutdown()
    body, headers = received[0]
    alert = Webhook(group["receivers"][0]["secret"]).verify(body, headers)
    assert alert["schemaId"] == "azureMonitorCommonAlertSchema"
    assert alert["data"]["essentials"]["monitorCondition"] == "Fired"
    assert alert["data"]["essentials"]["alertTargetIDs"] == [workspace.resource.lower()]
