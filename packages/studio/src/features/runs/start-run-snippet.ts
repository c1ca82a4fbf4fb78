/** The shortest script that starts a run in a workspace of this server. */
import { client } from '../../shared/api/client.ts';

export function startRunSnippet(workspace: string): string {
	return `# pip install runstead --find-links ${client.url}/python/
# export RUNSTEAD_URL=${client.url} RUNSTEAD_WORKSPACE=${workspace}
from azureml.core import Experiment, Workspace

experiment = Experiment(workspace=Workspace.from_config(), name="first-steps")
with experiment.start_logging() as run:
    for step in range(100):
        run.log("loss", 1 / (step + 1))
`;
}
