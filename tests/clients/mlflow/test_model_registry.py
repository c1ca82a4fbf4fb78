"""The model registry: models, versions, stages, aliases, tags, searches, and the prompts that are kept there too."""

import uuid
import warnings

import pytest
from mlflow.exceptions import MlflowException
from rest import assert_refused

warnings.filterwarnings("ignore", category=FutureWarning)


@pytest.fixture
def name(tracking):
    """A registered model of this test alone."""
    return tracking.create_registered_model("model " + uuid.uuid4().hex, {"team": "vision"}, "Ridge regressions").name


def refused(code, work, *words):
    with pytest.raises(MlflowException) as caught:
        work()
    assert caught.value.error_code == code, caught.value
    for word in words:
        assert word in str(caught.value)


def version(tracking, name, **fields):
    return tracking.create_model_version(name, "s3://bucket/model", await_creation_for=0, **fields)


def test_a_model_is_what_was_said_of_it(tracking, name):
    model = tracking.get_registered_model(name)
    assert (model.name, model.description, model.tags) == (name, "Ridge regressions", {"team": "vision"})
    assert 0 < model.creation_timestamp <= model.last_updated_timestamp
    assert tracking.update_registered_model(name, "Better ones").description == "Better ones"
    tracking.set_registered_model_tag(name, "team", "sound")
    tracking.set_registered_model_tag(name, "size", "small")
    tracking.delete_registered_model_tag(name, "size")
    assert tracking.get_registered_model(name).tags == {"team": "sound"}
    tracking.rename_registered_model(name, name + " renamed")
    refused("RESOURCE_DOES_NOT_EXIST", lambda: tracking.get_registered_model(name), f"Registered Model with name={name} not found")
    tracking.delete_registered_model(name + " renamed")
    refused("RESOURCE_DOES_NOT_EXIST", lambda: tracking.delete_registered_model(name + " renamed"))


def test_what_a_model_cannot_be(tracking, name, rest):
    refused("RESOURCE_ALREADY_EXISTS", lambda: tracking.create_registered_model(name), f"Registered Model (name={name}) already exists")
    refused("INVALID_PARAMETER_VALUE", lambda: tracking.create_registered_model("a/b"), "Names cannot contain '/' or ':'")
    assert_refused(rest.post("registered-models/create"), "INVALID_PARAMETER_VALUE", "name")
    assert_refused(rest.post("registered-models/create", name=5), "INVALID_PARAMETER_VALUE", "Invalid value 5 for parameter 'name'")
    assert_refused(rest.post("registered-models/create", name="  "), "INVALID_PARAMETER_VALUE", "'name'")
    assert_refused(rest.get("registered-models/search", max_results=1001), "INVALID_PARAMETER_VALUE", "max_results")


def test_versions_count_up_and_are_not_given_out_again(tracking, name):
    first = version(tracking, name, tags={"a": "1"}, description="first", run_link="http://elsewhere/run")
    assert (first.version, first.current_stage, first.status, first.source) in [
        (number, "None", "READY", "s3://bucket/model") for number in ("1", 1)
    ]
    assert (first.tags, first.description, first.run_link) == ({"a": "1"}, "first", "http://elsewhere/run")
    version(tracking, name)
    tracking.delete_model_version(name, "2")
    refused("RESOURCE_DOES_NOT_EXIST", lambda: tracking.get_model_version(name, "2"), f"Model Version (name={name}, version=2) not found")
    assert int(version(tracking, name).version) == 3
    assert tracking.update_model_version(name, "1", "changed").description == "changed"
    tracking.set_model_version_tag(name, "1", "b", "2")
    tracking.delete_model_version_tag(name, "1", "a")
    assert tracking.get_model_version(name, "1").tags == {"b": "2"}
    assert tracking.get_model_version_download_uri(name, "1") == "s3://bucket/model"
    refused("INVALID_PARAMETER_VALUE", lambda: tracking.get_model_version(name, "x"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: version(tracking, "nothing " + name))


def test_stages(tracking, name):
    for _ in range(3):
        version(tracking, name)
    tracking.transition_model_version_stage(name, "1", "production")
    tracking.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    stages = {int(one.version): one.current_stage for one in tracking.search_model_versions(f"name = '{name}'")}
    assert stages == {1: "Archived", 2: "Production", 3: "None"}
    assert [int(one.version) for one in tracking.get_latest_versions(name, ["Production"])] == [2]
    assert sorted(int(one.version) for one in tracking.get_registered_model(name).latest_versions) == [1, 2, 3]
    refused("INVALID_PARAMETER_VALUE", lambda: tracking.transition_model_version_stage(name, "1", "Nowhere"), "Nowhere")
    refused("INVALID_PARAMETER_VALUE", lambda: tracking.transition_model_version_stage(name, "1", "None", True), "not an Active stage")


def test_aliases(tracking, name):
    version(tracking, name)
    version(tracking, name)
    tracking.set_registered_model_alias(name, "champion", "1")
    tracking.set_registered_model_alias(name, "champion", "2")
    assert int(tracking.get_model_version_by_alias(name, "champion").version) == 2
    assert {alias: int(number) for alias, number in tracking.get_registered_model(name).aliases.items()} == {"champion": 2}
    tracking.delete_registered_model_alias(name, "champion")
    refused("INVALID_PARAMETER_VALUE", lambda: tracking.get_model_version_by_alias(name, "champion"), "alias champion not found")
    for alias in ("latest", "v1", "a b", "x" * 256):
        refused("INVALID_PARAMETER_VALUE", lambda alias=alias: tracking.set_registered_model_alias(name, alias, "1"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: tracking.set_registered_model_alias(name, "gone", "9"))


def test_searches(tracking):
    prefix = uuid.uuid4().hex
    for index, letter in enumerate("abc"):
        tracking.create_registered_model(prefix + letter, {"index": str(index)})
        version(tracking, prefix + letter, tags={"index": str(index)}, run_id=None)

    def models(filter_string, **options):
        return [model.name[-1] for model in tracking.search_registered_models(filter_string, **options)]

    assert models(f"name LIKE '{prefix}%'") == ["a", "b", "c"]
    assert models(f"name LIKE '{prefix.upper()}%'") == ([] if prefix.upper() != prefix else ["a", "b", "c"])
    assert models(f"name ILIKE '{prefix.upper()}%'", order_by=["name DESC"]) == ["c", "b", "a"]
    assert models(f"name LIKE '{prefix}%' AND tags.index != '1'") == ["a", "c"]
    assert models(f"name = '{prefix}b' and tag.`index` = '1'") == ["b"]
    page = tracking.search_registered_models(f"name LIKE '{prefix}%'", max_results=2)
    assert [model.name[-1] for model in page] == ["a", "b"]
    rest = tracking.search_registered_models(f"name LIKE '{prefix}%'", max_results=2, page_token=page.token)
    assert ([model.name[-1] for model in rest], bool(rest.token)) == (["c"], False)
    found = tracking.search_model_versions(f"name LIKE '{prefix}%' and tags.index = '2'")
    assert [one.name[-1] for one in found] == ["c"]
    assert [one.name[-1] for one in tracking.search_model_versions(f"name LIKE '{prefix}%'", order_by=["name ASC"])] == ["a", "b", "c"]
    for bad in ("size = 'x'", "name > 'a'", "tags.x > 'a'", "name = a", "name ="):
        refused("INVALID_PARAMETER_VALUE", lambda bad=bad: tracking.search_registered_models(bad))
    refused("INVALID_PARAMETER_VALUE", lambda: tracking.search_registered_models(order_by=["size"]))


def test_sources_that_lead_elsewhere_are_refused(tracking, name, rest):
    for source in (
        "/etc/passwd",
        "file:///etc/passwd",
        "mlflow-artifacts:/0/../../etc",
        "mlflow-artifacts:/0/%2e%2e/x",
        "http://localhost/..%252f..%252fetc",
        "mlflow-artifacts:/0/nobody/artifacts/model",
        "runs:/nobody/model",
        "models:/m-nothing",
    ):
        assert_refused(rest.post("model-versions/create", name=name, source=source), "INVALID_PARAMETER_VALUE", "Invalid model version source")
    assert tracking.search_model_versions(f"name = '{name}'") == []
