/** Where an archive keeps what: the layout of Azure Monitor, one container a category and one file of JSON lines an hour. */
import { ALL_METRICS } from '@runstead/contract';
import type { DiagnosticLine } from './destination.ts';

export interface ArchivePlace {
	readonly container: string;
	/** Within the container, without the name of the file. */
	readonly folder: string;
}

export const HOUR_FILE = 'PT1H.json';
const LOGS = 'insights-logs-';
const METRICS = 'insights-metrics-pt1m';
const MICROS_PER_MILLISECOND = 1_000;

/** @example containerOf('AmlComputeJobEvent') === 'insights-logs-amlcomputejobevent' */
function containerOf(category: string): string {
	return category === ALL_METRICS ? METRICS : `${LOGS}${category.toLowerCase()}`;
}

export function isArchiveContainer(name: string): boolean {
	return name === METRICS || name.startsWith(LOGS);
}

/** The minute is always 00: a file holds an hour. */
export function placeOf({ category, time, resourceId }: DiagnosticLine): ArchivePlace {
	const [year, month, day, hour] = new Date(time / MICROS_PER_MILLISECOND).toISOString().split(/[-T:]/);
	return { container: containerOf(category), folder: `resourceId=${resourceId}/y=${year}/m=${month}/d=${day}/h=${hour}/m=00` };
}

const HOUR_OF_PATH = /\/y=(\d{4})\/m=(\d\d)\/d=(\d\d)\/h=(\d\d)\/m=00\/[^/]+$/;

/** The end of the hour that a file of an archive holds; null for what is none. */
export function endOfHourOrNull(path: string): Date | null {
	const [, year, month, day, hour] = HOUR_OF_PATH.exec(path) ?? [];
	if (hour === undefined) return null;
	return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour) + 1));
}
