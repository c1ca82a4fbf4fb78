"""Archives in Azure Blob storage and in S3, read by the services' own clients."""

import json

import boto3
from azure.storage.blob import BlobServiceClient
from conftest import created, until

CONTAINER = "insights-logs-runevent"


def lines(text):
    return [json.loads(line) for line in text.decode().splitlines()]


def test_append_blobs_hold_each_record_once_also_after_they_were_away(workspace, azurite):
    archive = {"kind": "azure-blob", "connectionString": azurite.connection_string}
    shown = workspace.put("keep", categories=["RunEvent"], archive=archive)
    assert "***" in shown["archive"]["connectionString"]
    first = workspace.make_runs(5)

    def archived():
        container = BlobServiceClient.from_connection_string(azurite.connection_string).get_container_client(CONTAINER)
        blobs = sorted((one.name, one.blob_type) for one in container.list_blobs())
        return blobs, [record for name, _ in blobs for record in lines(container.download_blob(name).readall())]

    until(lambda: created(archived()[1]) == first)
    (name, kind), *_ = archived()[0]
    assert kind == "AppendBlob"
    assert name.startswith("resourceId=/SUBSCRIPTIONS/") and name.endswith("/m=00/PT1H.json")
    assert "/WORKSPACES/{}/y=".format(workspace.name.upper()) in name

    azurite.stop()
    second = workspace.make_runs(5)
    until(lambda: workspace.destination("keep")["status"] == "failing")
    assert workspace.destination("keep")["waitingEvents"] > 0
    azurite.start()
    workspace.try_again("keep")
    until(lambda: created(archived()[1]) == first + second)
    until(lambda: workspace.destination("keep")["status"] == "current")


def test_objects_of_s3_hold_every_record(workspace, s3):
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=s3.endpoint, **keys)
    archive = {"kind": "s3", "bucket": "lab", "prefix": "logs", "endpoint": s3.endpoint, "accessKeyId": "key", "secretAccessKey": "secret"}
    try:
        workspace.put("keep", categories=["RunEvent"], archive=archive)
        raise AssertionError("A bucket that is not there was taken.")
    except AssertionError as refusal:
        assert "destination-unreachable" in str(refusal) and "NoSuchBucket" in str(refusal)
    client.create_bucket(Bucket="lab")
    assert workspace.put("keep", categories=["RunEvent"], archive=archive)["archive"]["secretAccessKey"] == "***"
    runs = workspace.make_runs(3)

    def archived():
        objects = client.list_objects_v2(Bucket="lab").get("Contents", [])
        texts = [client.get_object(Bucket="lab", Key=one["Key"])["Body"].read() for one in sorted(objects, key=lambda one: one["Key"])]
        return [one["Key"] for one in objects], [record for text in texts for record in lines(text)]

    # The first object goes at once, the next ones gather for a minute.
    until(lambda: created(archived()[1]) == runs, 90)
    assert all(key.startswith("logs/" + CONTAINER + "/resourceId=/SUBSCRIPTIONS/") for key in archived()[0])
