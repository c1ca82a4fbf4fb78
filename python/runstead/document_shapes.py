"""What the documents of metrics must hold for the studio to draw them."""

from __future__ import annotations

from typing import Any, Mapping

#: The keys of `data` by kind. azureml-core writes more; these are the ones that no chart can do without.
NEEDED_KEYS = {
    "confusion_matrix": ("matrix",),
    "accuracy_table": ("probability_tables",),
    "predictions": ("bin_averages", "bin_edges", "bin_errors"),
    "residuals": ("bin_counts", "bin_edges"),
}


def missing_keys(kind: str, document: Mapping[str, Any]) -> list[str]:
    """The keys that a document lacks, be it `{"schema_type": …, "data": {…}}` or the data alone.

    >>> missing_keys("residuals", {"data": {"bin_edges": [0, 1]}})
    ['bin_counts']
    """
    data = document.get("data", document)
    return [key for key in NEEDED_KEYS[kind] if not isinstance(data, Mapping) or key not in data]
