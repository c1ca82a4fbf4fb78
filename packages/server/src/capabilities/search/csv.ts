/** Runs as CSV, RFC 4180: one line a run, values as they are kept. */
import type { FilterField, Run, WireValue } from '@runstead/contract';

/** A field as a filter writes it: the head of its column. */
export function fieldText(field: FilterField): string {
	const name = (text: string): string => (/^[A-Za-z_][A-Za-z0-9_\-/]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`);
	switch (field.kind) {
		case 'attribute':
			return field.name;
		case 'metric':
			return `metrics.${name(field.name)}.${field.statistic}`;
		case 'tag':
			return `tags.${name(field.key)}`;
		case 'param':
			return `params.${name(field.key)}`;
		case 'property':
			return `properties.${name(field.key)}`;
	}
}

export function csvLine(cells: readonly string[]): string {
	return `${cells.map(csvCell).join(',')}\r\n`;
}

export function csvLineOf(run: Run, fields: readonly FilterField[]): string {
	return csvLine(fields.map((field) => textOf(run, field)));
}

/** What a spreadsheet would run as a formula is written as text: the name of a run is chosen by whoever starts it. */
function csvCell(text: string): string {
	const safe = /^[=@\t\r]|^[+-](?![\d.]|Infinity$)/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(run: Run, field: FilterField): string {
	switch (field.kind) {
		case 'attribute':
			return String(run[field.name] ?? '');
		case 'tag':
			return run.tags[field.key] ?? '';
		case 'param':
			return run.params[field.key] ?? '';
		case 'property':
			return run.properties[field.key] ?? '';
		case 'metric':
			return wireText(metricValue(run, field.name, field.statistic));
	}
}

/** A metric by the name that searches use: `metric`, or `metric.column` of a row or table. */
function metricValue(run: Run, name: string, statistic: 'last' | 'min' | 'max' | 'mean' | 'first'): WireValue | undefined {
	const own = run.metrics[name];
	if (own) return Object.values(own.columns)[0]?.[statistic];
	for (const metric of Object.values(run.metrics)) {
		if (name.startsWith(`${metric.name}.`)) return metric.columns[name.slice(metric.name.length + 1)]?.[statistic];
	}
	return undefined;
}

function wireText(value: WireValue | undefined): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'object') return 'number' in value ? value.number : value.integer;
	return String(value);
}
