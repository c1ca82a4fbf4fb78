"""Is launched by parent.py, once for each fruit."""

import argparse

from azureml.core import Run

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--fruit", required=True)
fruit = parser.parse_args().fruit

child_run = Run.get_context()
child_run.log("fruit", fruit)
child_run.log("letters", len(fruit))
print(f"{fruit}: child {child_run.id} of {child_run.parent.id if child_run.parent else 'no run'}")
