"""What becomes of a job whose node is lost while it has it: the machine died, or nothing is heard of it any more."""

from __future__ import annotations

from typing import Any, Mapping

ACTIONS = ("fail", "requeue")


class NodeLoss:
    """`fail` lets the run fail with the reason; with `requeue` it waits for another node and begins anew, its logs going on.

    >>> config = ScriptRunConfig(".", "train.py", compute_target="cpu", node_loss=NodeLoss("requeue", requeues_max=5))
    """

    def __init__(self, action: str = "fail", requeues_max: int | None = None, after_seconds: int | None = None) -> None:
        """It is queued again at most `requeues_max` times (3); `after_seconds` of silence mean that the node is lost (600)."""
        if action not in ACTIONS:
            raise ValueError(f"The action when a node is lost is one of {', '.join(ACTIONS)}, not {action!r}.")
        self.action = action
        self.requeues_max = requeues_max
        self.after_seconds = after_seconds

    def definition(self) -> dict[str, Any]:
        """As the API takes it."""
        given = {"requeuesMax": self.requeues_max, "afterSeconds": self.after_seconds}
        return {"action": self.action, **{name: int(value) for name, value in given.items() if value is not None}}

    def __repr__(self) -> str:
        return f"NodeLoss(action={self.action!r}, requeues_max={self.requeues_max!r}, after_seconds={self.after_seconds!r})"


def node_loss_of(given: NodeLoss | str | Mapping[str, Any] | None) -> NodeLoss | None:
    """A NodeLoss, the name of an action, or the fields of a file; raises ValueError for what is none of them."""
    if given is None or isinstance(given, NodeLoss):
        return given
    if isinstance(given, str):
        return NodeLoss(given)
    unknown = sorted(set(given) - {"action", "requeuesMax", "afterSeconds"})
    if unknown:
        raise ValueError(f"nodeLoss has no {unknown[0]}: it has action, requeuesMax and afterSeconds.")
    return NodeLoss(str(given.get("action", "fail")), given.get("requeuesMax"), given.get("afterSeconds"))
