"""Programs as people have them: scikit-learn that logs by itself, and Optuna whose trials are nested runs."""

import mlflow
import numpy
import optuna
from sklearn import linear_model


def test_scikit_learn_logs_by_itself(tracking, experiment):
    mlflow.set_experiment(experiment_id=experiment)
    mlflow.sklearn.autolog(log_models=False, log_datasets=False)
    try:
        with mlflow.start_run() as run:
            inputs = numpy.arange(40.0).reshape(20, 2)
            linear_model.Ridge(alpha=0.5).fit(inputs, inputs.sum(axis=1))
    finally:
        mlflow.sklearn.autolog(disable=True)
    data = tracking.get_run(run.info.run_id).data
    assert data.params["alpha"] == "0.5"
    assert data.metrics["training_r2_score"] > 0.99
    assert data.tags["estimator_name"] == "Ridge"


def test_optuna_logs_its_trials(tracking, experiment):
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    mlflow.set_experiment(experiment_id=experiment)

    def objective(trial):
        with mlflow.start_run(run_name=f"trial {trial.number}", nested=True):
            x = trial.suggest_float("x", -1, 1)
            mlflow.log_params(trial.params)
            mlflow.log_metric("loss", x * x)
            return x * x

    with mlflow.start_run(run_name="study") as parent:
        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
        study.optimize(objective, n_trials=5)
        mlflow.log_metric("best", study.best_value)
    children = tracking.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'", order_by=["metrics.loss ASC"])
    assert len(children) == 5
    assert children[0].data.metrics["loss"] == study.best_value
    assert {run.info.status for run in children} == {"FINISHED"}
