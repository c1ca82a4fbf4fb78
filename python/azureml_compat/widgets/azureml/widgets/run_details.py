"""RunDetails with the arguments that azureml-widgets takes."""

from __future__ import annotations

from typing import Any

from runstead.widgets.run_details import RunDetails as NativeRunDetails


class RunDetails(NativeRunDetails):
    """Shows a run and keeps showing how it does: `RunDetails(run).show()`."""

    def __init__(self, run_instance: Any) -> None:
        super().__init__(run_instance)

    def show(self, render_lib: Any = None, widget_settings: Any = None) -> None:
        """Shows the run. `render_lib` and `widget_settings` are taken and not needed."""
        super().show()
