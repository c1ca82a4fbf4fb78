import { describe, expect, it } from 'vitest';
import { RunsteadError } from '../errors.ts';
import { parseFilter, parseOrder } from './parse.ts';

describe('parseFilter', () => {
	it('reads comparisons over every kind of field', () => {
		expect(parseFilter("metrics.mse.min < 3000 and tags.quality = 'it''s good'")).toEqual({
			type: 'and',
			operands: [
				{ type: 'compare', field: { kind: 'metric', name: 'mse', statistic: 'min' }, operator: '<', value: 3000 },
				{ type: 'compare', field: { kind: 'tag', key: 'quality' }, operator: '=', value: "it's good" },
			],
		});
	});

	it('binds not tighter than and, and tighter than or', () => {
		expect(parseFilter("not status = 'Failed' and number > 1 or has tags.best")).toEqual({
			type: 'or',
			operands: [
				{
					type: 'and',
					operands: [
						{ type: 'not', operand: { type: 'compare', field: { kind: 'attribute', name: 'status' }, operator: '=', value: 'Failed' } },
						{ type: 'compare', field: { kind: 'attribute', name: 'number' }, operator: '>', value: 1 },
					],
				},
				{ type: 'has', field: { kind: 'tag', key: 'best' } },
			],
		});
	});

	it('asks for the datasets that a run read', () => {
		const read = { type: 'dataset', part: 'context', operator: '=', value: 'training' };
		expect(parseFilter("datasets.context = 'training'")).toEqual(read);
		expect(parseFilter("not datasets.name ilike '%wine%' and datasets.context == 'training'")).toEqual({
			type: 'and',
			operands: [{ type: 'not', operand: { type: 'dataset', part: 'name', operator: 'ilike', value: '%wine%' } }, read],
		});
		for (const wrong of ["datasets.color = 'x'", "datasets.name > 'x'", 'datasets.name = 5', 'datasets'])
			expect(() => parseFilter(wrong)).toThrow(expect.objectContaining({ code: 'invalid-filter' }));
	});

	it('takes dots in keys, statistics only unquoted at the end, and the last value by default', () => {
		const fieldOf = (text: string) => (parseFilter(`${text} = 1`) as { field: unknown }).field;
		expect(fieldOf('tags.mlflow.user')).toEqual({ kind: 'tag', key: 'mlflow.user' });
		expect(fieldOf('metrics.val/mse')).toEqual({ kind: 'metric', name: 'val/mse', statistic: 'last' });
		expect(fieldOf('metrics.a.b.max')).toEqual({ kind: 'metric', name: 'a.b', statistic: 'max' });
		expect(fieldOf('metrics.a."max"')).toEqual({ kind: 'metric', name: 'a.max', statistic: 'last' });
		expect(fieldOf('metrics.min')).toEqual({ kind: 'metric', name: 'min', statistic: 'last' });
		expect(fieldOf('params."worth another look"')).toEqual({ kind: 'param', key: 'worth another look' });
		expect(fieldOf('params.0')).toEqual({ kind: 'param', key: '0' });
	});

	it('reads membership, patterns and null', () => {
		expect(parseFilter("status NOT IN ('Failed', 'Canceled')")).toEqual({
			type: 'not',
			operand: { type: 'in', field: { kind: 'attribute', name: 'status' }, values: ['Failed', 'Canceled'] },
		});
		expect(parseFilter('parentId is null')).toEqual({
			type: 'not',
			operand: { type: 'present', field: { kind: 'attribute', name: 'parentId' } },
		});
		expect(parseFilter("displayName ilike 'ridge%'")).toEqual({
			type: 'compare',
			field: { kind: 'attribute', name: 'displayName' },
			operator: 'ilike',
			value: 'ridge%',
		});
	});

	it('takes texts in double quotes where a value stands, and names elsewhere', () => {
		expect(parseFilter('status = "Failed"')).toEqual(parseFilter("status = 'Failed'"));
		expect(parseFilter('tags."worth it" in ("a ""good"" one", \'b\')')).toEqual(
			parseFilter('tags."worth it" in (\'a "good" one\', \'b\')'),
		);
		expect(parseFilter('displayName like "ridge%"')).toEqual(parseFilter("displayName like 'ridge%'"));
		expect(parseFilter('createdTime > "2026-11-21T08:00:00Z"')).toEqual(parseFilter("createdTime > '2026-11-21T08:00:00Z'"));
		expect(() => parseFilter('"Failed" = status')).toThrow(RunsteadError);
		expect(() => parseFilter('status = `Failed`')).toThrow('expected a number or a text in quotes, found "Failed"');
	});

	it.each([
		['', 1, 'expected an attribute, tags.KEY, properties.KEY, params.KEY or metrics.NAME, found the end'],
		['status', 7, 'expected a comparison (= != < <= > >= like ilike in is), found the end'],
		["status = 'Failed", 10, 'this quote is never closed'],
		['status = "Failed', 10, 'this quote is never closed'],
		['status = `Failed', 10, 'this quoted name is never closed'],
		['metrics.mse < high', 15, 'expected a number or a text in quotes, found "high"'],
		["metrics.mse < '3'", 15, '"3" is not a number'],
		['(number = 1', 12, 'expected ")"'],
		['number = 1 number = 2', 12, 'expected "and", "or" or the end, found "number"'],
		["createdTime > 'soon'", 15, "expected a time such as '2026-11-21T08:00:00Z'"],
		['number ; 1', 8, '";" has no meaning here'],
	])('says where and why %j cannot be read', (text, position, reason) => {
		const error = (() => {
			try {
				return parseFilter(text);
			} catch (thrown) {
				return thrown as RunsteadError;
			}
		})();
		expect(error).toBeInstanceOf(RunsteadError);
		expect((error as RunsteadError).details).toEqual({ position, reason });
	});

	it.each([
		['metrcs.loss < 1', 'metrics.loss'],
		['metric.val.mse < 1', 'metrics.val.mse'],
		["tag.quality = 'good'", 'tags.quality'],
		["staus = 'Failed'", 'status'],
		["attributes.status = 'Failed'", 'status'],
		["attributes.run_name = 'ridge'", 'displayName'],
		['start_time > 1', 'startTime'],
	])('says what was probably meant by %j', (text, meant) => {
		expect(() => parseFilter(text)).toThrow(`is no attribute of a run (did you mean ${meant}?); there are id, `);
	});

	it('refuses what is nested beyond its depth', () => {
		expect(() => parseFilter(`${'('.repeat(101)}number = 1${')'.repeat(101)}`)).toThrow('nested too deeply');
		expect(parseFilter(`${'('.repeat(100)}number = 1${')'.repeat(100)}`)).toMatchObject({ type: 'compare' });
	});
});

describe('parseOrder', () => {
	it('takes one field', () => {
		expect(parseOrder('metrics.mse.min')).toEqual({ kind: 'metric', name: 'mse', statistic: 'min' });
		expect(() => parseOrder('mse')).toThrow('Runs cannot be ordered by "mse".');
		expect(() => parseOrder('number desc')).toThrow(RunsteadError);
	});
});
