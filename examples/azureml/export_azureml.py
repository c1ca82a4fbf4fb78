"""Exports the runs of an Azure ML workspace into a folder, with azureml-core; `runstead import azureml FOLDER` reads it.

    python export_azureml.py FOLDER                      all experiments of the workspace of the nearest config.json
    python export_azureml.py FOLDER --experiment NAME    these alone; may be given several times

What is there already is not fetched again: after an interruption, run it once more.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import pathlib
import urllib.parse

import requests
from azureml.core import Experiment, Run, Workspace

RUNS_PER_PAGE = 500


class Service:
    """The REST services of the workspace, with the sign-in of the package."""

    def __init__(self, workspace):
        self._workspace = workspace
        context = workspace.service_context
        self._base = context._get_run_history_url()
        self._scope = context._get_workspace_scope()

    def post(self, service, path, body):
        url = self._base + service + self._scope + path
        reply = requests.post(url, json=body, headers=self._workspace._auth.get_authentication_header(), timeout=300)
        reply.raise_for_status()
        return reply.json()

    def pages(self, service, path, body):
        """What lies in `value` of each page."""
        token = None
        while True:
            reply = self.post(service, path, {**body, **({"continuationToken": token} if token else {})})
            yield reply
            before, token = token, reply.get("continuationToken")
            if not token or token == before:
                return


def plain(value):
    """Numbers that JSON has no word for, as the service writes them."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def write(path, value):
    """All of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".part")
    whole.write_text(json.dumps(plain(value), allow_nan=False), encoding="utf-8")
    os.replace(whole, path)


def metrics_of(service, run_id):
    """Every metric with all its rows."""
    path = "/runs/" + urllib.parse.quote(run_id, safe="")
    for page in service.pages("/metric/v2.0", path + "/list", {}):
        for listed in page["value"]:
            whole = None
            for part in service.pages("/metric/v2.0", path + "/full", {"metricName": listed["metricKey"]["name"]}):
                if whole is None:
                    whole = part
                else:
                    whole["value"] += part["value"]
            if whole:
                yield {key: whole.get(key) for key in ("name", "columns", "properties", "value")}


def export_experiment(workspace, service, experiment, folder):
    write(folder / "experiment.json", {"name": experiment.name, "tags": experiment.tags or {}})
    path = "/experiments/{}/runs:query".format(urllib.parse.quote(experiment.name, safe=""))
    count = 0
    for page in service.pages("/history/v1.0", path, {"top": RUNS_PER_PAGE}):
        for run in page["value"]:
            place = folder / "runs" / run["runId"]
            # It is written last.
            if (place / "run.json").exists():
                continue
            write(place / "metrics.json", list(metrics_of(service, run["runId"])))
            Run(experiment, run["runId"]).download_files(output_directory=str(place / "files"))
            write(place / "run.json", run)
            count += 1
    print("{}: {} runs".format(experiment.name, count))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--experiment", action="append", help="an experiment by its name; all if absent")
    given = parser.parse_args()
    workspace = Workspace.from_config()
    service = Service(workspace)
    for experiment in Experiment.list(workspace):
        if not given.experiment or experiment.name in given.experiment:
            export_experiment(workspace, service, experiment, given.folder / "experiments" / experiment.id)


if __name__ == "__main__":
    main()
