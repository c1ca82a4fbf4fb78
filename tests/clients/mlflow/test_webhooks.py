"""Webhooks of the registry: another program is told of what happens to models, signed so that it can be sure of it."""

import base64
import hashlib
import hmac
import http.server
import json
import queue
import threading
import uuid

import pytest
from mlflow.entities.webhook import WebhookEvent, WebhookStatus
from mlflow.exceptions import MlflowException
from rest import assert_refused

TOLD_SECONDS_MAX = 60


@pytest.fixture
def receiver():
    """Another program: `told` has the headers and the body of each request that came."""
    told = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            told.put((self.headers, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.told = told
    listening.url = "http://127.0.0.1:{}/hook".format(listening.server_port)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield listening
    listening.shutdown()


def events(*names):
    return [WebhookEvent.from_str(name) for name in names]


def test_told_of_a_model_signed(tracking, receiver):
    made = tracking.create_webhook("told", receiver.url, events("registered_model.created"), secret="sesame")
    name = "model " + uuid.uuid4().hex
    tracking.create_registered_model(name, {"team": "blue"}, "A model")
    headers, body = receiver.told.get(timeout=TOLD_SECONDS_MAX)
    told = json.loads(body)
    assert (told["entity"], told["action"], told["data"]) == (
        "registered_model",
        "created",
        {"name": name, "tags": {"team": "blue"}, "description": "A model"},
    )
    signed = "{}.{}.{}".format(headers["X-MLflow-Delivery-Id"], headers["X-MLflow-Timestamp"], body).encode()
    expected = base64.b64encode(hmac.new(b"sesame", signed, hashlib.sha256).digest()).decode()
    assert headers["X-MLflow-Signature"] == "v1," + expected
    tracking.delete_webhook(made.webhook_id)


def test_a_test_sends_an_example(tracking, receiver):
    made = tracking.create_webhook("tried", receiver.url, events("model_version.created", "prompt_tag.set"))
    assert (tracking.test_webhook(made.webhook_id).success, tracking.test_webhook(made.webhook_id).response_status) == (True, 200)
    assert tracking.test_webhook(made.webhook_id, events("prompt_tag.set")[0]).success
    kinds = [json.loads(receiver.told.get(timeout=TOLD_SECONDS_MAX)[1])["entity"] for _ in range(3)]
    assert kinds == ["model_version", "model_version", "prompt_tag"]
    tracking.update_webhook(made.webhook_id, url="http://127.0.0.1:9/")
    failed = tracking.test_webhook(made.webhook_id)
    assert (failed.success, failed.response_status) == (False, None)
    assert failed.error_message.startswith("Failed to test webhook: ")
    tracking.delete_webhook(made.webhook_id)


def test_changed_listed_and_deleted(tracking):
    given = events("model_version.created", "prompt_alias.deleted")
    made = tracking.create_webhook("a.b-c_d", "https://example.com/hook", given, description="Tells.")
    assert (made.status, made.events, made.description, made.secret) == (WebhookStatus.ACTIVE, given, "Tells.", None)
    changed = tracking.update_webhook(made.webhook_id, status=WebhookStatus.DISABLED, description="")
    assert (changed.status, changed.description, changed.name, changed.url) == (WebhookStatus.DISABLED, None, made.name, made.url)
    other = tracking.create_webhook("other", "https://example.com/other", given)
    first = tracking.list_webhooks(max_results=1)
    second = tracking.list_webhooks(max_results=1, page_token=first.token)
    assert [one.webhook_id for one in first + second] == [other.webhook_id, made.webhook_id]
    for one in (made, other):
        tracking.delete_webhook(one.webhook_id)
    with pytest.raises(MlflowException, match=f"Webhook with ID {made.webhook_id} not found"):
        tracking.get_webhook(made.webhook_id)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "'name'"),
        ({"name": "-a"}, "Webhook name '-a' is invalid"),
        ({"name": "a" * 64}, "is invalid"),
        ({"url": " "}, "cannot be empty"),
        ({"url": "ftp://example.com"}, "Invalid webhook URL scheme: 'ftp'"),
        ({"url": "https://me:word@example.com"}, "user name or password"),
        ({"events": []}, "non-empty list"),
        ({"events": [{"entity": "MODEL_VERSION", "action": "DELETED"}]}, "Valid actions are: ['created']"),
        ({"events": [{"entity": "BUDGET_POLICY", "action": "EXCEEDED"}]}, "Invalid action 'exceeded'"),
        ({"events": [{"entity": "SOMETHING", "action": "CREATED"}]}, "'events'"),
        ({"status": "LOST"}, "'status'"),
    ],
)
def test_what_cannot_be_is_refused(rest, given, words):
    whole = {"name": "hook", "url": "https://example.com", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}]}
    assert_refused(rest.post("webhooks", **{**whole, **given}), "INVALID_PARAMETER_VALUE", words)
    inside = {**whole, "url": "http://169.254.169.254/latest"}
    assert_refused(rest.post("webhooks", **inside), "PERMISSION_DENIED", "169.254.169.254", status=403)
    assert [one for one in rest.get("webhooks").json().get("webhooks", []) if one["name"] == "hook"] == []
