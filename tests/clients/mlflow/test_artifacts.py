"""Artifacts through the server: up, listed, down, gone; and paths that would lead elsewhere."""

import pathlib

import mlflow
import pytest
import requests
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


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.txt", "text/plain"), ("MLmodel", "text/plain"), ("b.pkl", "application/octet-stream"), ("c+1.png", "image/png"), ("d.json", "text/plain")],
)
def test_an_artifact_says_what_it_is_by_its_name(tracking, rest, run, tmp_path, name, kind):
    (tmp_path / name).write_text("x")
    tracking.log_artifact(run.run_id, str(tmp_path / name), "in")
    for down in (
        rest("GET", f"{PROXY}/{run.experiment_id}/{run.run_id}/artifacts/in/{name}"),
        rest("GET", "/get-artifact", params={"run_id": run.run_id, "path": "in/" + name}),
    ):
        assert (down.headers["Content-Type"], down.headers["Content-Disposition"]) == (kind, "attachment; filename=" + name)


def test_a_page_that_uploads_is_told_what_is_wrong_with_the_path_before_the_data(rest, run):
    refused = rest("POST", "upload-artifact", params={"run_uuid": run.run_id, "path": "../up"})
    assert_refused(refused, "INVALID_PARAMETER_VALUE", "Invalid path")


def test_an_address_that_ends_in_a_slash(rest):
    assert requests.get(f"{rest.url}//version", timeout=30).text == requests.get(f"{rest.url}/version", timeout=30).text


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


MEBIBYTE = 1 << 20


@pytest.fixture
def in_parts(monkeypatch):
    """The client sends, and fetches, what is larger than a mebibyte in parts of that size, several at a time."""
    for name in ("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD"):
        monkeypatch.setenv(name, "true")
    for way in ("UPLOAD", "DOWNLOAD"):
        monkeypatch.setenv(f"MLFLOW_MULTIPART_{way}_MINIMUM_FILE_SIZE", str(MEBIBYTE))
        monkeypatch.setenv(f"MLFLOW_MULTIPART_{way}_CHUNK_SIZE", str(MEBIBYTE))


def test_up_and_down_in_parts(tracking, rest, run, tmp_path, in_parts):
    content = bytes(range(256)) * (5 * MEBIBYTE // 256) + b"the end"
    (tmp_path / "ü large.bin").write_bytes(content)
    tracking.log_artifact(run.run_id, str(tmp_path / "ü large.bin"), "deep")
    assert listed(tracking, run, "deep") == {("deep/ü large.bin", False, len(content))}
    (tmp_path / "down").mkdir()
    target = tracking.download_artifacts(run.run_id, "deep/ü large.bin", str(tmp_path / "down"))
    assert pathlib.Path(target).read_bytes() == content
    link = rest("GET", f"/api/2.0/mlflow-artifacts/presigned/{run.experiment_id}/{run.run_id}/artifacts/deep/ü large.bin").json()
    assert link["file_size"] == len(content)
    assert requests.get(link["url"], headers={"Range": "bytes=1048576-1048579"}, timeout=30).content == b"\0\1\2\3"


def test_parts_are_joined_in_their_order_and_go_with_the_upload(rest, run):
    folder = f"{run.experiment_id}/{run.run_id}/artifacts"
    begin = lambda path="a.bin", count=3: rest("POST", f"/api/2.0/mlflow-artifacts/mpu/create/{folder}", {"path": path, "num_parts": count})
    end = lambda verb, upload, path="a.bin", **more: rest(
        "POST", f"/api/2.0/mlflow-artifacts/mpu/{verb}/{folder}", {"path": path, "upload_id": upload, **more}
    )
    made = begin("/home/me/a.bin").json()
    assert [one["part_number"] for one in made["credentials"]] == [1, 2, 3]
    for one, word in zip(reversed(made["credentials"]), (b"three", b"two", b"one")):
        assert requests.put(one["url"], data=word, timeout=30).status_code == 200
    parts = [{"part_number": number} for number in (3, 1, 2)]
    assert_refused(end("complete", made["upload_id"], "b.bin", parts=parts), "INVALID_PARAMETER_VALUE", "was not uploaded")
    assert_refused(end("complete", made["upload_id"]), "INVALID_PARAMETER_VALUE", "parts")
    assert end("complete", made["upload_id"], parts=parts).json() == {}
    assert rest("GET", f"{PROXY}/{folder}/a.bin").content == b"onetwothree"
    assert_refused(end("complete", made["upload_id"], parts=parts), "INVALID_PARAMETER_VALUE", "was not uploaded")

    given_up = begin().json()
    assert requests.put(given_up["credentials"][0]["url"], data=b"x", timeout=30).status_code == 200
    assert end("abort", given_up["upload_id"]).json() == {}
    assert_refused(end("complete", given_up["upload_id"], parts=[{"part_number": 1}]), "INVALID_PARAMETER_VALUE", "was not uploaded")
    assert_refused(end("abort", "../x"), "INVALID_PARAMETER_VALUE", "upload_id")

    assert_refused(begin("..", 1), "INVALID_PARAMETER_VALUE", "Invalid path")
    assert_refused(begin(count=10_001), "INVALID_PARAMETER_VALUE", "num_parts")
    assert len(begin(count=10_000).json()["credentials"]) == 10_000
    assert_refused(begin(count=-1), "INVALID_PARAMETER_VALUE", "num_parts")


def test_addresses_that_need_no_token_are_good_for_one_thing(rest, run):
    folder = f"{run.experiment_id}/{run.run_id}/artifacts"
    assert rest("PUT", f"{PROXY}/{folder}/a.txt", data=b"words").status_code == 200
    to_read = rest("GET", f"/api/2.0/mlflow-artifacts/presigned/{folder}/a.txt").json()["url"]
    to_write = rest("POST", f"/api/2.0/mlflow-artifacts/mpu/create/{folder}", {"path": "a.txt", "num_parts": 1}).json()["credentials"][0]["url"]
    signature = lambda address: address.split("?sig=")[1]
    swapped = {
        "PUT": to_write.replace(signature(to_write), signature(to_read)),
        "GET": to_read.replace(signature(to_read), signature(to_write)),
    }
    for method, address in swapped.items():
        assert_refused(requests.request(method, address, data=b"x", timeout=30), "UNAUTHENTICATED", "the link is none to", status=401)
        assert_refused(requests.request(method, address.split("?")[0], timeout=30), "UNAUTHENTICATED", status=401)
    assert_refused(requests.put(to_write.replace("/parts/1?", "/parts/0?"), data=b"x", timeout=30), "INVALID_PARAMETER_VALUE", "no part 0")
    missing = rest("GET", f"/api/2.0/mlflow-artifacts/presigned/{folder}/none.txt")
    assert_refused(missing, "RESOURCE_DOES_NOT_EXIST", status=404)


def test_there_is_no_store_behind_that_could_sign_addresses(rest, run):
    upload, download = "artifacts/presigned-upload-url", "artifacts/presigned-download-url"
    given = {"run_id": run.run_id, "path": "a.txt"}
    for path in (upload, download):
        assert_refused(rest("POST", path, given), "INVALID_PARAMETER_VALUE", "proxied artifact storage")
        assert_refused(rest("POST", path, {**given, "path": "../a"}), "INVALID_PARAMETER_VALUE", "Invalid path")
        assert_refused(rest("POST", path, {**given, "run_id": "nobody"}), "RESOURCE_DOES_NOT_EXIST", status=404)
    assert_refused(rest("POST", upload, {**given, "model_id": "m-1"}), "INVALID_PARAMETER_VALUE", "Exactly one of run_id and model_id")
    assert_refused(rest("POST", download, {**given, "expiration": 604_801}), "INVALID_PARAMETER_VALUE", "expiration must be between 1 and 604800")


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
    for method in ("GET", "PUT", "DELETE"):
        assert_refused(rest(method, f"{PROXY}/a.txt", data=b"x"), "RESOURCE_DOES_NOT_EXIST", "No such artifact: 'a.txt'", status=404)
    assert_refused(rest("GET", f"{PROXY}/%2e%2e/a.txt"), "INVALID_PARAMETER_VALUE", "Invalid path")
    for folder in ("", "nothing", "nothing/below"):
        assert rest("GET", PROXY, params={"path": folder}).json() == {}
    assert_refused(rest("GET", PROXY, params={"path": "../a"}), "INVALID_PARAMETER_VALUE", "Invalid path")
    assert_refused(rest.get("artifacts/list", run_id="nosuchrun"), "RESOURCE_DOES_NOT_EXIST", status=404)
    assert_refused(rest.get("/get-artifact", run_id=run.run_id), "INVALID_PARAMETER_VALUE", "path")
