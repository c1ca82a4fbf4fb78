import { expect, test } from 'vitest';
import { alignCurves, normalised, readAccuracyTable, readConfusionMatrix, readPredictions, readResiduals } from './metric-documents.ts';

test('a confusion matrix, with labels or without', () => {
	const matrix = [
		[3, 1],
		[0, 0],
	];
	expect(readConfusionMatrix({ schema_type: 'confusion_matrix', data: { class_labels: ['cat', 'dog'], matrix } })).toEqual({
		labels: ['cat', 'dog'],
		matrix,
	});
	expect(readConfusionMatrix({ matrix }).labels).toEqual(['0', '1']);
	expect(normalised(matrix)).toEqual([
		[0.75, 0.25],
		[0, 0],
	]);
	expect(() => readConfusionMatrix({ matrix: [[1, 2]] })).toThrow('"matrix" is not a square of numbers.');
	expect(() => readConfusionMatrix({ class_labels: ['cat'], matrix })).toThrow('"class_labels" and "matrix" differ in size, 1 and 2.');
	expect(() => readConfusionMatrix([matrix])).toThrow('it is not a JSON object.');
});

test('residuals are bins with one more edge than counts', () => {
	expect(readResiduals({ data: { bin_edges: [-1, 0, 1], bin_counts: [4, 2] } })).toEqual({ edges: [-1, 0, 1], counts: [4, 2] });
	expect(() => readResiduals({ data: { bin_edges: [0, 1], bin_counts: [4, 2] } })).toThrow(
		'there are 2 bin edges for 2 counts; one more was expected.',
	);
	expect(() => readResiduals(null)).toThrow('it is not a JSON object.');
});

test('predictions stand over the middles of their bins', () => {
	expect(readPredictions({ data: { bin_edges: [0, 2, 4], bin_averages: [1.5, 2.5], bin_errors: [0.1, 0.2] } })).toEqual({
		truths: [1, 3],
		averages: [1.5, 2.5],
		errors: [0.1, 0.2],
	});
});

test('an accuracy table gives its three curves', () => {
	// Thresholds 0 (all positive), 0.5, 1 (all negative) over two positives and two negatives.
	const table = [
		[2, 2, 0, 0],
		[1, 0, 2, 1],
		[0, 0, 2, 2],
	];
	expect(readAccuracyTable({ data: { class_labels: ['yes'], probability_tables: [table] } })).toEqual({
		roc: [{ label: 'yes', x: [0, 0, 1], y: [0, 0.5, 1] }],
		precisionRecall: [{ label: 'yes', x: [0, 0.5, 1], y: [1, 1, 0.5] }],
		gain: [{ label: 'yes', x: [0, 0.25, 1], y: [0, 0.5, 1] }],
	});
});

test('curves of several classes share one x', () => {
	expect(
		alignCurves([
			{ label: 'a', x: [0, 0, 1], y: [0, 0.5, 1] },
			{ label: 'b', x: [0.5], y: [0.25] },
		]),
	).toEqual({
		x: [0, 0.5, 1],
		columns: [
			[0.5, null, 1],
			[null, 0.25, null],
		],
	});
});
