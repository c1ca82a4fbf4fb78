"""The unmodified azure-mgmt-monitor manages diagnostic settings, over TLS with the server's own authority."""

import time

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.monitor import MonitorManagementClient
from azure.mgmt.monitor.models import DiagnosticSettingsResource, LogSettings, MetricSettings, RetentionPolicy

ROOT_ID = "/subscriptions/{}/resourceGroups/{}/providers"


class Credential:
    """A token of the server, as a person gives it."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *_scopes, **_options):
        return AccessToken(self.token, int(time.time()) + 3600)


@pytest.fixture
def azure(workspace):
    """The client, the id of the workspace, and what ids of other resources begin with."""
    tls = workspace.call("PUT", "/tls", {"isOn": True, "port": 0})
    about = workspace.call("GET", "/workspaces/" + workspace.name)
    root = ROOT_ID.format(about["subscriptionId"], about["resourceGroup"])
    token = workspace.call("POST", "/tokens", {"note": "azure"})["token"]
    client = MonitorManagementClient(
        Credential(token),
        about["subscriptionId"],
        base_url=tls["url"],
        credential_scopes=[tls["url"] + "/.default"],
        connection_verify=tls["certificate"]["bundleFile"],
    )
    yield client, "{}/Microsoft.MachineLearningServices/workspaces/{}".format(root, workspace.name), root
    client.close()


def test_settings_are_made_read_listed_and_deleted(azure, workspace):
    client, resource, root = azure
    policy = RetentionPolicy(enabled=True, days=30)
    made = client.diagnostic_settings.create_or_update(
        resource,
        "keep",
        DiagnosticSettingsResource(
            storage_account_id=root + "/Microsoft.Storage/storageAccounts/archive1",
            workspace_id=root + "/Microsoft.OperationalInsights/workspaces/" + workspace.name,
            logs=[
                LogSettings(category="AmlComputeJobEvent", enabled=True, retention_policy=policy),
                LogSettings(category="AmlComputeClusterEvent", enabled=False),
            ],
            metrics=[MetricSettings(category="AllMetrics", enabled=True)],
        ),
    )
    assert (made.name, made.type) == ("keep", "Microsoft.Insights/diagnosticSettings")
    assert made.storage_account_id == root + "/Microsoft.Storage/storageAccounts/archive1"
    found = client.diagnostic_settings.get(resource, "keep")
    assert found.as_dict() == made.as_dict()
    assert [one.category for one in found.logs if one.enabled] == ["AmlComputeJobEvent"]
    assert found.metrics[0].enabled and found.metrics[0].retention_policy.days == 30
    native = workspace.call("GET", "/workspaces/{}/diagnostic-settings/keep".format(workspace.name))
    assert native["archive"] == {"kind": "folder", "path": "archive1", "retentionDays": 30}
    assert sorted(native["categories"]) == ["AllMetrics", "AmlComputeJobEvent"]

    assert sorted(one.name for one in client.diagnostic_settings.list(resource)) == ["keep", "log-analytics"]
    client.diagnostic_settings.delete(resource, "keep")
    client.diagnostic_settings.delete(resource, "keep")
    with pytest.raises(ResourceNotFoundError):
        client.diagnostic_settings.get(resource, "keep")


def test_groups_stand_for_all_their_categories(azure):
    client, resource, root = azure
    parameters = DiagnosticSettingsResource(
        workspace_id=root + "/Microsoft.OperationalInsights/workspaces/any", logs=[LogSettings(category_group="allLogs", enabled=True)]
    )
    made = client.diagnostic_settings.create_or_update(resource, "all", parameters)
    assert [(one.category_group, one.enabled) for one in made.logs] == [("allLogs", True)]
    categories = {one.name: one.category_type for one in client.diagnostic_settings_category.list(resource)}
    assert categories["AmlComputeJobEvent"] == "Logs" and categories["AllMetrics"] == "Metrics"
    assert client.diagnostic_settings_category.get(resource, "AmlComputeJobEvent").category_groups == ["allLogs"]


def test_what_cannot_be_is_refused_in_words(azure):
    client, resource, root = azure
    logs = [LogSettings(category="AmlComputeJobEvent", enabled=True)]

    def refused(resource=resource, **parameters):
        with pytest.raises(HttpResponseError) as caught:
            client.diagnostic_settings.create_or_update(resource, "bad", DiagnosticSettingsResource(**parameters))
        return caught.value.status_code, caught.value.error.code, caught.value.message

    anywhere = root + "/Microsoft.OperationalInsights/workspaces/any"
    assert refused(logs=logs)[:2] == (400, "BadRequest")
    status, code, message = refused(workspace_id=anywhere, logs=[LogSettings(category="Nonsense", enabled=True)])
    assert (status, code) == (400, "BadRequest") and "Nonsense" in message
    rule = root + "/Microsoft.EventHub/namespaces/nowhere/authorizationRules/send"
    status, code, message = refused(event_hub_authorization_rule_id=rule, event_hub_name="events", logs=logs)
    assert (status, code) == (400, "BadRequest") and "nowhere" in message
    assert refused(resource + "x", workspace_id=anywhere, logs=logs)[:2] == (404, "ResourceNotFound")
    assert [one.name for one in client.diagnostic_settings.list(resource)] == ["log-analytics"]


def test_an_event_hub_goes_by_the_connection_that_a_setting_has(azure, workspace, event_hub):
    client, resource, root = azure
    workspace.put("native", categories=["AmlComputeJobEvent"], eventHub={"kind": "amqp", "connectionString": event_hub, "address": "one"})
    made = client.diagnostic_settings.create_or_update(
        resource,
        "azure",
        DiagnosticSettingsResource(
            event_hub_authorization_rule_id=root + "/Microsoft.EventHub/namespaces/localhost/authorizationRules/RootManageSharedAccessKey",
            event_hub_name="two",
            logs=[LogSettings(category="RunEvent", enabled=True)],
        ),
    )
    assert made.event_hub_name == "two"
    native = workspace.call("GET", "/workspaces/{}/diagnostic-settings/azure".format(workspace.name))
    assert native["eventHub"]["address"] == "two" and "***" in native["eventHub"]["connectionString"]
