import { expect, test } from 'vitest';
import { layoutOf, viewOf } from './file-kind.ts';

test.each([
	['azureml-logs/70_driver_log.txt', 'text/plain', 'text'],
	['outputs/model.json', 'application/json', 'text'],
	['outputs/metrics.jsonl', 'application/octet-stream', 'text'],
	['Dockerfile', 'application/octet-stream', 'text'],
	['plots/roc.png', 'image/png', 'image'],
	['outputs/model.pkl', 'application/octet-stream', 'other'],
	['outputs/scan.tiff', 'image/tiff', 'other'],
])('%s of type %s is looked at as %s', (path, contentType, view) => {
	expect(viewOf(path, contentType)).toBe(view);
});

test.each([
	['outputs/model.json', 'application/octet-stream', 'json'],
	['outputs/model', 'application/vnd.ridge+json; charset=utf-8', 'json'],
	['outputs/metrics.jsonl', 'application/x-ndjson', null],
	['outputs/a.csv', 'text/plain', 'csv'],
	['analysis.ipynb', 'application/json', 'notebook'],
	['README.md', 'application/octet-stream', 'markdown'],
	['report.html', 'text/html', 'html'],
	['report', 'text/html', 'html'],
	['train.py', 'text/plain', 'code'],
	['logs/train.log', 'text/plain', null],
] as const)('%s of type %s is laid out as %s', (path, contentType, layout) => {
	expect(layoutOf(path, contentType)).toBe(layout);
});
