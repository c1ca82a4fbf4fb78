"""How runs end, and what their details say."""
completed, failed, cancelled = (experiment.start_logging(snapshot_directory=None) for _ in range(3))
show("begun", [one.get_status() for one in (completed, failed, cancelled)])
completed.complete()
failed.fail(error_details="The data is not there.", error_code="NoData")
cancelled.cancel()
show("ended", [one.get_status() for one in (completed, failed, cancelled)])
details = failed.get_details()
show("error", (details["error"]["error"]["code"], details["error"]["error"]["message"]))
show("details", {key: details[key] == failed.id if key == "runId" else details[key] for key in ("runId", "status", "outputDatasets", "logFiles")})
show("inputs", len(details["inputDatasets"]))
show("times", (details["startTimeUtc"].endswith("Z"), details["endTimeUtc"] >= details["startTimeUtc"]))
try:
    with experiment.start_logging(snapshot_directory=None) as run:
        raise ValueError("no such column")
except ValueError as error:
    show("raised", str(error))
show("failed", (run.get_status(), "no such column" in str(run.get_details()["error"])))
try:
    workspace.get_run("nothing")
except Exception as error:
    show("unknown", "nothing" in str(error))
