/** Reads the documents that a confusion matrix, an accuracy table, predictions and residuals are logged as: Azure's `{"schema_type", "schema_version", "data"}`, or the data alone. */

/** A document that its kind cannot be drawn from; the message says what is wrong, to follow a colon. */
export class UnreadableDocument extends Error {
	override readonly name = 'UnreadableDocument';
}

export interface ConfusionMatrix {
	readonly labels: readonly string[];
	/** Rows are true classes, columns predicted ones. */
	readonly matrix: readonly (readonly number[])[];
}

export interface Histogram {
	/** One more than counts. */
	readonly edges: readonly number[];
	readonly counts: readonly number[];
}

export interface Predictions {
	/** Middles of the bins of true values. */
	readonly truths: readonly number[];
	readonly averages: readonly number[];
	readonly errors: readonly number[];
}

export interface Curve {
	readonly label: string;
	readonly x: readonly number[];
	readonly y: readonly number[];
}

export type AccuracyCurves = Readonly<Record<'roc' | 'precisionRecall' | 'gain', readonly Curve[]>>;

/** The data of a document. @throws {UnreadableDocument} */
function dataOf(document: unknown): Record<string, unknown> {
	if (typeof document !== 'object' || document === null || Array.isArray(document))
		throw new UnreadableDocument('it is not a JSON object.');
	const { data } = document as { data?: unknown };
	return (typeof data === 'object' && data !== null ? data : document) as Record<string, unknown>;
}

function numbers(data: Record<string, unknown>, name: string): number[] {
	const value = data[name];
	if (!Array.isArray(value) || !value.every((one) => typeof one === 'number'))
		throw new UnreadableDocument(`"${name}" is not a list of numbers.`);
	return value;
}

function texts(value: unknown): string[] | null {
	return Array.isArray(value) ? value.map(String) : null;
}

export function readConfusionMatrix(document: unknown): ConfusionMatrix {
	const data = dataOf(document);
	const { matrix } = data;
	if (
		!Array.isArray(matrix) ||
		!matrix.every((row) => Array.isArray(row) && row.length === matrix.length && row.every((one) => typeof one === 'number'))
	) {
		throw new UnreadableDocument('"matrix" is not a square of numbers.');
	}
	const labels = texts(data.class_labels) ?? matrix.map((_, index) => String(index));
	if (labels.length !== matrix.length)
		throw new UnreadableDocument(`"class_labels" and "matrix" differ in size, ${labels.length} and ${matrix.length}.`);
	return { labels, matrix };
}

/** Each row as shares of its sum; a class that never came stays at zero. */
export function normalised(matrix: ConfusionMatrix['matrix']): number[][] {
	return matrix.map((row) => {
		const sum = row.reduce((total, value) => total + value, 0);
		return row.map((value) => (sum === 0 ? 0 : value / sum));
	});
}

export function readResiduals(document: unknown): Histogram {
	const data = dataOf(document);
	const edges = numbers(data, 'bin_edges');
	const counts = numbers(data, 'bin_counts');
	if (edges.length !== counts.length + 1)
		throw new UnreadableDocument(`there are ${edges.length} bin edges for ${counts.length} counts; one more was expected.`);
	return { edges, counts };
}

export function readPredictions(document: unknown): Predictions {
	const data = dataOf(document);
	const edges = numbers(data, 'bin_edges');
	const averages = numbers(data, 'bin_averages');
	const errors = numbers(data, 'bin_errors');
	if (edges.length !== averages.length + 1 || errors.length !== averages.length)
		throw new UnreadableDocument('bins, averages and errors do not belong together.');
	return { truths: averages.map((_, index) => ((edges[index] ?? 0) + (edges[index + 1] ?? 0)) / 2), averages, errors };
}

/** Counts at one threshold: true positives, false positives, true negatives, false negatives. */
type Counts = readonly [number, number, number, number];

export function readAccuracyTable(document: unknown): AccuracyCurves {
	const data = dataOf(document);
	const tables = data.probability_tables;
	if (!Array.isArray(tables) || !tables.every(isTable))
		throw new UnreadableDocument('"probability_tables" does not hold four counts a threshold.');
	const labels = texts(data.class_labels) ?? tables.map((_, index) => String(index));
	const curves = (pointOf: (counts: Counts) => [number, number]): Curve[] =>
		tables.map((table, index) => {
			const points = table.map(pointOf).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
			points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
			return { label: labels[index] ?? String(index), x: points.map(([x]) => x), y: points.map(([, y]) => y) };
		});
	return {
		roc: curves(([tp, fp, tn, fn]) => [fp / (fp + tn), tp / (tp + fn)]),
		precisionRecall: curves(([tp, fp, , fn]) => [tp / (tp + fn), tp + fp === 0 ? 1 : tp / (tp + fp)]),
		gain: curves(([tp, fp, tn, fn]) => [(tp + fp) / (tp + fp + tn + fn), tp / (tp + fn)]),
	};
}

function isTable(table: unknown): table is Counts[] {
	return (
		Array.isArray(table) &&
		table.every((counts) => Array.isArray(counts) && counts.length === 4 && counts.every((one) => typeof one === 'number'))
	);
}

/** Curves with points of their own as columns over all of their x. */
export function alignCurves(curves: readonly Curve[]): { x: number[]; columns: (number | null)[][] } {
	const x = [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
	const columns = curves.map((curve) => {
		// Of several points at one x the last is the highest, which is where the curve goes on from.
		const at = new Map(curve.x.map((value, index) => [value, curve.y[index] ?? null]));
		return x.map((value) => at.get(value) ?? null);
	});
	return { x, columns };
}
