"""What the public sample notebooks show of a run: generators as lists, texts, snapshots, tags as marks, the best of a sweep."""
import os
import pickle

show("workspace", [bool(one) for one in (workspace.name, workspace.location, workspace.subscription_id, workspace.resource_group)])
os.makedirs("outputs", exist_ok=True)
for alpha in (0.0, 0.05, 0.1):
    with experiment.start_logging(snapshot_directory=None) as run:
        run.log(name="alpha", value=alpha)
        run.log(name="mse", value=3000 + (alpha - 0.05) ** 2)
        run.log_list(name="Fibonacci", value=(2 * number for number in (0, 1, 1, 2)))
        for number in range(3):
            run.log_row(name="Cosine Wave", angle=number / 2.0, cos=number / 10)
        with open("outputs/model.pkl", "wb") as file:
            pickle.dump(alpha, file)
runs = {one.id: one for one in experiment.get_runs()}
metrics = {name: one.get_metrics() for name, one in runs.items()}
best = runs[min(metrics, key=lambda name: metrics[name]["mse"])]
show("best", sorted(best.get_metrics().items()))
best.tag("Best Run")
show("tags", best.get_tags())
show("files", sorted(name for name in best.get_file_names() if name.startswith("outputs/")))
show("page", (best.id in best._repr_html_(), experiment.name in experiment._repr_html_()))
taken = experiment.start_logging(snapshot_directory=None)
show("snapshot", isinstance(taken.take_snapshot("outputs"), str))
try:
    taken.take_snapshot("outputs")
except Exception as error:
    show("twice", "already has one" in str(error))
taken.fail()
show("failed", taken.get_status())
show("details", "runId" in best.get_details_with_logs())
