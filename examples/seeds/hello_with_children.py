"""Makes five child runs inside a submitted run."""

from azureml.core import Run

run = Run.get_context()
for count in range(5):
    with run.child_run(name=f"child {count}") as child:
        child.log(name="Hello from child run", value=count)
        print(f"Hello from child run {child.id}")
