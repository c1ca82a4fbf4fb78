import { expect, test } from 'vitest';
import { otelSpan, parseSpans } from './mlflow-spans.ts';

const spanOf = (text: string): unknown => otelSpan(parseSpans(text) as Record<string, unknown>);

test('a span of the database of MLflow 3, with whole numbers that no number of JavaScript holds', () => {
	const text = `{"trace_id": "dJoV+wVin6hKiXt9zPHrQA==", "span_id": "qiWDQhqFtws=", "parent_span_id": null, "name": "in",
		"start_time_unix_nano": 1795331086211581137, "end_time_unix_nano": 1795331086212056975,
		"events": [{"name": "ev", "time_unix_nano": 1795331086211838977, "attributes": {"foo": "bar"}}],
		"status": {"code": "STATUS_CODE_OK", "message": ""},
		"attributes": {"large": "12345678901234567", "part": "5.0", "none": "null", "words": "no JSON", "list": "[true, {\\"a\\": 1}]"},
		"links": [{"trace_id": "tr-749a15fb", "span_id": "d69ac025", "attributes": {}}]}`;
	expect(spanOf(text)).toEqual({
		trace_id: 'dJoV+wVin6hKiXt9zPHrQA==',
		span_id: 'qiWDQhqFtws=',
		name: 'in',
		start_time_unix_nano: '1795331086211581137',
		end_time_unix_nano: '1795331086212056975',
		attributes: [
			{ key: 'large', value: { int_value: '12345678901234567' } },
			{ key: 'part', value: { double_value: 5 } },
			{ key: 'none', value: {} },
			{ key: 'words', value: { string_value: 'no JSON' } },
			{
				key: 'list',
				value: { array_value: { values: [{ bool_value: true }, { kvlist_value: { values: [{ key: 'a', value: { int_value: '1' } }] } }] } },
			},
		],
		events: [{ time_unix_nano: '1795331086211838977', name: 'ev', attributes: [{ key: 'foo', value: { string_value: 'bar' } }] }],
		links: [{ trace_id: 'dJoV+w==', span_id: '1prAJQ==', attributes: [] }],
		status: { code: 'STATUS_CODE_OK' },
	});
});

test('a span of a file of MLflow 2', () => {
	const text = `{"name": "old", "context": {"span_id": "0xd69ac025", "trace_id": "0x749a15fb"}, "parent_id": "0xaa258342",
		"start_time": 1795331086211581137, "end_time": null, "status_code": "ERROR", "status_message": "too slow",
		"attributes": {"mlflow.spanType": "\\"LLM\\""}, "events": []}`;
	expect(spanOf(text)).toEqual({
		trace_id: 'dJoV+w==',
		span_id: '1prAJQ==',
		parent_span_id: 'qiWDQg==',
		name: 'old',
		start_time_unix_nano: '1795331086211581137',
		attributes: [{ key: 'mlflow.spanType', value: { string_value: 'LLM' } }],
		status: { message: 'too slow', code: 'STATUS_CODE_ERROR' },
	});
});
