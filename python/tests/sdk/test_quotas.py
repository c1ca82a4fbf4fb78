"""Quotas from Python, against a real server."""

from __future__ import annotations

from runstead import Cluster, RunsteadError
from tests.sdk.server_case import ServerCase

FAMILY = "standardESv3Family"


class QuotasTest(ServerCase):
    def test_a_quota_is_read_met_asked_for_and_granted(self) -> None:
        quotas = self.workspace.quotas
        self.assertIn(FAMILY, [quota["name"] for quota in quotas])
        quotas.set(FAMILY, 2)
        self.addCleanup(quotas.set, FAMILY, None)
        self.assertEqual(quotas[FAMILY.upper()]["limitCores"], 2)
        with self.assertRaises(KeyError):
            quotas["standardX"]
        with self.assertRaisesRegex(RunsteadError, "needs 4 cores; the standardESv3Family quota of workspace .* is 2"):
            Cluster.create(self.workspace, "quota-met", "STANDARD_E4S_V3")
        request = quotas.request(FAMILY, 4, reason="One node more")
        self.assertEqual([one["id"] for one in quotas.requests("open")], [request["id"]])
        self.assertEqual(quotas.refuse(request["id"], "No")["decisionReason"], "No")
        granted = quotas.grant(quotas.request(FAMILY, 4, reason="Please")["id"])
        self.assertEqual((granted["state"], quotas[FAMILY]["limitCores"]), ("granted", 4))
        self.assertEqual([one["state"] for one in quotas.requests()], ["granted", "refused"])
        Cluster.create(self.workspace, "quota-met", "STANDARD_E4S_V3").delete()
