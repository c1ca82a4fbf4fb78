"""Evaluation datasets of MLflow 3: made, filled, found, changed, and evaluated with scorers that need no service."""

import uuid

import mlflow
import pandas
import pytest
from mlflow.exceptions import MlflowException
from mlflow.genai import datasets
from mlflow.genai.scorers import scorer


@pytest.fixture
def name(tracking):
    return "dataset " + uuid.uuid4().hex


def test_records_are_merged_three_ways_and_kept_once(experiment, name):
    dataset = datasets.create_dataset(name=name, experiment_id=experiment, tags={"team": "vision"})
    assert dataset.experiment_ids == [experiment]
    assert dataset.tags["team"] == "vision"
    dataset.merge_records(
        [
            {"inputs": {"question": "one", "k": 1}, "expectations": {"answer": "a"}, "tags": {"split": "test"}},
            {"inputs": {"question": "two", "k": 2.0}},
        ]
    )
    dataset.merge_records(
        pandas.DataFrame(
            [
                {"inputs": {"k": 1, "question": "one"}, "expectations": {"grade": 5}},
                {"inputs": {"question": "three", "k": 3}, "expectations": {"answer": "c"}},
            ]
        )
    )

    mlflow.set_experiment(experiment_id=experiment)

    @mlflow.trace
    def answer(question):
        return "answer to " + question

    for question in ("four", "five"):
        answer(question)
        mlflow.flush_trace_async_logging()
        mlflow.log_expectation(trace_id=mlflow.get_last_active_trace_id(), name="answer", value=question.upper())
    dataset.merge_records(mlflow.search_traces(locations=[experiment]))
    dataset.merge_records(mlflow.search_traces(locations=[experiment], return_type="list"))

    frame = datasets.get_dataset(dataset_id=dataset.dataset_id).to_df()
    records = {row["inputs"]["question"]: row for _, row in frame.iterrows()}
    assert len(frame) == len(records) == 5
    assert records["one"]["expectations"] == {"answer": "a", "grade": 5}
    assert records["one"]["tags"]["split"] == "test"
    assert records["one"]["source_type"] == "HUMAN"
    assert (records["two"]["source_type"], records["two"]["inputs"]) == ("CODE", {"question": "two", "k": 2.0})
    assert isinstance(records["two"]["inputs"]["k"], float)
    four = records["four"]
    assert (four["outputs"], four["expectations"], four["source_type"]) == ("answer to four", {"answer": "FOUR"}, "TRACE")
    assert four["source_id"].startswith("tr-")
    assert four["source"].source_data["trace_id"] == four["source_id"]

    assert dataset.delete_records([four["dataset_record_id"], "dr-none"]) == 1
    again = datasets.get_dataset(name=name)
    assert sorted(inputs["question"] for inputs in again.to_df()["inputs"]) == ["five", "one", "three", "two"]
    assert again.profile == '{"num_records":4}'
    assert again.digest != dataset.digest


def test_more_than_a_page_of_records(name):
    dataset = datasets.create_dataset(name=name)
    dataset.merge_records([{"inputs": {"index": index}} for index in range(2_345)])
    assert [inputs["index"] for inputs in dataset.to_df()["inputs"]] == list(range(2_345))


def test_found_by_what_they_are(tracking, experiment, name):
    made = [
        datasets.create_dataset(name=f"{name} {index}", experiment_id=experiment, tags={"odd": str(index % 2), "of": name}) for index in range(3)
    ]
    other = datasets.create_dataset(name=f"{name}'s", tags={"of": name})

    def names(filter_string, **options):
        found = datasets.search_datasets(filter_string=f"tags.of = '{name}' AND {filter_string}", order_by=["name ASC"], **options)
        return [dataset.name.removeprefix(name) for dataset in found]

    assert names("created_time > 0") == [" 0", " 1", " 2", "'s"]
    assert names("tags.odd = '0'") == [" 0", " 2"]
    assert names("name LIKE '% 1'") == [" 1"]
    assert names(f"name IN ('{name} 1', '{name} 2')") == [" 1", " 2"]
    assert names(f"created_by = '{made[0].created_by}'", experiment_ids=[experiment]) == [" 0", " 1", " 2"]
    assert datasets.get_dataset(name=other.name).dataset_id == other.dataset_id
    page = tracking.search_datasets(experiment_ids=[experiment], max_results=2)
    rest = tracking.search_datasets(experiment_ids=[experiment], max_results=2, page_token=page.token)
    assert [dataset.dataset_id for dataset in [*page, *rest]] == [dataset.dataset_id for dataset in reversed(made)]
    for bad in ("name > 'a'", "digest = 'x'", "created_time LIKE '1'"):
        with pytest.raises(MlflowException) as caught:
            names(bad)
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_tags_and_experiments_change(tracking, experiment, name):
    dataset = datasets.create_dataset(name=name, experiment_id=experiment, tags={"a": "1"})
    other = tracking.create_experiment("test " + uuid.uuid4().hex)
    datasets.set_dataset_tags(dataset_id=dataset.dataset_id, tags={"b": "2", "a": "3"})
    datasets.delete_dataset_tag(dataset_id=dataset.dataset_id, key="b")
    tags = datasets.get_dataset(dataset_id=dataset.dataset_id).tags
    assert {key: value for key, value in tags.items() if not key.startswith("mlflow.")} == {"a": "3"}
    added = datasets.add_dataset_to_experiments(dataset_id=dataset.dataset_id, experiment_ids=[other, "0"])
    assert sorted(added.experiment_ids) == sorted([experiment, other, "0"])
    left = datasets.remove_dataset_from_experiments(dataset_id=dataset.dataset_id, experiment_ids=[experiment, "0"])
    assert left.experiment_ids == [other]
    with pytest.raises(MlflowException) as caught:
        datasets.add_dataset_to_experiments(dataset_id=dataset.dataset_id, experiment_ids=["987654321"])
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    datasets.delete_dataset(dataset_id=dataset.dataset_id)
    with pytest.raises(MlflowException) as caught:
        datasets.get_dataset(dataset_id=dataset.dataset_id)
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_bad_records_are_refused_and_none_is_kept(name):
    dataset = datasets.create_dataset(name=name)
    for records, words in (
        ([{"inputs": {"a": 1}}, {"inputs": {"a": float("nan")}}], "JSON has no NaN"),
        ([{"inputs": {"a": 1}}, {"inputs": {"a": 2}, "source": {"source_type": "BOOK"}}], "source_type"),
    ):
        with pytest.raises(MlflowException) as caught:
            dataset.merge_records(records)
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
        assert words in str(caught.value)
    assert dataset.to_df().empty


def test_evaluated_with_a_scorer_of_ones_own(tracking, experiment, name):
    mlflow.set_experiment(experiment_id=experiment)
    dataset = datasets.create_dataset(name=name, experiment_id=experiment)
    dataset.merge_records(
        [{"inputs": {"question": str(index)}, "expectations": {"answer": f"answer {min(index, 2)}"}} for index in range(4)]
    )

    @scorer
    def is_right(outputs, expectations):
        return outputs == expectations["answer"]

    result = mlflow.genai.evaluate(
        data=datasets.get_dataset(dataset_id=dataset.dataset_id),
        predict_fn=lambda question: f"answer {question}",
        scorers=[is_right],
    )
    assert result.metrics["is_right/mean"] == 0.75
    run = tracking.get_run(result.run_id)
    assert run.data.metrics["is_right/mean"] == 0.75
    (read,) = run.inputs.dataset_inputs
    assert (read.dataset.name, read.dataset.source_type) == (name, "mlflow_evaluation_dataset")
    traces = mlflow.search_traces(locations=[experiment], return_type="list")
    assert len(traces) == 4
    assert sum(trace.search_assessments("is_right")[0].value for trace in traces) == 3
