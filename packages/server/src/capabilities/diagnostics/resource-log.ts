/** Records as they leave: the common schema of Azure's resource logs and platform metrics, one JSON text each. */
import { ALL_METRICS } from '@runstead/contract';
import { toWireTime } from '../../http/time.ts';
import { columnsOf, type LogRecord } from '../log-records/service.ts';
import type { MinuteRecord } from '../workspace-metrics/minute-records.ts';
import type { DiagnosticLine } from './destinations/destination.ts';

/** Columns that the record has at its top, by their names there. */
const TOP: Readonly<Record<string, string>> = {
	OperationName: 'operationName',
	CreationApiVersion: 'operationVersion',
	ResultType: 'resultType',
	ResultSignature: 'resultSignature',
	ResultDescription: 'resultDescription',
	DurationMs: 'durationMs',
	CorrelationId: 'correlationId',
	Identity: 'identity',
	Level: 'level',
};

/** Columns that say what the record says by being where it is. */
const IMPLIED = new Set(['TimeGenerated', 'Type', 'TenantId', '_ResourceId', '_SubscriptionId']);

export function logLine(logRecord: LogRecord, resourceId: string): DiagnosticLine {
	const { sequence, category, time } = logRecord;
	const columns = columnsOf(logRecord);
	const record: Record<string, unknown> = { time: columns.TimeGenerated, resourceId, category };
	const properties: Record<string, unknown> = {};
	for (const [column, value] of Object.entries(columns)) {
		if (IMPLIED.has(column)) continue;
		const top = TOP[column];
		if (top === undefined) properties[column] = value;
		else record[top] = value;
	}
	return { sequence, category, time, resourceId, text: JSON.stringify({ ...record, properties }) };
}

export function metricLine({ metric, time, total, count, minimum, maximum }: MinuteRecord, resourceId: string): DiagnosticLine {
	const text = JSON.stringify({
		count,
		total,
		minimum,
		maximum,
		average: count === 0 ? 0 : total / count,
		resourceId,
		time: toWireTime(time),
		metricName: metric,
		timeGrain: 'PT1M',
	});
	return { sequence: 0, category: ALL_METRICS, time, resourceId, text };
}
