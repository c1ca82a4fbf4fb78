"""Says hello and goes on for a while, so that there is time to look at its run, or to cancel it."""

import time

from azureml.core import Run

STEPS = 30

run = Run.get_context()
print("Hello!")
for step in range(STEPS):
    run.log("seconds", step)
    print(f"Still here after {step} s")
    time.sleep(1)
print("Goodbye!")
