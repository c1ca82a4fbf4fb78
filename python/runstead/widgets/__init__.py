"""What a notebook shows of runs: RunDetails, and the pictures of runs and experiments themselves.

>>> from runstead.widgets import RunDetails
>>> RunDetails(run).show()
"""

from __future__ import annotations

from runstead.widgets.run_details import RunDetails

__all__ = ["RunDetails"]
