"""The unmodified azure-monitor-querymetrics and azure-mgmt-monitor read workspace metrics."""

from datetime import timedelta

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.monitor import MonitorManagementClient
from azure.monitor.querymetrics import MetricAggregationType, MetricsClient

NAMESPACE = "Microsoft.MachineLearningServices/workspaces"
HOURS = timedelta(hours=2)


def totals(metric):
    """The sum over all grains of each series, by the values of its dimensions."""
    return {
        tuple(series.metadata_values.values()): sum(point.total or 0 for point in series.data)
        for series in metric.timeseries
    }


@pytest.fixture
def metrics(tls, credential):
    url, bundle = tls
    with MetricsClient(url, credential, audience=url, connection_verify=bundle) as client:
        yield client


def test_a_metric_is_read_split_and_filtered(metrics, workspace):
    def read(**options):
        (result,) = metrics.query_resources(
            resource_ids=[workspace.resource],
            metric_namespace=NAMESPACE,
            metric_names=["Failed Runs"],
            timespan=HOURS,
            aggregations=[MetricAggregationType.TOTAL, MetricAggregationType.COUNT],
            **options,
        )
        return result

    whole = read(granularity=timedelta(minutes=5))
    assert (whole.granularity, whole.namespace.lower()) == (timedelta(minutes=5), NAMESPACE.lower())
    assert [(metric.name, str(metric.unit)) for metric in whole.metrics] == [("Failed Runs", "Count")]
    assert totals(whole.metrics[0]) == {(): 4}
    assert totals(read(filter="ExperimentName eq '*'").metrics[0]) == {("ridge",): 3, ("forest",): 1}
    assert totals(read(filter="ExperimentName eq 'ridge' or ExperimentName eq 'none'").metrics[0]) == {("ridge",): 3}
    assert totals(read(filter="ExperimentName eq '*'", max_results=1, order_by="sum asc").metrics[0]) == {("forest",): 1}
    assert totals(read(filter="ExperimentName sw 'r'", roll_up_by="ExperimentName").metrics[0]) == {(): 3}


def test_several_metrics_come_together_and_what_was_not_measured_is_empty(metrics, workspace):
    (result,) = metrics.query_resources(
        resource_ids=[workspace.resource],
        metric_namespace=NAMESPACE,
        metric_names=["Errors", "Model Deploy Failed"],
        timespan=HOURS,
    )
    errors, deploys = result.metrics
    assert totals(errors) == {(): 4}
    assert deploys.timeseries == []


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"metric_names": ["Running Runs"]}, "There is no workspace metric Running Runs"),
        ({"filter": "ExperimentName is 'ridge'"}, "has an operator that is none of eq, ne and sw"),
        ({"filter": "ClusterName eq 'a'"}, "There is no dimension ClusterName of Failed Runs"),
        ({"granularity": timedelta(minutes=7)}, "PT1M, PT5M"),
    ],
)
def test_what_cannot_be_read_says_why(metrics, workspace, change, expected):
    asked = {"metric_names": ["Failed Runs"], **change}
    with pytest.raises(HttpResponseError, match=expected):
        metrics.query_resources(resource_ids=[workspace.resource], metric_namespace=NAMESPACE, timespan=HOURS, **asked)


def test_the_plane_of_management_lists_definitions_and_reads_values(tls, credential, workspace):
    url, bundle = tls
    with MonitorManagementClient(
        credential, workspace.subscription, base_url=url, credential_scopes=[url + "/.default"], connection_verify=bundle
    ) as client:
        definitions = {one.name.value: one for one in client.metric_definitions.list(workspace.resource)}
        cores = definitions["Active Cores"]
        assert (cores.namespace, str(cores.primary_aggregation_type)) == (NAMESPACE, "Average")
        assert [one.value for one in cores.dimensions] == ["Scenario", "ClusterName"]
        assert len([one for one in definitions.values() if one.namespace == NAMESPACE]) == 58
        reply = client.metrics.list(
            workspace.resource, interval="PT1H", metricnames="Failed Runs", aggregation="Total", filter="ExperimentName eq '*'"
        )
        (failed,) = reply.value
        by_experiment = {series.metadatavalues[0].value: sum(point.total or 0 for point in series.data) for series in failed.timeseries}
        assert by_experiment == {"ridge": 3, "forest": 1}
        with pytest.raises(ResourceNotFoundError):
            list(client.metric_definitions.list(workspace.resource + "x"))
