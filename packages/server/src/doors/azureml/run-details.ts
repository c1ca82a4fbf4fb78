/** A run with where its logs are read: what clients poll while they wait. */
import type { Capabilities } from '../../create-capabilities.ts';
import { HISTORY } from './experiments.ts';
import type { FileLinks } from './file-links.ts';
import { presentError } from './present-run.ts';
import { presentDefinition } from './run-definition.ts';
import type { AzureToolbox } from './toolbox.ts';

const LOGS_MAX = 500;
/** Where jobs and clients leave logs; other files are artifacts. */
const LOG_FOLDERS = ['user_logs/', 'system_logs/', 'azureml-logs/', 'logs/'];

/** What a script prints, on its first node; clients that stream follow the log whose name is the last in order. */
const DRIVER_LOGS = ['azureml-logs/70_driver_log.txt', 'azureml-logs/70_driver_log_0.txt'];
const STREAMED_LOG = 'user_logs/std_log.txt';

/** The log of the script under the name that clients follow to the end, past the logs of what comes after it. */
function withDriverLog(logs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	const name = DRIVER_LOGS.find((one) => logs[one] !== undefined);
	const address = name && logs[name];
	return address === undefined || logs[STREAMED_LOG] !== undefined ? logs : { ...logs, [STREAMED_LOG]: address };
}

export function serveRunDetails({ serve }: AzureToolbox, { search, runFiles }: Capabilities, links: FileLinks): void {
	for (const path of ['/experiments/:experiment/runs/:run/details', '/experimentids/:experimentId/runs/:run/details'])
		serve({ service: HISTORY, method: 'GET', path, permission: 'run.read' }, async ({ params, request, principal }) => {
			const run = await search.run(params.run as string);
			const folders = await Promise.all(LOG_FOLDERS.map((prefix) => runFiles.list(run.id, { prefix, limit: LOGS_MAX })));
			const logs = folders
				.flatMap(({ files }) => files)
				.map(async (file) => {
					const address = await links.read(request, { run: run.id, path: file.path }, principal.name);
					return [file.path, address] as const;
				});
			return {
				runId: run.id,
				target: run.target,
				status: run.status,
				startTimeUtc: run.startTime,
				endTimeUtc: run.endTime,
				error: presentError(run),
				warnings: [],
				properties: run.properties,
				tags: run.tags,
				inputDatasets: [],
				outputDatasets: [],
				runDefinition: run.job && presentDefinition(run.job, run),
				logFiles: withDriverLog(Object.fromEntries(await Promise.all(logs))),
				services: {},
				submittedBy: run.submittedBy,
			};
		});
}
