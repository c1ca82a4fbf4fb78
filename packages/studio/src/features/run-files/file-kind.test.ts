import { expect, test } from 'vitest';
import { isJson, viewOf } from './file-kind.ts';

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
	['outputs/model.json', 'application/octet-stream', true],
	['outputs/model', 'application/vnd.ridge+json; charset=utf-8', true],
	['outputs/metrics.jsonl', 'application/x-ndjson', false],
])('%s of type %s is one JSON document: %s', (path, contentType, is) => {
	expect(isJson(path, contentType)).toBe(is);
});
