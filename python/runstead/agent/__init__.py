"""The agent prepares, runs, watches and tidies up jobs on a machine, each job under a supervisor of its own."""
