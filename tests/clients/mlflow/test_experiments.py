"""Experiments: made, found, renamed, tagged, deleted and brought back."""

import os
import uuid

import mlflow
import pytest
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException
from rest import assert_refused


def names(experiments):
    return [experiment.name for experiment in experiments]


def test_what_was_made_is_found(tracking):
    name = "shapes " + uuid.uuid4().hex
    made = tracking.create_experiment(name, tags={"team": "vision", "mlflow.note.content": "Round and square ones."})
    experiment = tracking.get_experiment(made)
    assert tracking.get_experiment_by_name(name).experiment_id == made
    assert experiment.name == name
    assert experiment.lifecycle_stage == "active"
    assert experiment.artifact_location == "mlflow-artifacts:/" + made
    assert experiment.tags == {"team": "vision", "mlflow.note.content": "Round and square ones."}
    assert 0 < experiment.creation_time <= experiment.last_update_time
    assert tracking.get_experiment("0").name == "Default"


def test_set_experiment_makes_it_once(tracking):
    name = "once " + uuid.uuid4().hex
    first = mlflow.set_experiment(name)
    assert mlflow.set_experiment(name).experiment_id == first.experiment_id


def test_a_place_for_artifacts_is_kept(tracking):
    made = tracking.create_experiment("elsewhere " + uuid.uuid4().hex, artifact_location="s3://bucket/models")
    assert tracking.get_experiment(made).artifact_location == "s3://bucket/models"


def test_a_path_for_artifacts_is_one_of_the_folder_that_the_server_was_started_in(tracking):
    for given, kept in [("models/", os.path.join(os.getcwd(), "models")), ("/shared/models", "/shared/models"), ("file:models", "file:models")]:
        made = tracking.create_experiment("folder " + uuid.uuid4().hex, artifact_location=given)
        assert tracking.get_experiment(made).artifact_location == kept


def test_renamed_and_tagged(tracking, experiment):
    name = "renamed " + uuid.uuid4().hex
    tracking.rename_experiment(experiment, name)
    tracking.set_experiment_tag(experiment, "dataset", "mnist")
    assert tracking.get_experiment(experiment).name == name
    assert tracking.get_experiment(experiment).tags["dataset"] == "mnist"


def test_a_tag_is_taken_away(rest, experiment):
    rest.post("experiments/set-experiment-tag", experiment_id=experiment, key="a", value="b")
    assert rest.post("experiments/delete-experiment-tag", experiment_id=experiment, key="a").json() == {}
    gone = rest.post("experiments/delete-experiment-tag", experiment_id=experiment, key="a")
    assert_refused(gone, "RESOURCE_DOES_NOT_EXIST", "No tag with name: a", status=404)


def test_deleted_and_restored(tracking, rest, experiment):
    name = tracking.get_experiment(experiment).name
    tracking.delete_experiment(experiment)
    assert tracking.get_experiment(experiment).lifecycle_stage == "deleted"
    assert name not in names(tracking.search_experiments())
    assert name in names(tracking.search_experiments(view_type=ViewType.DELETED_ONLY))
    assert name in names(tracking.search_experiments(view_type=ViewType.ALL))
    assert_refused(rest.post("experiments/delete", experiment_id=experiment), "RESOURCE_DOES_NOT_EXIST", status=404)
    assert_refused(rest.post("experiments/update", experiment_id=experiment, new_name="x"), "INVALID_PARAMETER_VALUE", "non-active")
    assert_refused(
        rest.post("experiments/set-experiment-tag", experiment_id=experiment, key="a", value="b"),
        "INVALID_PARAMETER_VALUE",
        "must be in the 'active' state",
    )
    tracking.restore_experiment(experiment)
    assert tracking.get_experiment(experiment).lifecycle_stage == "active"
    assert_refused(rest.post("experiments/restore", experiment_id=experiment), "RESOURCE_DOES_NOT_EXIST", status=404)


def test_searched(tracking):
    mark = uuid.uuid4().hex
    made = {}
    for letter in "abcA":
        made[letter] = tracking.create_experiment(f"{letter}-{mark}", tags={"mark": mark, "letter": letter})
    only = f"tags.mark = '{mark}'"

    def search(filter_string, **options):
        return [name.split("-")[0] for name in names(tracking.search_experiments(filter_string=filter_string, **options))]

    assert search(only) == ["A", "c", "b", "a"]
    assert search(only, order_by=["name ASC"]) == ["A", "a", "b", "c"]
    assert search(only, order_by=["attribute.name DESC"]) == ["c", "b", "a", "A"]
    assert search(only, order_by=["creation_time"]) == ["a", "b", "c", "A"]
    assert search(f"{only} AND tags.letter != 'a'", order_by=["name"]) == ["A", "b", "c"]
    assert search(f"{only} and tag.`letter` LIKE 'a%'") == ["a"]
    assert search(f"{only} and name ILIKE 'A-%'", order_by=["name"]) == ["A", "a"]
    assert search(f"attribute.name = 'b-{mark}'") == ["b"]
    assert search(f"{only} and tags.other IS NULL", order_by=["name"]) == ["A", "a", "b", "c"]
    assert search(f"{only} and tags.letter IS NOT NULL and creation_time > 0", order_by=["name"]) == ["A", "a", "b", "c"]
    assert search(f"experiment_id IN ('{made['a']}', '{made['c']}')", order_by=["name"]) == ["a", "c"]
    tracking.set_experiment_tag(made["b"], "mlflow.note.content", "worth a look")
    assert search(f"{only} and tags.mlflow.note.content LIKE 'worth%'") == ["b"]
    assert search(f"{only} and tags.`mlflow.note.content` IS NULL", order_by=["name"]) == ["A", "a", "c"]
    assert search(f"{only} and tags.`mlflow.note.content` != 'nothing'") == ["b"]
    first = tracking.search_experiments(filter_string=only, order_by=["name"], max_results=3)
    assert names(first) == [f"A-{mark}", f"a-{mark}", f"b-{mark}"]
    rest = tracking.search_experiments(filter_string=only, order_by=["name"], max_results=3, page_token=first.token)
    assert (names(rest), rest.token) == ([f"c-{mark}"], None)


@pytest.mark.parametrize(
    ("filter_string", "words"),
    [
        ("name = 'x' OR name = 'y'", "Invalid clause"),
        ("name 'x'", "comparator"),
        ("name = x", "quoted"),
        ("color = 'red'", "Invalid attribute key"),
        ("metrics.acc > 1", "Invalid entity type"),
        ("creation_time > 'x'", "numeric"),
        ("name IN ('x')", "list"),
        ("name = 'x' AND", "ends"),
        ("name == 'x'", "comparator"),
    ],
)
def test_a_filter_that_cannot_be_says_so(tracking, filter_string, words):
    with pytest.raises(MlflowException, match=words) as refusal:
        tracking.search_experiments(filter_string=filter_string)
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"


def test_what_mlflow_refuses_is_refused(tracking, rest, experiment):
    taken = tracking.get_experiment(experiment).name
    assert_refused(rest.post("experiments/create", name=taken), "RESOURCE_ALREADY_EXISTS")
    assert_refused(rest.post("experiments/create"), "INVALID_PARAMETER_VALUE", "Missing value for required parameter 'name'")
    assert_refused(rest.post("experiments/create", name=""), "INVALID_PARAMETER_VALUE", "Missing value")
    assert_refused(rest.post("experiments/create", name=123), "INVALID_PARAMETER_VALUE", "Invalid value 123", "'int'")
    assert_refused(rest.post("experiments/create", name="x" * 501), "INVALID_PARAMETER_VALUE", "maximum length of 500")
    assert_refused(rest.post("experiments/create", name="x", tags="y"), "INVALID_PARAMETER_VALUE", "'tags'")
    assert_refused(rest.post("experiments/create", name="x", tags=[{"key": "k", "value": "v" * 20_001}]), "INVALID_PARAMETER_VALUE", "20000")
    assert_refused(rest.post("experiments/create", name="x", artifact_location="runs:/a/b"), "INVALID_PARAMETER_VALUE", "runs:/")
    assert_refused(rest.post("experiments/create", name="x", artifact_location="s3://a/../b"), "INVALID_PARAMETER_VALUE", "artifact_location")
    assert_refused(rest.get("experiments/get"), "INVALID_PARAMETER_VALUE", "experiment_id")
    assert_refused(rest.get("experiments/get", experiment_id="12345678"), "RESOURCE_DOES_NOT_EXIST", status=404)
    assert_refused(rest.get("experiments/get-by-name", experiment_name="no such"), "RESOURCE_DOES_NOT_EXIST", "no such", status=404)
    assert_refused(rest.post("experiments/search", max_results=0), "INVALID_PARAMETER_VALUE", "max_results")
    assert_refused(rest.post("experiments/search", max_results=1_000_000), "INVALID_PARAMETER_VALUE", "max_results")
    assert_refused(rest.post("experiments/search", max_results=5, page_token="x"), "INVALID_PARAMETER_VALUE", "page token")
    assert_refused(rest.get("experiments/list"), "ENDPOINT_NOT_FOUND", status=404)
    malformed = rest("POST", "experiments/create", data="{", headers={"Content-Type": "application/json"})
    assert_refused(malformed, "INVALID_PARAMETER_VALUE")
    other_type = rest("POST", "experiments/create", data="name=x", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert_refused(other_type, "INVALID_PARAMETER_VALUE", "Content-Type")
