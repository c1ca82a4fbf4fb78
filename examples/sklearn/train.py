"""Ridge regression with scikit-learn over several strengths; the best model is kept in outputs."""

import argparse
import os

import joblib
import sklearn
from azureml.core import Run
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--alphas", type=float, nargs="+", default=[0.01, 0.1, 0.3, 1.0, 3.0])
options = parser.parse_args()

run = Run.get_context()
features, targets = load_diabetes(return_X_y=True)
training, test, training_targets, test_targets = train_test_split(features, targets, test_size=0.2, random_state=0)

best_mse = float("inf")
os.makedirs("outputs", exist_ok=True)
for alpha in options.alphas:
    model = Ridge(alpha=alpha).fit(training, training_targets)
    mse = mean_squared_error(test_targets, model.predict(test))
    run.log("alpha", alpha)
    run.log("mse", mse)
    print(f"alpha {alpha:g}: mse {mse:.1f}")
    if mse < best_mse:
        best_mse = mse
        joblib.dump(model, "outputs/ridge.pkl")
run.log("best_mse", best_mse)
print(f"scikit-learn {sklearn.__version__}: best mse {best_mse:.1f}")
