"""The quickstart: its mathematics, its data, and what its run shows."""

from __future__ import annotations

import json
import os
import sys
import unittest

from tests.support import REPOSITORY, create_workspace, start_server

QUICKSTART = REPOSITORY / "examples" / "quickstart"
sys.path.insert(0, str(QUICKSTART))
sys.path.insert(1, str(REPOSITORY / "python" / "azureml_compat" / "core"))

import ridge  # noqa: E402 - found through the path above.


class RidgeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.training, cls.test, cls.names = ridge.load_samples(str(QUICKSTART / "diabetes.csv"), test_share=0.2, seed=0)

    def test_data_are_the_442_patients_of_the_paper(self) -> None:
        self.assertEqual(len(self.training.targets) + len(self.test.targets), 442)
        self.assertEqual(self.names, ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"])
        everything, _, _ = ridge.load_samples(str(QUICKSTART / "diabetes.csv"), test_share=0, seed=0)
        # The well-known least squares solution on these data, standardised.
        known = [-0.476, -11.407, 24.727, 15.430, -37.680, 22.676, 4.806, 8.422, 35.734, 3.217]
        for actual, expected in zip(ridge.fit_ridge(everything, 0).coefficients, known):
            self.assertAlmostEqual(actual, expected, places=2)

    def test_features_are_standardised(self) -> None:
        for column in zip(*self.training.features):
            self.assertAlmostEqual(sum(column), 0, places=6)
            self.assertAlmostEqual(ridge.dot(column, column), len(column), places=6)

    def test_solution_is_where_the_gradient_of_the_penalised_error_vanishes(self) -> None:
        for alpha in (0.0, 1.0, 100.0):
            model = ridge.fit_ridge(self.training, alpha)
            errors = ridge.residuals(self.training, model)
            for coefficient, column in zip(model.coefficients, zip(*self.training.features)):
                self.assertAlmostEqual(ridge.dot(errors, column) + alpha * coefficient, 0, places=5)

    def test_a_greater_penalty_shrinks_the_coefficients(self) -> None:
        sizes = [ridge.dot(c, c) for c in (ridge.fit_ridge(self.training, alpha).coefficients for alpha in (0, 1, 100, 10_000))]
        self.assertEqual(sizes, sorted(sizes, reverse=True))

    def test_gradient_descent_comes_to_the_exact_solution(self) -> None:
        exact = ridge.mean_squared_error(self.training, ridge.fit_ridge(self.training, 0))
        model = ridge.Model(0.0, [0.0] * len(self.names))
        losses = []
        for _ in range(100):
            model = ridge.descend(self.training, model, 0.03)
            losses.append(ridge.mean_squared_error(self.training, model))
        self.assertEqual(losses, sorted(losses, reverse=True))
        self.assertLess(losses[-1], exact * 1.01)


class QuickstartRunTest(unittest.TestCase):
    def test_run_shows_a_loss_curve_a_child_an_alpha_and_the_best_of_them(self) -> None:
        with start_server() as server:
            workspace = create_workspace(server)
            os.environ.update(RUNSTEAD_URL=server.url, RUNSTEAD_WORKSPACE=workspace["name"])
            self.addCleanup(os.environ.pop, "RUNSTEAD_URL")
            self.addCleanup(os.environ.pop, "RUNSTEAD_WORKSPACE")
            from azureml.core import Experiment, ScriptRunConfig, Workspace

            arguments = ["--steps", 20, "--pause-seconds", 0]
            config = ScriptRunConfig(source_directory=str(QUICKSTART), script="train.py", arguments=arguments)
            run = Experiment(Workspace.from_config(), "quickstart").submit(config)
            run.wait_for_completion()
            metrics = run.get_metrics()
            children = list(run.get_children())
            self.assertEqual(len(metrics["loss"]), 20)
            self.assertEqual(len(children), 10)
            best = min(children, key=lambda child: child.get_metrics()["mse"])
            self.assertEqual(best.get_tags(), {"best": "lowest mse"})
            self.assertEqual((metrics["best_alpha"], metrics["best_mse"]), (best.get_metrics()["alpha"], best.get_metrics()["mse"]))
            self.assertEqual({child.get_status() for child in children}, {"Completed"})
            whole = server.connection.call("GET", f"/api/v1/runs/{run.id}")
            self.assertEqual(whole["progress"], {"done": 30, "total": 30})
            with server.connection.stream("GET", f"/api/v1/runs/{run.id}/files/outputs/model.json") as reply:
                self.assertEqual(json.loads(reply.read())["alpha"], metrics["best_alpha"])


if __name__ == "__main__":
    unittest.main()
