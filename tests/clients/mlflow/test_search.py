"""The search of runs: filters, orders and pages."""

import math

import pytest
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException


@pytest.fixture
def world(tracking, experiment):
    """Four runs, each known by its name; the later began later."""
    runs = {}
    for index, name in enumerate("abcd"):
        run = tracking.create_run(experiment, start_time=1_000 * (index + 1), run_name=name, tags={"letter": name}).info.run_id
        tracking.log_metric(run, "acc", 0.25 * index, step=index)
        tracking.log_metric(run, "val loss/sum", 4 - index)
        tracking.log_param(run, "lr", str(0.1 * index)[:3])
        tracking.log_param(run, "batch size", str(2**index))
        runs[name] = run
    tracking.set_tag(runs["a"], "first", "yes")
    tracking.set_terminated(runs["a"], "FINISHED", end_time=10_000)
    tracking.set_terminated(runs["b"], "FAILED", end_time=20_000)

    def search(filter_string="", **options):
        return "".join(run.info.run_name for run in tracking.search_runs([experiment], filter_string, **options))

    search.runs = runs
    search.experiment = experiment
    return search


@pytest.mark.parametrize(
    ("filter_string", "names"),
    [
        ("", "dcba"),
        ("metrics.acc > 0.25", "dc"),
        ("metrics.acc >= 0.25 and metrics.acc <= 0.5", "cb"),
        ("metric.acc != 0.25", "dca"),
        ("metrics.acc = 0.5", "c"),
        ("metrics.acc < -1", ""),
        ("metrics.acc > -.5e1", "dcba"),
        ("metrics.`val loss/sum` = 4", "a"),
        ('metrics."val loss/sum" < 3', "dc"),
        ("metrics.other > 0", ""),
        ("params.lr = '0.1'", "b"),
        ('params.lr = "0.1"', "b"),
        ("param.lr != '0.1'", "dca"),
        ("parameters.`batch size` LIKE '%4'", "c"),
        ("params.lr LIKE '0._'", "dcba"),
        ("params.lr ilike '0.1'", "b"),
        ("params.other IS NULL", "dcba"),
        ("params.lr IS NOT NULL AND params.lr = '0.2'", "c"),
        ("tags.letter = 'a'", "a"),
        ("tag.letter ILIKE 'A'", "a"),
        ("tag.letter LIKE 'A'", ""),
        ("tags.first IS NULL", "dcb"),
        ("tags.first is not null", "a"),
        ("tags.first != 'no'", "a"),
        ("tags.mlflow.runName = 'c'", "c"),
        ("tags.`mlflow.runName` LIKE '%d'", "d"),
        ("attributes.status = 'FINISHED'", "a"),
        ("status = 'RUNNING'", "dc"),
        ("attribute.status != 'RUNNING'", "ba"),
        ("attr.status LIKE 'F%'", "ba"),
        ("run_name = 'b'", "b"),
        ("attributes.`run name` = 'b'", "b"),
        ("attributes.run_name LIKE 'b%'", "b"),
        ("run_name ILIKE 'B'", "b"),
        ("start_time > 2000", "dc"),
        ("attributes.start_time = 2000", "b"),
        ("attributes.start_time != 2000", "dca"),
        ("attributes.created <= 2000", "ba"),
        ("end_time >= 20000", "b"),
        ("end_time < 20000", "a"),
        ("metrics.acc > 0 and params.lr = '0.2' and tags.letter = 'c'", "c"),
        ("  metrics.acc>0   AND   tags.letter='c'  ", "c"),
    ],
)
def test_filters(world, filter_string, names):
    assert world(filter_string) == names


def test_filters_by_id(world):
    runs = world.runs
    assert world(f"run_id = '{runs['b']}'") == "b"
    assert world(f"attributes.run_id != '{runs['b']}'") == "dca"
    assert world(f"attributes.run_id IN ('{runs['b']}', '{runs['d']}')") == "db"
    assert world(f"run_id NOT IN ('{runs['b']}', '{runs['d']}')") == "ca"
    assert world(f"run_id IN ('{runs['b']}')") == "b"
    uri = f"mlflow-artifacts:/{world.experiment}/{runs['b']}/artifacts"
    assert world(f"artifact_uri = '{uri}'") == "b"


@pytest.mark.parametrize(
    ("order_by", "names"),
    [
        (["metrics.acc ASC"], "abcd"),
        (["metrics.acc desc"], "dcba"),
        (["metric.`val loss/sum`"], "dcba"),
        (["params.lr ASC"], "abcd"),
        (["params.`batch size` DESC"], "dcba"),
        (["tags.letter ASC"], "abcd"),
        (["tags.first ASC"], "adcb"),
        (["tags.first DESC"], "adcb"),
        (["attributes.start_time ASC"], "abcd"),
        (["start_time DESC"], "dcba"),
        (["end_time DESC"], "badc"),
        # FAILED, FINISHED, RUNNING: in the order of the words that MLflow has for them.
        (["attributes.status ASC"], "badc"),
        (["attributes.status DESC"], "dcab"),
        (["attributes.status ASC", "metrics.acc ASC"], "bacd"),
        (["tags.`mlflow.parentRunId`"], "dcba"),
        (["tags.first ASC", "metrics.acc ASC"], "abcd"),
        (["metrics.other", "run_name DESC"], "dcba"),
    ],
)
def test_orders(world, order_by, names):
    assert world(order_by=order_by) == names


def test_what_is_no_number_comes_after_those_that_are(tracking, experiment):
    values = {"inf": math.inf, "nan": math.nan, "ninf": -math.inf, "one": 1.0, "none": None}
    for index, (name, value) in enumerate(values.items()):
        run = tracking.create_run(experiment, start_time=index + 1, run_name=name).info.run_id
        if value is not None:
            tracking.log_metric(run, "m", value)

    def order(*clauses):
        return [run.info.run_name for run in tracking.search_runs([experiment], order_by=list(clauses))]

    assert order("metrics.m ASC") == ["ninf", "one", "inf", "nan", "none"]
    assert order("metrics.m DESC") == ["inf", "one", "ninf", "nan", "none"]
    assert order("metrics.m ASC", "run_name") == ["ninf", "one", "inf", "nan", "none"]
    assert [run.info.run_name for run in tracking.search_runs([experiment], "metrics.m != 1")] == ["ninf", "nan", "inf"]
    assert [run.info.run_name for run in tracking.search_runs([experiment], "metrics.m > 1")] == ["inf"]


@pytest.mark.parametrize(
    ("filter_string", "names"),
    [
        ("user_id = 'anna'", "b"),
        ("attributes.user_id != 'anna'", "dca"),
        ("user_id LIKE 'B%'", "c"),
        ("user_id ILIKE 'b%'", "c"),
        ("user_id = '{unnamed}'", "da"),
    ],
)
def test_a_run_is_of_the_user_that_it_shows(tracking, rest, experiment, filter_string, names):
    for index, (name, user) in enumerate({"a": None, "b": "anna", "c": "Ben", "d": None}.items()):
        rest.post("runs/create", experiment_id=experiment, run_name=name, start_time=index + 1, **({"user_id": user} if user else {}))
    shown = {run.info.run_name: run.info.user_id for run in tracking.search_runs([experiment])}
    assert (shown["b"], shown["c"]) == ("anna", "Ben")
    asked = filter_string.format(unnamed=shown["a"])
    assert "".join(run.info.run_name for run in tracking.search_runs([experiment], asked)) == names
    for direction in ("ASC", "DESC"):
        users = [run.info.user_id for run in tracking.search_runs([experiment], order_by=[f"user_id {direction}"])]
        assert users == sorted(shown.values(), reverse=direction == "DESC")


def test_a_note_is_a_tag_where_there_is_one(world, tracking):
    tracking.set_tag(world.runs["b"], "mlflow.note.content", "worth a look")
    assert world("tags.`mlflow.note.content` IS NULL") == "dca"
    assert world("tags.`mlflow.note.content` IS NOT NULL") == "b"
    assert world("tags.`mlflow.note.content` LIKE '%'") == "b"
    assert world("tags.`mlflow.note.content` != 'something else'") == "b"


def test_children_come_before_runs_without_a_parent(world, tracking):
    parent = {"mlflow.parentRunId": world.runs["a"]}
    tracking.create_run(world.experiment, start_time=1, run_name="child", tags=parent)
    assert world(order_by=["tags.mlflow.parentRunId"]) == "childdcba"


def test_views(world, tracking):
    tracking.delete_run(world.runs["b"])
    assert world() == "dca"
    assert world(run_view_type=ViewType.DELETED_ONLY) == "b"
    assert world(run_view_type=ViewType.ALL) == "dcba"


@pytest.mark.parametrize("order_by", [[], ["start_time DESC"], ["start_time DESC", "params.a ASC"]])
def test_runs_of_one_moment_come_by_their_ids(tracking, experiment, order_by):
    ids = sorted(tracking.create_run(experiment, start_time=1_000).info.run_id for _ in range(5))
    later = tracking.create_run(experiment, start_time=2_000).info.run_id
    pages, token = [], None
    while token != "":
        page = tracking.search_runs([experiment], order_by=order_by, max_results=2, page_token=token)
        pages.append([run.info.run_id for run in page])
        token = page.token or ""
    assert pages == [[later, ids[0]], ids[1:3], ids[3:5]]


def test_pages(world, tracking):
    for order_by in (["metrics.acc ASC"], ["tags.first", "metrics.acc"], None, ["tags.first DESC"]):
        whole = world(order_by=order_by)
        token, names = None, ""
        while True:
            page = tracking.search_runs([world.experiment], order_by=order_by, max_results=1, page_token=token)
            names += "".join(run.info.run_name for run in page)
            token = page.token
            if not token:
                break
        assert names == whole


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"filter_string": "metrics.acc > 'x'"}, "numeric"),
        ({"filter_string": "metrics.acc LIKE '1'"}, "comparator"),
        ({"filter_string": "params.lr > '1'"}, "comparator"),
        ({"filter_string": "params.lr = 1"}, "quoted"),
        ({"filter_string": "params.lr = abc"}, "quoted"),
        ({"filter_string": "params.lr = 'abc"}, "quoted"),
        ({"filter_string": "tags.a = 'b' OR tags.a = 'c'"}, "Invalid clause"),
        ({"filter_string": "(tags.a = 'b')"}, "Invalid clause"),
        ({"filter_string": "metrics.acc"}, "comparison"),
        ({"filter_string": "metrics.acc IS NULL"}, "IS NULL"),
        ({"filter_string": "nothing.acc = 1"}, "Invalid entity type"),
        ({"filter_string": "attributes.color = 'red'"}, "Invalid attribute key"),
        ({"filter_string": "attributes.start_time = 'x'"}, "numeric"),
        ({"filter_string": "attributes.status > 'x'"}, "comparator"),
        ({"filter_string": "attributes.status IN ('x')"}, "list"),
        ({"filter_string": "artifact_uri IN ('x')"}, "list"),
        ({"filter_string": "user_id IN ('x')"}, "list"),
        ({"filter_string": "run_id IN ()"}, "list"),
        ({"filter_string": "run_id IN (1)"}, "list"),
        ({"filter_string": "tags.a = 'b'; tags.c = 'd'"}, "character 13"),
        ({"order_by": ["color"]}, "Invalid attribute key"),
        ({"order_by": ["metrics.acc UP"]}, "ordering key"),
        ({"order_by": ["metrics.acc ASC DESC"]}, "parsed"),
        ({"order_by": ["metrics.acc", "metrics.acc DESC"]}, "duplicate"),
        ({"max_results": 0}, "max_results"),
        ({"max_results": 50_001}, "max_results"),
        ({"page_token": "nonsense"}, ""),
    ],
)
def test_what_cannot_be_says_so(world, options, words):
    with pytest.raises(MlflowException) as refusal:
        world(**options)
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"
    assert words in str(refusal.value)
