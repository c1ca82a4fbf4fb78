"""Where a report is shown: as a live widget with a picture of it beside, or as the picture alone."""

from __future__ import annotations

import html
import pkgutil
import sys
import threading
import time
import uuid
from functools import lru_cache
from typing import Any, Callable, Mapping

from runstead.widgets.report_html import report_html
from runstead.widgets.report_text import report_text
from runstead.widgets.run_report import PARTS

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
#: How often the picture beside a live widget is drawn anew: it is what a saved notebook shows.
STILL_PAUSE_SECONDS = 5.0
#: How often a picture that stands alone is.
PICTURE_PAUSE_SECONDS = 1.5

Report = Mapping[str, Any]


def has_notebook() -> bool:
    """Whether this process is the kernel of a notebook, and not a terminal or a script."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


class Picture:
    """The report as HTML and text in the output of a cell, drawn again when it has changed."""

    def __init__(self, report: Report, pause_seconds: float = PICTURE_PAUSE_SECONDS, key: str = "", style: str = "") -> None:
        from IPython.display import display

        self._key = key or uuid.uuid4().hex
        self._style = style
        self._pause_seconds = pause_seconds
        self._drawn_time = time.monotonic()
        self._waiting: Report | None = None
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        display(self._bundle(report), raw=True, display_id=self._key)

    def show(self, report: Report) -> None:
        """Draws the report: at once when the run has ended or the last drawing was long ago, else a little later."""
        with self._lock:
            wait = self._drawn_time + self._pause_seconds - time.monotonic()
            self._waiting = report
            if wait > 0 and not _is_ended(report):
                if self._timer is None:
                    self._timer = threading.Timer(wait, self._draw)
                    self._timer.daemon = True
                    self._timer.start()
                return
        self._draw()

    def _draw(self) -> None:
        from IPython.display import update_display

        with self._lock:
            report, self._waiting, self._timer = self._waiting, None, None
            self._drawn_time = time.monotonic()
            if report is not None:
                update_display(self._bundle(report), raw=True, display_id=self._key)

    def _bundle(self, report: Report) -> dict[str, str]:
        still = f'<div data-runstead-still="{html.escape(self._key)}">{report_html(report)}</div>'
        return {"text/html": self._style + still, "text/plain": report_text(report)}


class LiveWidget:
    """The widget, and the picture beside it for where the widget cannot be shown."""

    def __init__(self, report: Report, cancel: Callable[[], Any]) -> None:
        from IPython.display import display

        still = uuid.uuid4().hex
        self._cancel = cancel
        self._model = _model_class()(still=still, **{part: report[part] for part in PARTS})
        self._model.on_msg(self._hear)
        view = {"version_major": 2, "version_minor": 0, "model_id": self._model.model_id}
        display({WIDGET_MIME: view, "text/plain": report_text(report)}, raw=True)
        self._picture = Picture(report, STILL_PAUSE_SECONDS, still, _style_beside_widget(still))

    def show(self, report: Report) -> None:
        for part in PARTS:
            # Only what has changed goes to the browser.
            setattr(self._model, part, report[part])
        self._picture.show(report)

    def _hear(self, _model: Any, message: Any, _buffers: Any) -> None:
        if isinstance(message, dict) and message.get("type") == "cancel":
            # The kernel stays free while the server answers.
            threading.Thread(target=self._answer, name="runstead-cancel", daemon=True).start()

    def _answer(self) -> None:
        try:
            self._cancel()
            answer = {"state": "asked", "text": ""}
        except Exception as error:
            answer = {"state": "refused", "text": getattr(error, "message", str(error))}
        # The time makes the same answer a new one.
        self._model.cancellation = {**answer, "timeMs": time.time() * 1000}


def can_show_widgets() -> bool:
    """Whether anywidget and ipywidgets 8 are installed."""
    try:
        import anywidget  # noqa: F401
        import ipywidgets
    except ImportError:
        return False
    return int(ipywidgets.__version__.split(".")[0]) >= 8


@lru_cache(maxsize=None)
def _model_class() -> type[Any]:
    import anywidget
    import traitlets

    parts = {part: traitlets.Any(allow_none=True).tag(sync=True) for part in (*PARTS, "cancellation")}
    texts = {name: pkgutil.get_data(__package__, file) for name, file in (("_esm", "run_details.mjs"), ("_css", "run_details.css"))}
    sources = {name: (text or b"").decode() for name, text in texts.items()}
    return type("RunDetailsWidget", (anywidget.AnyWidget,), {**sources, **parts, "still": traitlets.Unicode().tag(sync=True)})


def _style_beside_widget(key: str) -> str:
    """Shows of the two outputs of JupyterLab and Notebook the widget where it lives, else the picture."""
    still = f'[data-runstead-still="{key}"]'
    output = ".jp-OutputArea-child"
    return (
        "<style>"
        f"{output}:has(.runstead-live) + {output}:has({still}), "
        f"{output}:not(:has(.runstead-live)):has(> .jp-OutputArea-output:not([data-mime-type])):has(+ {output} {still}) "
        "{ display: none; }</style>"
    )


def _is_ended(report: Report) -> bool:
    return report["run"] is not None and bool(report["run"]["isEnded"])
