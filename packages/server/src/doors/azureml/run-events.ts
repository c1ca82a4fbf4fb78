/** What clients say happened to a run: it began, ended, failed, was cancelled, is alive. */
import { isTerminal, type RunError, RunsteadError } from '@runstead/contract';
import type { RunService } from '../../capabilities/runs/service.ts';
import { type Fields, neededText, objectOf, textOf } from './fields.ts';

const NAME = /^Microsoft\.MachineLearning\.Run\.(\w+)$/;
const HEARTBEAT_SECONDS = 120;
const HEARTBEAT_SECONDS_MAX = 86_400;

export interface AzureEvent {
	readonly name: string;
	readonly data: Fields;
}

/** @throws {RunsteadError} invalid-request for what is no event of a run. */
export function eventOf(body: unknown): AzureEvent {
	const fields = objectOf(body);
	const given = neededText(fields, 'name');
	const name = NAME.exec(given)?.[1];
	if (name === undefined) throw new RunsteadError('invalid-request', { what: `${JSON.stringify(given)} is no event of a run.` });
	return { name, data: objectOf(fields.data ?? {}, 'data') };
}

/** @throws {RunsteadError} not-found, status-change-not-allowed, invalid-request. */
export async function applyEvent(runs: RunService, runId: string, { name, data }: AzureEvent, actor: string): Promise<void> {
	const run = await runs.find(runId);
	switch (name) {
		case 'Start':
			// A client that lost the reply says it again, perhaps when more has happened since.
			if (run.status === 'NotStarted' || !isTerminal(run.status)) await runs.changeStatus(runId, { to: 'Running', actor });
			return;
		case 'Completed':
			return runs.changeStatus(runId, { to: 'Completed', actor });
		case 'Failed': {
			if (run.status === 'Failed') return;
			const { code, message, details } = errorIn(run.error);
			return runs.fail(runId, { errorCode: code, errorDetails: details === undefined ? message : `${message}\n${details}` }, actor);
		}
		case 'Canceled':
		case 'CancelRequested':
			await runs.cancel(runId, actor, 'It was cancelled by its client.');
			return;
		case 'Error':
			return runs.update(runId, { error: givenError(data) }, actor);
		case 'Heartbeat':
			await runs.heartbeat(runId, heartbeatSeconds(data.TimeToLiveSeconds ?? data.timeToLiveSeconds), actor);
			return;
		case 'Queued':
			if (run.status === 'NotStarted') await runs.changeStatus(runId, { to: 'Queued', actor });
			return;
		// What says more about a status than we keep.
		case 'QueueingInfo':
		case 'Warning':
			return;
		default:
			throw new RunsteadError('invalid-request', { what: `There is no event ${name} of a run.` });
	}
}

function heartbeatSeconds(given: unknown): number {
	return typeof given === 'number' && given >= 1 ? Math.min(Math.ceil(given), HEARTBEAT_SECONDS_MAX) : HEARTBEAT_SECONDS;
}

function errorIn(stored: string | null): RunError {
	return stored === null ? { code: 'UserError', message: '' } : (JSON.parse(stored) as RunError);
}

/** The root error of an error response; its spelling depends on who wrote it. */
function givenError(data: Fields): RunError {
	const response = objectOf(data.ErrorResponse ?? data.errorResponse ?? {}, 'ErrorResponse');
	const error = objectOf(response.error ?? response.Error ?? {}, 'ErrorResponse.error');
	const debug = objectOf(error.debugInfo ?? error.debug_info ?? {}, 'ErrorResponse.error.debugInfo');
	const details = textOf(debug, 'stackTrace') ?? textOf(debug, 'stack_trace');
	return {
		code: textOf(error, 'code') ?? 'UserError',
		message: textOf(error, 'message') ?? '',
		...(details !== undefined && { details }),
	};
}
