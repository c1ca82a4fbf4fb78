/** How a series is best shown, told from its kind and from what its columns hold. */
import type { MetricSummary } from '@runstead/contract';
import { numberOrNull } from '../../shared/format/numbers.ts';

export type MetricShape =
	/** One number: written out. */
	| { readonly as: 'value' }
	/** One number a point: a line over step or time. */
	| { readonly as: 'line'; readonly column: string }
	/** Numbers over another column of the same rows. */
	| { readonly as: 'curve'; readonly x: string; readonly y: readonly string[] }
	| { readonly as: 'table' }
	| { readonly as: 'image' | 'confusion_matrix' | 'accuracy_table' | 'predictions' | 'residuals' };

/** Columns that hold numbers and nothing else that was seen: their first and last value are numbers. */
function numericColumns(summary: MetricSummary): string[] {
	return Object.entries(summary.columns)
		.filter(([, column]) => numberOrNull(column.last) !== null && numberOrNull(column.first) !== null)
		.map(([name]) => name);
}

export function shapeOf(summary: MetricSummary): MetricShape {
	switch (summary.kind) {
		case 'scalar':
		case 'list': {
			const [column] = numericColumns(summary);
			if (column === undefined) return { as: 'table' };
			return summary.count === 1 ? { as: 'value' } : { as: 'line', column };
		}
		case 'row':
		case 'table': {
			const numeric = numericColumns(summary);
			const [x, ...y] = numeric;
			const isWholeNumeric = numeric.length === Object.keys(summary.columns).length;
			return x !== undefined && y.length > 0 && isWholeNumeric && summary.count > 1 ? { as: 'curve', x, y } : { as: 'table' };
		}
		default:
			return { as: summary.kind };
	}
}

/** What moves and is watched comes before what is looked at once. */
const ORDER: readonly MetricShape['as'][] = [
	'value',
	'line',
	'curve',
	'image',
	'predictions',
	'residuals',
	'confusion_matrix',
	'accuracy_table',
	'table',
];

function byShapeAndName(a: MetricSummary, b: MetricSummary): number {
	return ORDER.indexOf(shapeOf(a).as) - ORDER.indexOf(shapeOf(b).as) || a.name.localeCompare(b.name, 'en', { numeric: true });
}

/** Metrics by what stands before the last `/` of their names (`train/loss` -> `train`), those without first; lines first in each, then by name. */
export function sectionsOf(summaries: readonly MetricSummary[]): { readonly section: string; readonly metrics: MetricSummary[] }[] {
	const sections = new Map<string, MetricSummary[]>();
	for (const summary of [...summaries].sort(byShapeAndName)) {
		const cut = summary.name.lastIndexOf('/');
		const section = cut > 0 ? summary.name.slice(0, cut) : '';
		const metrics = sections.get(section) ?? [];
		metrics.push(summary);
		sections.set(section, metrics);
	}
	return [...sections].sort(([a], [b]) => a.localeCompare(b)).map(([section, metrics]) => ({ section, metrics }));
}
