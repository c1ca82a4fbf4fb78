"""Streams read by clients that know nothing of us: Microsoft's for event hubs, RabbitMQ's, and one of Kafka."""

import json
import threading

import pika
import pytest
from azure.eventhub import EventHubConsumerClient
from conftest import answers, created, until
from kafka import KafkaConsumer
from kafka.admin import KafkaAdminClient, NewTopic


def test_the_unmodified_event_hub_client_reads_records_in_order(workspace, event_hub):
    workspace.put("stream", categories=["RunEvent", "RunsteadAudit"], eventHub={"kind": "amqp", "connectionString": event_hub, "address": "events"})
    runs = workspace.make_runs(20)
    read = {}
    client = EventHubConsumerClient.from_connection_string(event_hub, consumer_group="$Default", eventhub_name="events")

    def keep(partition, events):
        for event in events:
            records = json.loads(event.body_as_str())["records"]
            assert {event.partition_key.decode()} == {record["category"] for record in records}
            read.setdefault(partition.partition_id, []).extend(records)

    reader = threading.Thread(target=lambda: client.receive_batch(keep, starting_position="-1", max_wait_time=1), daemon=True)
    reader.start()
    of_category = lambda category: [one for records in read.values() for one in records if one["category"] == category]  # noqa: E731
    until(lambda: created(of_category("RunEvent")) == runs)
    until(lambda: len(of_category("RunsteadAudit")) >= 40)
    client.close()
    reader.join(30)


def test_a_broker_that_speaks_amqp_1_is_killed_and_nothing_is_lost(workspace, rabbit):
    parameters = pika.ConnectionParameters("127.0.0.1", rabbit.port)
    with pika.BlockingConnection(parameters) as connection:
        connection.channel().queue_declare("events", durable=True)
    address = "amqp://guest:guest@127.0.0.1:{}".format(rabbit.port)
    shown = workspace.put("stream", categories=["RunEvent"], eventHub={"kind": "amqp", "connectionString": address, "address": "/amq/queue/events"})
    assert shown["eventHub"]["connectionString"] == "amqp://guest:***@127.0.0.1:{}".format(rabbit.port)
    first = workspace.make_runs(5)
    read = []

    def received():
        with pika.BlockingConnection(parameters) as connection:
            channel = connection.channel()
            while True:
                method, properties, body = channel.basic_get("events", auto_ack=True)
                if method is None:
                    return list(dict.fromkeys(created(read)))
                # It is to be kept on disk: what was accepted outlives the broker.
                assert properties.delivery_mode == 2
                # The plugin hands on the section of the message as it came: its header, then the bytes.
                read.extend(json.loads(body[body.index(b'{"records"') :])["records"])

    until(lambda: received() == first)
    rabbit.kill()
    second = workspace.make_runs(5)
    until(lambda: workspace.destination("stream")["status"] == "failing")
    rabbit.start()
    until(lambda: answers(rabbit.port))
    until(lambda: all(one["ok"] for one in workspace.try_again("stream")["tests"]), 90)
    until(lambda: received() == first + second, 90)


def test_a_topic_of_kafka_has_the_records_by_category(workspace, kafka):
    with pytest.raises(AssertionError, match="has no topic events"):
        workspace.put("stream", categories=["RunEvent"], eventHub={"kind": "kafka", "brokers": [kafka.broker], "topic": "events"})
    admin = KafkaAdminClient(bootstrap_servers=kafka.broker)
    admin.create_topics([NewTopic("events", num_partitions=1, replication_factor=1)])
    admin.close()
    workspace.put("stream", categories=["RunEvent"], eventHub={"kind": "kafka", "brokers": [kafka.broker], "topic": "events"})
    runs = workspace.make_runs(10)
    consumer = KafkaConsumer("events", bootstrap_servers=kafka.broker, auto_offset_reset="earliest", consumer_timeout_ms=1000)
    read = []

    def received():
        for message in consumer:
            assert message.key == b"RunEvent"
            read.extend(json.loads(message.value)["records"])
        return created(read)

    until(lambda: received() == runs)
    consumer.close()
