"""Artifacts through the server: up, listed, down, gone; and paths that would lead elsewhere."""

import pathlib

import mlflow
import pytest
from rest import assert_refused

PROXY = "/api/2.0/mlflow-artifacts/artifacts"


@pytest.fixture
def run(tracking, experiment):
    return tracking.create_run(experiment).info


def listed(tracking, run, path=None):
    """What the address of the run's artifacts lists: the client asks it as it does of any place for artifacts."""
    entries = mlflow.artifacts.list_artifacts(artifact_uri=run.artifact_uri + (f"/{path}" if path else ""))
    prefix = f"{path}/" if path else ""
    return {(prefix + entry.path.split("/")[-1], entry.is_dir, entry.file_size) for entry in entries}


def test_up_listed_and_down(tracking, run, tmp_path):
    source = tmp_path / "source"
    (source / "deep" / "er").mkdir(parents=True)
    (source / "a.txt").write_text("alpha")
    (source / "deep" / "b.bin").write_bytes(bytes(range(256)))
    (source / "deep" / "er" / "ü n.json").write_text("{}")
    (source / "empty").write_bytes(b"")
    tracking.log_artifacts(run.run_id, str(source), "model")
    tracking.log_artifact(run.run_id, str(source / "a.txt"))
    tracking.log_text(run.run_id, "words", "notes/one.txt")
    tracking.log_dict(run.run_id, {"a": 1}, "notes/two.json")
    assert listed(tracking, run) == {("a.txt", False, 5), ("model", True, None), ("notes", True, None)}
    assert listed(tracking, run, "model") == {("model/a.txt", False, 5), ("model/deep", True, None), ("model/empty", False, 0)}
    assert listed(tracking, run, "model/deep") == {("model/deep/b.bin", False, 256), ("model/deep/er", True, None)}
    assert listed(tracking, run, "nowhere") == set()
    target = pathlib.Path(tracking.download_artifacts(run.run_id, "", str(tmp_path)))
    assert (target / "model" / "deep" / "b.bin").read_bytes() == bytes(range(256))
    assert (target / "model" / "deep" / "er" / "ü n.json").read_text() == "{}"
    assert (target / "model" / "empty").read_bytes() == b""
    assert mlflow.artifacts.load_text(run.artifact_uri + "/notes/one.txt") == "words"
    assert mlflow.artifacts.load_dict(f"runs:/{run.run_id}/notes/two.json") == {"a": 1}


def test_they_are_files_of_the_run(tracking, rest, run):
    tracking.log_text(run.run_id, "words", "notes/one.txt")
    native = rest("GET", f"/api/v1/runs/{run.run_id}/files").json()["files"]
    assert [(file["path"], file["sizeBytes"]) for file in native] == [("notes/one.txt", 5)]
    assert rest("GET", f"/api/v1/runs/{run.run_id}/files/notes/one.txt").text == "words"
    down = rest("GET", f"{PROXY}/{run.experiment_id}/{run.run_id}/artifacts/notes/one.txt")
    assert down.headers["Content-Disposition"].startswith("attachment")
    assert down.headers["X-Content-Type-Options"] == "nosniff"
    assert rest("GET", "/get-artifact", params={"run_uuid": run.run_id, "path": "notes/one.txt"}).text == "words"


def test_a_page_uploads_one(rest, run):
    upload = "/ajax-api/2.0/mlflow/upload-artifact"
    for given, words in (
        ({}, "run_uuid"),
        ({"run_uuid": run.run_id}, "path"),
        ({"run_uuid": run.run_id, "path": "x.txt"}, "data"),
        ({"run_uuid": run.run_id, "path": "../x.txt"}, "Invalid path"),
    ):
        body = b"words" if words == "Invalid path" else None
        assert_refused(rest("POST", upload, params=given, data=body), "INVALID_PARAMETER_VALUE", words)
    there = {"run_uuid": run.run_id, "path": "notes/x.txt"}
    assert rest("POST", upload, params=there, data=b"words").status_code == 200
    assert rest("GET", "/get-artifact", params=there).text == "words"
    pieces = {**there, "path": "pieces.txt"}
    assert rest("POST", upload, params=pieces, data=iter([b"in ", b"pieces"])).status_code == 200
    assert rest("GET", "/get-artifact", params=pieces).text == "in pieces"
    assert_refused(rest("POST", upload, params={**there, "run_uuid": "nobody"}, data=b"words"), "RESOURCE_DOES_NOT_EXIST", status=404)


def test_the_folder_that_is_meant_by_a_dot(tracking, rest, run, tmp_path):
    tracking.log_text(run.run_id, "words", "notes/one.txt")
    target = pathlib.Path(mlflow.artifacts.download_artifacts(run_id=run.run_id, artifact_path=".", dst_path=str(tmp_path)))
    assert (target / "notes" / "one.txt").read_text() == "words"
    assert [file["path"] for file in rest("GET", "artifacts/list", params={"run_id": run.run_id, "path": "."}).json()["files"]] == ["notes"]
    written = rest("PUT", f"{PROXY}/{run.experiment_id}/{run.run_id}/artifacts/.%2Fa", data=b"x")
    assert_refused(written, "INVALID_PARAMETER_VALUE")


def test_deleted(tracking, rest, run):
    for name in ("a/one.txt", "a/b/two.txt", "c.txt"):
        tracking.log_text(run.run_id, "x", name)
    place = f"{PROXY}/{run.experiment_id}/{run.run_id}/artifacts"
    assert rest("DELETE", f"{place}/a").status_code == 200
    assert listed(tracking, run) == {("c.txt", False, 1)}
    assert_refused(rest("DELETE", f"{place}/a"), "RESOURCE_DOES_NOT_EXIST", status=404)


def test_a_large_one_streams(tracking, run, tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(b"0123456789abcdef" * (1 << 20))
    tracking.log_artifact(run.run_id, str(path))
    assert listed(tracking, run) == {("large.bin", False, 1 << 24)}
    target = tracking.download_artifacts(run.run_id, "large.bin", str(tmp_path / "."))
    assert pathlib.Path(target).stat().st_size == 1 << 24


@pytest.mark.parametrize(
    "path",
    [
        "..%2Fescape",
        "a%2F..%2F..%2Fescape",
        "%2e%2e%2fescape",
        "%252e%252e%252fescape",
        "a%2F%252e%252e%2Fescape",
        "..%5Cescape",
        "a%00b",
        "%2Fetc%2Fpasswd",
        "C%3A%2Fwindows",
        "a%2F%2Fb",
        "a%0Ab",
    ],
)
def test_paths_that_would_lead_elsewhere(tracking, server, run, path):
    import http.client
    import urllib.parse

    # As it is written: clients of HTTP like to tidy paths up.
    address = urllib.parse.urlsplit(server.url)
    place = f"{PROXY}/{run.experiment_id}/{run.run_id}/artifacts/{path}"
    for method, body in (("PUT", b"x"), ("GET", None), ("DELETE", None)):
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        connection.request(method, place, body=body)
        answer = connection.getresponse()
        assert (method, answer.status) == (method, 400), answer.read()
        connection.close()
    for folder in (path, urllib.parse.unquote(path)):
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        query = urllib.parse.urlencode({"run_id": run.run_id, "path": urllib.parse.unquote(folder)})
        connection.request("GET", "/api/2.0/mlflow/artifacts/list?" + query)
        assert connection.getresponse().status == 400
        connection.close()
    assert listed(tracking, run) == set()


def test_what_is_not_there(tracking, rest, run):
    place = f"{PROXY}/{run.experiment_id}/{run.run_id}/artifacts"
    assert_refused(rest("GET", f"{place}/none.txt"), "RESOURCE_DOES_NOT_EXIST", status=404)
    assert_refused(rest("PUT", f"{PROXY}/{run.experiment_id}/nosuchrun/artifacts/a.txt", data=b"x"), "RESOURCE_DOES_NOT_EXIST", status=404)
    assert_refused(rest("PUT", f"{PROXY}/a.txt", data=b"x"), "INVALID_PARAMETER_VALUE")
    assert_refused(rest.get("artifacts/list", run_id="nosuchrun"), "RESOURCE_DOES_NOT_EXIST", status=404)
    assert_refused(rest.get("/get-artifact", run_id=run.run_id), "INVALID_PARAMETER_VALUE", "path")
