"""What is known of a run that was begun while the server was away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

if TYPE_CHECKING:
    from runstead.experiment import Experiment


def begun_document(
    experiment: Experiment, body: Mapping[str, Any], parent_id: str | None = None, root_id: str | None = None
) -> dict[str, Any]:
    """The document of a run from the request that will make it: it gets its number when that is sent."""
    return {
        "id": body["id"],
        "number": None,
        "experimentId": experiment.id,
        "experimentName": experiment.name,
        "parentId": parent_id,
        "rootId": root_id or body["id"],
        "name": body.get("name", ""),
        "displayName": body.get("displayName", ""),
        "description": body.get("description", ""),
        "type": "child" if parent_id else "interactive",
        "target": "local",
        "status": "Running",
        "error": None,
        "startTime": body["startTime"],
        "endTime": None,
        "tags": dict(body.get("tags", {})),
        "properties": dict(body.get("properties", {})),
        "params": {},
        "job": None,
        "snapshotId": None,
        "dataContainerId": f"dcid.{body['id']}",
    }
