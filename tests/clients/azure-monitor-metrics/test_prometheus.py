"""What /metrics says is read by the parsers of the real client library, in both formats."""

import urllib.request

from conftest import until
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as prometheus


def scrape(server, accept):
    request = urllib.request.Request(server.url + "/metrics", headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.headers["content-type"], reply.read().decode()


def failed_runs(families, workspace):
    samples = [sample for family in families for sample in family.samples if sample.name == "runstead_failed_runs_total"]
    return {sample.labels["experiment_name"]: sample.value for sample in samples if sample.labels["workspace"] == workspace.name}


def test_both_formats_are_read(server, workspace):
    for accept, parse in [("text/plain", prometheus), ("application/openmetrics-text; version=1.0.0", open_metrics)]:
        content_type, text = scrape(server, accept)
        assert content_type.startswith(accept.split(";")[0])
        families = list(parse(text))
        assert failed_runs(families, workspace) == {"ridge": 3, "forest": 1}
        assert len({family.name for family in families}) == len(families)


def test_counters_grow(server, workspace):
    workspace.fail_runs("later", 2)
    until(lambda: failed_runs(prometheus(scrape(server, "text/plain")[1]), workspace).get("later") == 2)
