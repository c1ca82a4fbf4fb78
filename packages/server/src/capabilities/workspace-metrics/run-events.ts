/** What events of runs count towards: each change of a status is one sample. */
import { type EventData, RUN_METRICS } from '@runstead/contract';
import type { StoredEvent, UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { RunService } from '../runs/service.ts';
import type { Dimensions, Sample } from './samples.ts';

/** Types of ours that Azure knows as one. */
const EXPERIMENT_TYPES: ReadonlySet<string> = new Set(['interactive', 'script', 'child']);
const LOCAL_TARGET = 'local';

export interface RunLabelsOptions {
	readonly runs: RunService;
	readonly experiments: ExperimentService;
}

/** The dimensions of runs, read at once; a run that was purged has none. */
async function labelsOf(
	{ runs, experiments }: RunLabelsOptions,
	unit: UnitOfWork,
	ids: readonly string[],
): Promise<Map<string, Dimensions>> {
	const records = await runs.someIn(unit, ids);
	const names = new Map<number, string>();
	for (const { experiment_key: key } of records) if (!names.has(key)) names.set(key, (await experiments.byKey(key)).name);
	return new Map(
		records.map(({ id, type, target, experiment_key }) => [
			id,
			{
				RunType: EXPERIMENT_TYPES.has(type) ? 'Experiment' : type.replace(/^azureml\./, ''),
				...(target !== null && { ComputeType: target === LOCAL_TARGET ? LOCAL_TARGET : 'AmlCompute' }),
				ExperimentName: names.get(experiment_key) as string,
			},
		]),
	);
}

/** The metrics of one event, each a sample of 1, with whether the dimensions of its run belong to it. */
function metricsOf(event: StoredEvent): { metric: string; ofRun: boolean }[] {
	switch (event.type) {
		case 'run.created':
			return [{ metric: RUN_METRICS.NotStarted, ofRun: true }];
		case 'run.status': {
			const { from, to, error } = event.data as unknown as EventData['run.status'];
			const isHeardAgain = from === 'NotResponding' && to === 'Running';
			return [
				...(isHeardAgain ? [] : [{ metric: RUN_METRICS[to], ofRun: true }]),
				...(error === null ? [] : [{ metric: 'Errors', ofRun: false }]),
			];
		}
		case 'job.requeued':
			return [{ metric: 'Warnings', ofRun: false }];
		case 'model.version':
			return (event.data as unknown as EventData['model.version']).what === 'registered'
				? [{ metric: 'Model Register Succeeded', ofRun: false }]
				: [];
		default:
			return [];
	}
}

export async function samplesOfEvents(options: RunLabelsOptions, unit: UnitOfWork, events: readonly StoredEvent[]): Promise<Sample[]> {
	const counted = events.flatMap((event) =>
		event.workspaceKey === null ? [] : metricsOf(event).map((metric) => ({ ...metric, event, workspaceKey: event.workspaceKey as number })),
	);
	const labels = await labelsOf(options, unit, [...new Set(counted.filter(({ ofRun }) => ofRun).map(({ event }) => event.subject))]);
	return counted.map(({ metric, ofRun, event, workspaceKey }) => ({
		workspaceKey,
		metric,
		dimensions: (ofRun && labels.get(event.subject)) || {},
		time: event.time,
		value: 1,
	}));
}
