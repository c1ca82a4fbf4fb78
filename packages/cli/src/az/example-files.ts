/** What `az ml folder attach` writes for a start: two run configurations and the packages of one of them. */

const COMMON = `# The script to run; one that is named at submission wins.
script: train.py
# Arguments of the script.
arguments: []
# Compute target: local is the machine of the server.
target: local
# Python; several processes are asked for by a communicator.
framework: Python
# None, OpenMpi, IntelMpi, ParameterServer, Nccl or Gloo.
communicator: None
# Nodes that the job has at once.
nodeCount: 1
# The job is ended after so long; nothing: never.
maxRunDurationSeconds:
`;

const HISTORY = `history:
  # Metrics, logs and outputs are kept, and the folder as it was.
  outputCollection: true
  snapshotProject: true
  # What is written there is shown while it grows.
  directoriesToWatch:
  - logs
`;

export const EXAMPLE_FILES: Readonly<Record<string, string>> = {
	'local.runconfig': `# Runs with the Python of the machine, and what is installed there.
${COMMON}environment:
  name: local
  environmentVariables:
    EXAMPLE_ENV_VAR: EXAMPLE_VALUE
  python:
    # true: nothing is built, and the job runs with interpreterPath.
    userManagedDependencies: true
    interpreterPath: python3
${HISTORY}`,
	'sklearn.runconfig': `# Runs in an environment with scikit-learn, which is built once and then used again.
${COMMON}environment:
  name: sklearn
  environmentVariables:
    EXAMPLE_ENV_VAR: EXAMPLE_VALUE
  python:
    # false: the packages of condaDependenciesFile are installed.
    userManagedDependencies: false
    condaDependenciesFile: .azureml/conda_dependencies.yml
${HISTORY}`,
	'conda_dependencies.yml': `# The packages of a job. A Python version is named as python=3.12; without one it is that of the machine.
# Packages from PyPI stand below pip; others are conda's, and need conda on the machine.
name: sklearn
channels:
- conda-forge
dependencies:
- pip:
  - scikit-learn
`,
};
