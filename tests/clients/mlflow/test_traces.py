"""Traces: spans of real programs stored, found, tagged, assessed and deleted."""

import json
import uuid

import mlflow
import pytest
from mlflow.entities.trace_data import TraceData
from mlflow.entities.trace_info import TraceInfo
from mlflow.entities.trace_location import TraceLocation
from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType
from mlflow.entities.trace_state import TraceState
from mlflow.entities.trace_status import TraceStatus
from mlflow.exceptions import MlflowException
from mlflow.tracing.client import TracingClient
from rest import assert_refused


@pytest.fixture
def traced(tracking):
    """The experiment and the trace of a small program."""
    experiment = mlflow.set_experiment("traced " + uuid.uuid4().hex).experiment_id

    @mlflow.trace(span_type="CHAIN")
    def answer(question):
        with mlflow.start_span("look up", span_type="TOOL") as span:
            span.set_inputs({"question": question})
            span.set_attribute("model", "small")
            span.set_outputs([1, 2, "drei"])
        mlflow.update_current_trace(tags={"who": "tester"})
        return {"answer": 42}

    answer("how much?")
    mlflow.flush_trace_async_logging()
    return experiment, mlflow.get_last_active_trace_id()


def found(experiment, filter_string=None):
    return [trace.info.trace_id for trace in mlflow.search_traces([experiment], filter_string=filter_string, return_type="list")]


def test_spans_come_back_as_they_were(traced):
    _, trace_id = traced
    trace = mlflow.get_trace(trace_id)
    assert (trace.info.state, trace.info.tags["who"], trace.info.tags["mlflow.traceName"]) == ("OK", "tester", "answer")
    assert trace.info.execution_duration >= 0
    assert [(span.name, span.span_type, span.inputs, span.outputs) for span in trace.data.spans] == [
        ("answer", "CHAIN", {"question": "how much?"}, {"answer": 42}),
        ("look up", "TOOL", {"question": "how much?"}, [1, 2, "drei"]),
    ]
    root, child = trace.data.spans
    assert (child.parent_id, child.get_attribute("model")) == (root.span_id, "small")
    assert root.start_time_ns <= child.start_time_ns <= child.end_time_ns <= root.end_time_ns


def test_the_spans_as_a_file(traced, rest):
    _, trace_id = traced
    artifact = "/ajax-api/2.0/mlflow/get-trace-artifact"
    reply = rest("GET", artifact, params={"request_id": trace_id})
    assert reply.headers["Content-Disposition"] == "attachment; filename=traces.json"
    spans = TraceData.from_dict(reply.json()).spans
    assert [span.to_dict() for span in spans] == [span.to_dict() for span in mlflow.get_trace(trace_id).data.spans]
    assert [(span.name, span.outputs) for span in spans] == [("answer", {"answer": 42}), ("look up", [1, 2, "drei"])]
    assert_refused(rest("GET", artifact), "BAD_REQUEST", "request_id")
    assert_refused(rest("GET", artifact, params={"request_id": "nobody"}), "RESOURCE_DOES_NOT_EXIST", status=404)


def test_a_program_that_fails_leaves_a_trace_with_the_error(tracking):
    experiment = mlflow.set_experiment("failed " + uuid.uuid4().hex).experiment_id
    with pytest.raises(ValueError):
        with mlflow.start_span("fails"):
            raise ValueError("no such thing")
    mlflow.flush_trace_async_logging()
    (trace_id,) = found(experiment, "trace.status = 'ERROR'")
    (span,) = mlflow.get_trace(trace_id).data.spans
    assert span.status.status_code == "ERROR"
    assert [event.name for event in span.events] == ["exception"]


def test_found_by_what_they_say(traced):
    experiment, trace_id = traced
    for filter_string in (
        None,
        "trace.status = 'OK'",
        "tags.who = 'tester'",
        "name LIKE 'ans%'",
        "span.name = 'look up' AND span.type = 'TOOL'",
        "span.attributes.model LIKE '%small%'",
        "trace.text ILIKE '%DREI%'",
        "timestamp_ms > 1000 AND execution_time_ms >= 0",
        "tags.nothing IS NULL",
        "run_id IS NULL",
        "span.attributes.model != 'large'",
        "span.attributes.model IN ('large', 'small')",
        "span.attributes.model NOT IN ('large', 'huge')",
    ):
        assert found(experiment, filter_string) == [trace_id], filter_string
    for filter_string in ("trace.status = 'ERROR'", "tags.who != 'tester'", "span.name = 'answer' AND span.type = 'TOOL'", "timestamp_ms < 1000"):
        assert found(experiment, filter_string) == [], filter_string
    for filter_string in (
        "run_id IS NOT NULL",
        "span.attributes.model != 'small'",
        "span.attributes.model NOT IN ('small')",
        "span.attributes.nothing != 'small'",
    ):
        assert found(experiment, filter_string) == [], filter_string
    for filter_string in ("nothing = 'x'", "span.content = 'x'", "trace.text != 'x'"):
        with pytest.raises(MlflowException) as caught:
            found(experiment, filter_string)
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_times_are_compared_as_they_are_shown(traced):
    experiment, trace_id = traced
    began = mlflow.get_trace(trace_id).info.request_time
    for comparison in ("=", ">=", "<="):
        assert found(experiment, f"timestamp_ms {comparison} {began}") == [trace_id], comparison
    for comparison in ("!=", ">", "<"):
        assert found(experiment, f"timestamp_ms {comparison} {began}") == [], comparison
    assert found(experiment, "timestamp_ms < 1e300") == [trace_id]


def test_traces_of_a_run_are_found_by_it(tracking, experiment):
    mlflow.set_experiment(experiment_id=experiment)
    with mlflow.start_span("outside"):
        pass
    run = str(uuid.uuid4().hex)
    with mlflow.start_span("inside"):
        trace_id = mlflow.get_active_trace_id() if hasattr(mlflow, "get_active_trace_id") else None
    mlflow.flush_trace_async_logging()
    trace_id = trace_id or mlflow.get_last_active_trace_id()
    tracking.link_traces_to_run([trace_id], run)
    assert found(experiment, f"run_id = '{run}'") == [trace_id]
    assert found(experiment, "run_id IS NOT NULL") == [trace_id]
    assert len(found(experiment, "run_id IS NULL")) == 1


def test_tags_and_assessments(traced):
    experiment, trace_id = traced
    mlflow.set_trace_tag(trace_id, "colour", "blue")
    mlflow.delete_trace_tag(trace_id, "who")
    assert mlflow.get_trace(trace_id).info.tags["colour"] == "blue"
    feedback = mlflow.log_feedback(trace_id=trace_id, name="correct", value=True, rationale="as expected")
    expected = mlflow.log_expectation(trace_id=trace_id, name="answer", value={"answer": 42})
    assert {one.name: one.value for one in mlflow.get_trace(trace_id).info.assessments} == {"correct": True, "answer": {"answer": 42}}
    assert found(experiment, "feedback.correct = 'true'") == [trace_id]
    mlflow.log_feedback(trace_id=trace_id, name="tone", value="kind")
    assert found(experiment, "feedback.tone IN ('kind', 'rude')") == [trace_id]
    assert found(experiment, "feedback.tone NOT IN ('kind')") == []
    replaced = mlflow.override_feedback(trace_id=trace_id, assessment_id=feedback.assessment_id, value=False)
    assert mlflow.get_assessment(trace_id, feedback.assessment_id).valid is False
    mlflow.delete_assessment(trace_id, replaced.assessment_id)
    assert mlflow.get_assessment(trace_id, feedback.assessment_id).valid is True
    mlflow.delete_assessment(trace_id, expected.assessment_id)
    assert [one.name for one in mlflow.get_trace(trace_id).info.assessments] == ["correct", "tone"]


def test_a_tag_has_the_name_of_one(traced, rest):
    _, trace_id = traced
    for key in ("../a", "a#b", "/a", "a//b", "."):
        for place in (f"/api/3.0/mlflow/traces/{trace_id}/tags", f"traces/{trace_id}/tags"):
            assert_refused(rest("PATCH", place, {"key": key, "value": "v"}), "INVALID_PARAMETER_VALUE", "parameter 'key'")


def test_begun_and_ended_as_mlflow_2_does_it(tracking, experiment):
    store = tracking._tracing_client.store
    own = lambda tags: {key: value for key, value in tags.items() if not key.startswith("mlflow.")}
    begun = store.deprecated_start_trace_v2(experiment, 1000, {"a": "apple", "b": "grape"}, {"t": "football", "u": "golf"})
    assert (begun.experiment_id, begun.timestamp_ms, begun.status) == (experiment, 1000, "IN_PROGRESS")
    assert (begun.request_metadata, own(begun.tags)) == ({"a": "apple", "b": "grape"}, {"t": "football", "u": "golf"})
    ended = store.deprecated_end_trace_v2(begun.request_id, 3000, TraceStatus.OK, {"a": "orange", "c": "kiwi"}, {"t": "soccer", "v": "tennis"})
    assert (ended.timestamp_ms, ended.execution_time_ms, ended.status) == (1000, 2000, "OK")
    assert ended.request_metadata == {"a": "orange", "b": "grape", "c": "kiwi"}
    assert own(ended.tags) == {"t": "soccer", "u": "golf", "v": "tennis"}
    assert [one.request_id for one in store.search_traces([experiment], "status = 'OK'")[0]] == [begun.request_id]
    with pytest.raises(MlflowException) as caught:
        store.deprecated_end_trace_v2("nobody", 3000, TraceStatus.OK, {}, {})
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_prompts_that_a_trace_used(tracking, traced):
    experiment, trace_id = traced
    name = "prompt-" + uuid.uuid4().hex
    versions = [mlflow.genai.register_prompt(name, template) for template in ("Hello {{name}}", "Bye {{name}}")]
    tracking.link_prompt_versions_to_trace(versions, trace_id)
    tracking.link_prompt_versions_to_trace(versions[:1], trace_id)
    assert found(experiment, f'prompt = "{name}/1"') == found(experiment, f'prompt = "{name}/2"') == [trace_id]
    assert found(experiment, f'prompt = "{name}/3"') == []
    with pytest.raises(MlflowException, match="name/version"):
        found(experiment, "prompt LIKE 'x'")

    @mlflow.trace
    def greet():
        return mlflow.genai.load_prompt(f"prompts:/{name}/1").format(name="you")

    greet()
    mlflow.flush_trace_async_logging()
    assert set(found(experiment, f'prompt = "{name}/1"')) == {trace_id, mlflow.get_last_active_trace_id()}


def test_files_that_spans_carried(traced, rest):
    experiment, trace_id = traced
    name = str(uuid.uuid4())
    place = f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/traces/{trace_id}/artifacts/attachments/{name}"
    assert rest("PUT", place, data=b"a picture").status_code == 200
    artifact = "/ajax-api/2.0/mlflow/get-trace-artifact"
    assert rest("GET", artifact, params={"request_id": trace_id, "path": name}).content == b"a picture"
    for path, words in (("../x", "Invalid path"), ("x", "must be a valid UUID")):
        assert_refused(rest("GET", artifact, params={"request_id": trace_id, "path": path}), "INVALID_PARAMETER_VALUE", words)
    missing = rest("GET", artifact, params={"request_id": trace_id, "path": str(uuid.uuid4())})
    assert_refused(missing, "RESOURCE_DOES_NOT_EXIST", status=404)


@pytest.mark.parametrize("order", ["span.name", "feedback.correct", "nothing", "timestamp UP"])
def test_what_traces_are_not_ordered_by(rest, experiment, order):
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment}}
    refused = rest.post("/api/3.0/mlflow/traces/search", locations=[place], order_by=[order])
    assert_refused(refused, "INVALID_PARAMETER_VALUE")


def test_traces_of_several_experiments_come_by_experiment(tracking):
    made = []
    for _ in range(2):
        made.append(mlflow.set_experiment(uuid.uuid4().hex).experiment_id)
        with mlflow.start_span("one"):
            pass
    mlflow.flush_trace_async_logging()
    for direction, expected in (("ASC", made), ("DESC", made[::-1])):
        traces = mlflow.search_traces(made, order_by=[f"experiment_id {direction}"], return_type="list")
        assert [trace.info.experiment_id for trace in traces] == expected


def test_deleted(tracking, traced):
    experiment, trace_id = traced
    assert tracking.delete_traces(experiment, trace_ids=[trace_id]) == 1
    assert found(experiment) == []
    with pytest.raises(MlflowException) as caught:
        tracking.get_trace(trace_id)
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_spans_that_are_none_are_refused(rest, experiment):
    headers = {"Content-Type": "application/x-protobuf", "x-mlflow-experiment-id": experiment}
    send = lambda body, **more: rest("POST", "/v1/traces", data=body, headers={**headers, **more})
    assert_refused(send(b""), "INVALID_PARAMETER_VALUE", "no spans")
    assert_refused(send(b"\xff" * 40), "INVALID_PARAMETER_VALUE", "Invalid OpenTelemetry format")
    assert_refused(send(b"\x0a\x7f"), "INVALID_PARAMETER_VALUE", "Invalid OpenTelemetry format")
    assert_refused(send(b"{}", **{"Content-Type": "text/plain"}), "INVALID_PARAMETER_VALUE", "Content-Type")
    assert_refused(send(b"x", **{"Content-Encoding": "gzip"}), "INVALID_PARAMETER_VALUE", "gzip")
    assert_refused(send(b"", **{"x-mlflow-experiment-id": "123456"}), "INVALID_PARAMETER_VALUE")
    span = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "name": "json", "startTimeUnixNano": "1700000000000000000"}
    span |= {"attributes": [{"key": "empty"}], "events": [{"name": "e", "attributes": [{"key": "none", "value": {"arrayValue": None}}]}]}
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    sent = rest("POST", "/v1/traces", json=body, headers={"x-mlflow-experiment-id": experiment})
    assert (sent.status_code, sent.content) == (200, b"")
    trace_id = "tr-0af7651916cd43dd8448eb211c80319c"
    trace = rest("GET", "/api/3.0/mlflow/traces/get", params={"trace_id": trace_id}).json()["trace"]
    assert (trace["trace_info"]["state"], trace["spans"][0]["name"]) == ("OK", "json")
    (kept,) = rest("GET", "/ajax-api/2.0/mlflow/get-trace-artifact", params={"request_id": trace_id}).json()["spans"]
    assert kept["attributes"]["empty"] == "null"
    assert kept["events"] == [{"name": "e", "attributes": {"none": None}, "time_unix_nano": 0}]
    span["events"] = [{"timeUnixNano": "now"}]
    refused = rest("POST", "/v1/traces", json=body, headers={"x-mlflow-experiment-id": experiment})
    assert_refused(refused, "INVALID_PARAMETER_VALUE", "events")


def test_how_much_two_filters_go_together(tracking, rest):
    experiment = tracking.create_experiment("correlated " + uuid.uuid4().hex)
    for tags in [{"a": "1", "b": "1"}] * 3 + [{"a": "1"}, {"b": "1"}, {}]:
        tracking.end_trace(tracking.start_trace("t", experiment_id=experiment, tags=tags).trace_id)
    mlflow.flush_trace_async_logging()

    def correlation(one, other, base=None):
        found = TracingClient(tracking.tracking_uri).calculate_trace_filter_correlation([experiment], one, other, base)
        counts = (found.total_count, found.filter1_count, found.filter2_count, found.joint_count)
        return counts, round(found.npmi, 4), round(found.npmi_smoothed, 4)

    # ln(3 * 6 / (4 * 4)) / -ln(3 / 6), and the same with a half more of each of four kinds.
    assert correlation("tags.a = '1'", "tags.b = '1'") == ((6, 4, 4, 3), 0.1699, 0.1371)
    assert correlation("tags.a = '1'", "tags.b = '1'", "tags.a = '1'")[0] == (4, 4, 3, 3)
    assert correlation("tags.a = '1'", "tags.a = '1'", "tags.a = '1'")[1:] == (1, 1)
    assert str(correlation("tags.a = '2'", "tags.b = '1'")[1:]) == "(nan, nan)"
    refused = rest.post("/api/3.0/mlflow/traces/calculate-filter-correlation", experiment_ids=[experiment], filter_string1="x.y = '1'", filter_string2="tags.b = '1'")
    assert_refused(refused, "INVALID_PARAMETER_VALUE", "Invalid identifier type 'x'")


def row_of(point):
    """The dimensions and the numbers, each by the alphabet of their names."""
    return tuple(value for part in (point.dimensions, point.values) for _, value in sorted(part.items()))


@pytest.fixture
def measured(tracking):
    """An experiment of traces whose numbers are known, and what asks for numbers over them."""
    experiment = tracking.create_experiment("measured " + uuid.uuid4().hex)
    place = TraceLocation.from_experiment_id(experiment)
    store = tracking._tracking_client.store
    for index, (name, state, duration, session) in enumerate(
        [("a", "OK", 100, "s1"), ("a", "OK", 200, "s1"), ("a", "ERROR", 400, "s2"), ("b", "OK", 50, None)]
    ):
        metadata = {"mlflow.trace.tokenUsage": json.dumps({"input_tokens": index + 1, "output_tokens": 10})}
        trace_id = "tr-" + uuid.uuid4().hex
        store.start_trace(
            TraceInfo(
                trace_id=trace_id,
                trace_location=place,
                request_time=1_000 * index,
                execution_duration=duration,
                state=TraceState(state),
                tags={"mlflow.traceName": name},
                trace_metadata=metadata | ({"mlflow.trace.session": session} if session else {}),
            )
        )
        mlflow.log_feedback(trace_id=trace_id, name="good", value=name == "a")
        mlflow.log_feedback(trace_id=trace_id, name="stars", value=index)

    def ask(view, metric, *aggregations, **options):
        kinds = [MetricAggregation(AggregationType.PERCENTILE, one) if isinstance(one, float) else MetricAggregation(AggregationType(one)) for one in aggregations]
        points = store.query_trace_metrics([experiment], MetricViewType(view), metric, kinds, **options)
        return [row_of(point) for point in points]

    return ask


def test_numbers_over_traces(measured):
    assert measured("TRACES", "trace_count", "COUNT") == [(4,)]
    assert measured("TRACES", "trace_count", "COUNT", dimensions=["trace_status", "trace_name"]) == [("a", "ERROR", 1), ("a", "OK", 2), ("b", "OK", 1)]
    assert measured("TRACES", "session_count", "COUNT") == [(2,)]
    latency = measured("TRACES", "latency", "AVG", "MIN", "MAX", 50.0, 75.0, dimensions=["trace_name"])
    assert latency == [("a", pytest.approx(700 / 3), 400, 100, 200, 300), ("b", 50, 50, 50, 50, 50)]
    assert measured("TRACES", "input_tokens", "SUM", filters=["trace.status = 'OK'"]) == [(7,)]
    assert measured("TRACES", "output_tokens", "SUM", filters=["trace.metadata.`mlflow.trace.session` = 's1'"]) == [(20,)]
    assert measured("TRACES", "trace_count", "COUNT", filters=["trace.tag.`mlflow.traceName` = 'nothing'"]) == [(0,)]
    assert measured("TRACES", "latency", "AVG", filters=["trace.status = 'nothing'"]) == []
    by_time = measured("TRACES", "trace_count", "COUNT", time_interval_seconds=2, start_time_ms=1_000, end_time_ms=3_000)
    assert by_time == [("1970-01-01T00:00:00+00:00", 1), ("1970-01-01T00:00:02+00:00", 2)]


def test_numbers_over_assessments(measured):
    assert measured("ASSESSMENTS", "assessment_count", "COUNT", dimensions=["assessment_name"]) == [("good", 4), ("stars", 4)]
    assert measured("ASSESSMENTS", "assessment_value", "AVG", "MAX", dimensions=["assessment_name"]) == [("good", 0.75, 1), ("stars", 1.5, 3)]
    assert measured("ASSESSMENTS", "assessment_count", "COUNT", filters=["assessment.name = 'good'", "trace.status = 'ERROR'"]) == [(1,)]
    assert measured("ASSESSMENTS", "assessment_count", "COUNT", filters=["assessment.type = 'expectation'"]) == [(0,)]


def test_numbers_over_spans(tracking):
    experiment = mlflow.set_experiment(uuid.uuid4().hex).experiment_id
    for cost in (1, 2):
        with mlflow.start_span("ask", span_type="LLM") as span:
            span.set_attribute("mlflow.llm.model", "small")
            span.set_attribute("mlflow.llm.cost", {"input_cost": cost, "output_cost": 0.5, "total_cost": cost + 0.5})
            with mlflow.start_span("look up", span_type="TOOL"):
                pass
    mlflow.flush_trace_async_logging()
    store = tracking._tracking_client.store

    def ask(metric, kind, **options):
        points = store.query_trace_metrics([experiment], MetricViewType.SPANS, metric, [MetricAggregation(AggregationType(kind))], **options)
        return [row_of(point) for point in points]

    assert ask("span_count", "COUNT", dimensions=["span_type"]) == [("LLM", 2), ("TOOL", 2)]
    assert ask("span_count", "COUNT", filters=["span.name = 'ask'"]) == [(2,)]
    assert ask("total_cost", "SUM", dimensions=["span_model_name"]) == [("small", 4)]
    assert ask("latency", "MIN", dimensions=["span_name"])[0][0] == "ask"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metric_name": "nothing"}, "metric_name must be one of"),
        ({"aggregations": [{"aggregation_type": "SUM"}]}, "invalid aggregation_type"),
        ({"metric_name": "latency", "aggregations": [{"aggregation_type": "PERCENTILE"}]}, "Percentile value"),
        ({"dimensions": ["span_name"]}, "invalid dimension"),
        ({"filters": ["trace.status != 'OK'"]}, "comparator"),
        ({"filters": ["trace.status = 'OK' AND trace.status = 'OK'"]}, "one filter clause"),
        ({"filters": ["trace.nothing = 'OK'"]}, "Invalid entity"),
        ({"filters": ["span.name = 'x'"]}, "Invalid identifier"),
        ({"time_interval_seconds": 60}, "required if time_interval_seconds"),
    ],
)
def test_numbers_that_cannot_be_say_so(rest, experiment, change, words):
    asked = {"experiment_ids": [experiment], "view_type": "TRACES", "metric_name": "trace_count", "aggregations": [{"aggregation_type": "COUNT"}]}
    assert_refused(rest.post("/api/3.0/mlflow/traces/metrics", **(asked | change)), "INVALID_PARAMETER_VALUE", words)
