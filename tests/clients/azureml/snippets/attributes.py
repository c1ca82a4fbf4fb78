"""Tags and properties, and runs found by them."""
run = experiment.start_logging(snapshot_directory=None)
run.tag("quality", "good")
run.tag("worth another look")
run.set_tags({"gone": "soon", "team": "vision"})
run.remove_tags(["gone"])
run.add_properties({"author": "ada"})
show("tags", dict(sorted(run.get_tags().items())))
show("properties", {key: value for key, value in run.get_properties().items() if key == "author"})
try:
    run.add_properties({"author": "bob"})
except Exception as error:
    show("changed", "author" in str(error))
other = experiment.start_logging(snapshot_directory=None)
other.tag("quality", "bad")
other.complete()
names = {run.id: "run", other.id: "other"}
for how in ({}, {"tags": {"quality": "good"}}, {"tags": "worth another look"}, {"tags": {"quality": "none"}}, {"properties": {"author": "ada"}}, {"properties": "author", "tags": "team"}):
    show(str(how), [names[one.id] for one in experiment.get_runs(**how)])
run.display_name = "The first one"
run.complete()
again = workspace.get_run(run.id)
show("again", (again.display_name, again.get_status(), again.experiment.name == experiment.name, again.number))
