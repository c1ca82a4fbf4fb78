/** Evaluation datasets as MLflow's clients send and read them. */
import { LIMITS } from '@runstead/contract';
import { describe, expect, test } from 'vitest';
import { ENGINES, type Engine, startTestApp } from '../../testing/test-app.ts';

type Json = Record<string, unknown>;

async function startDoor(engine: Engine) {
	const app = await startTestApp({ engine });
	const send = async (method: string, path: string, body?: object) => {
		const answer = await fetch(`${app.url}/api/3.0/mlflow/datasets/${path}`, {
			method,
			...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
		});
		return { status: answer.status, json: (await answer.json()) as Json };
	};
	const create = async (body: object) => (await send('POST', 'create', body)).json.dataset as Json;
	const merge = (id: unknown, records: unknown) =>
		send('POST', `${id}/records`, { records: typeof records === 'string' ? records : JSON.stringify(records) });
	const records = async (id: unknown) => JSON.parse(String((await send('GET', `${id}/records`)).json.records)) as Json[];
	return { app, send, create, merge, records, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

describe.each(ENGINES)('evaluation datasets on %s', (engine) => {
	test('keep one record for each input, and merge what is said of it', async () => {
		await using door = await startDoor(engine);
		const { send, create, merge, records, app } = door;
		const made = await create({ name: 'qa', tags: '{"team": "vision", "mlflow.user": "ann"}', experiment_ids: [app.experiment] });
		expect(made).toMatchObject({ name: 'qa', created_by: 'ann', last_updated_by: 'ann', experiment_ids: [app.experiment] });
		expect(made.dataset_id).toMatch(/^d-[0-9a-f]{32}$/);
		expect(made.digest).toMatch(/^[0-9a-f]{8}$/);
		const id = made.dataset_id;
		const first = [
			{ inputs: { question: 'one', k: 1 }, expectations: { answer: 'a' }, tags: { split: 'test', 'mlflow.user': 'ben' } },
			{ inputs: { question: 'two', k: 2 }, outputs: 'said', source: { source_type: 'trace', source_data: { trace_id: 'tr-1' } } },
			{ inputs: { k: 1, question: 'one' }, expectations: { grade: 5 } },
		];
		expect((await merge(id, first)).json).toEqual({ inserted_count: 2, updated_count: 1 });
		expect((await merge(id, [{ inputs: { question: 'two', k: 2 }, outputs: null, expectations: { answer: 'b' } }])).json).toEqual({
			inserted_count: 0,
			updated_count: 1,
		});
		const [one, two] = (await records(id)) as [Json, Json];
		expect(one).toEqual({
			dataset_record_id: expect.stringMatching(/^dr-[0-9a-f]{32}$/),
			dataset_id: id,
			inputs: { question: 'one', k: 1 },
			outputs: {},
			expectations: { answer: 'a', grade: 5 },
			tags: { split: 'test', 'mlflow.user': 'ben' },
			created_time: expect.any(Number),
			last_update_time: expect.any(Number),
			created_by: 'ben',
			last_updated_by: 'ben',
		});
		expect(two).toMatchObject({ source_type: 'TRACE', source_id: 'tr-1', expectations: { answer: 'b' }, tags: {} });
		expect(two).not.toHaveProperty('outputs');
		const { dataset } = (await send('GET', String(id))).json as { dataset: Json };
		expect(JSON.parse(String(dataset.profile))).toEqual({ num_records: 2 });
		expect(JSON.parse(String(dataset.schema))).toEqual({
			inputs: { question: 'string', k: 'integer' },
			outputs: 'string',
			expectations: { answer: 'string', grade: 'integer' },
			version: '1.0',
		});
		expect(dataset.last_updated_by).toBe('ben');
		expect(dataset.digest).not.toBe(made.digest);
		expect((await send('DELETE', `${id}/records`, { dataset_record_ids: [one.dataset_record_id, 'dr-none'] })).json).toEqual({
			deleted_count: 1,
		});
		expect((await records(id)).map(({ inputs }) => (inputs as Json).question)).toEqual(['two']);
		expect((await send('DELETE', String(id))).status).toBe(200);
		expect((await send('GET', String(id))).json).toEqual({
			error_code: 'RESOURCE_DOES_NOT_EXIST',
			message: `Evaluation dataset with id '${id}' not found`,
		});
		expect((await send('DELETE', String(id))).status).toBe(200);
	});

	test('leave numbers and texts as they were written', async () => {
		await using door = await startDoor(engine);
		const { dataset_id: id } = await door.create({ name: 'numbers' });
		const inputs = String.raw`{"whole":1.0,"large":12345678901234567890,"small":1e-7,"emoji":"\ud83d","__proto__":{"a":1},"nul":"a\u0001b"}`;
		await door.merge(id, `[{"inputs":${inputs}},{"inputs":{"whole":1}},{"inputs":{"whole":1.0}}]`);
		const { json } = await door.send('GET', `${id}/records`);
		expect(String(json.records)).toContain(`"inputs":${inputs}`);
		expect((await door.records(id)).length).toBe(3);
		const { dataset } = (await door.send('GET', String(id))).json as { dataset: Json };
		expect(JSON.parse(String(dataset.schema)).inputs).toMatchObject({ whole: 'float', large: 'integer', small: 'float' });
	});

	test('give records in pages, in the order in which they came', async () => {
		await using door = await startDoor(engine);
		const { dataset_id: id } = await door.create({ name: 'pages' });
		const all = Array.from({ length: 2_500 }, (_, index) => ({ inputs: { index } }));
		expect((await door.merge(id, all)).json).toEqual({ inserted_count: 2_500, updated_count: 0 });
		expect((await door.merge(id, all.slice(1_000))).json).toEqual({ inserted_count: 0, updated_count: 1_500 });
		const seen: number[] = [];
		let token = '';
		const sizes: number[] = [];
		do {
			const { json } = await door.send('GET', `${id}/records?max_results=1000&page_token=${token}`);
			const page = JSON.parse(String(json.records)) as { inputs: { index: number } }[];
			sizes.push(page.length);
			seen.push(...page.map(({ inputs }) => inputs.index));
			token = String(json.next_page_token ?? '');
		} while (token !== '');
		expect(sizes).toEqual([1_000, 1_000, 500]);
		expect(seen).toEqual(all.map(({ inputs }) => inputs.index));
		const large = 'x'.repeat(3 * 1024 * 1024);
		const { dataset_id: heavy } = await door.create({ name: 'large records' });
		for (let index = 0; index < 7; index++) await door.merge(heavy, [{ inputs: { index, large } }]);
		const { json } = await door.send('GET', `${heavy}/records`);
		expect((JSON.parse(String(json.records)) as Json[]).length).toBe(5);
		const rest = (await door.send('GET', `${heavy}/records?page_token=${json.next_page_token}`)).json;
		expect((JSON.parse(String(rest.records)) as Json[]).map(({ inputs }) => (inputs as Json).index)).toEqual([5, 6]);
		expect(rest).not.toHaveProperty('next_page_token');
	});

	test('are found by name, tags, times, users and experiments', async () => {
		await using door = await startDoor(engine);
		const { send, create, app } = door;
		const made: Json[] = [];
		for (const [name, team] of [
			['alpha', 'vision'],
			['beta_1', 'sound'],
			["o'hara", 'sound'],
		] as const)
			made.push(await create({ name, tags: JSON.stringify({ team, 'mlflow.user': name.slice(0, 1) }) }));
		await send('POST', `${made[0]?.dataset_id}/add-experiments`, { experiment_ids: [app.experiment, '0'] });
		const names = async (body: object) =>
			((await send('POST', 'search', body)).json.datasets as { name: string }[] | undefined)?.map(({ name }) => name) ?? [];
		const found = (filter_string: string) => names({ filter_string, order_by: ['name ASC'] });
		expect(await names({})).toEqual(["o'hara", 'beta_1', 'alpha']);
		expect(await found("name = 'alpha'")).toEqual(['alpha']);
		expect(await found('name = "o\'hara"')).toEqual(["o'hara"]);
		expect(await found("name LIKE 'bet%'")).toEqual(['beta_1']);
		expect(await found("name ILIKE 'ALPHA'")).toEqual(['alpha']);
		expect(await found("name IN ('alpha', 'beta_1')")).toEqual(['alpha', 'beta_1']);
		expect(await found("tags.team = 'sound' AND name != 'beta_1'")).toEqual(["o'hara"]);
		expect(await found("created_by = 'b'")).toEqual(['beta_1']);
		expect(await found(`created_time >= ${made[0]?.created_time} and last_update_time < 1`)).toEqual([]);
		expect((await found('created_time > 0')).length).toBe(3);
		expect(await names({ experiment_ids: [app.experiment] })).toEqual(['alpha']);
		expect(await names({ experiment_ids: ['0'] })).toEqual(['alpha']);
		expect(await names({ experiment_ids: ['77'] })).toEqual([]);
		const page = (await send('POST', 'search', { max_results: 2, order_by: ['name DESC'] })).json;
		expect(await names({ max_results: 2, order_by: ['name DESC'], page_token: page.next_page_token })).toEqual(['alpha']);
		for (const filter_string of ["name > 'a'", "digest = 'a'", "params.a = 'b'", "created_time = 'x'", 'created_time = 1.5', 'name ='])
			expect((await send('POST', 'search', { filter_string })).json.error_code, filter_string).toBe('INVALID_PARAMETER_VALUE');
		for (const body of [{ order_by: ['digest'] }, { max_results: 50_001 }, { max_results: -1 }, { page_token: 'x' }])
			expect((await send('POST', 'search', body)).status).toBe(400);
		const { dataset } = (await send('POST', `${made[0]?.dataset_id}/remove-experiments`, { experiment_ids: ['0', '77'] })).json as {
			dataset: Json;
		};
		expect(dataset.experiment_ids).toEqual([app.experiment]);
		expect((await send('GET', `${made[0]?.dataset_id}/experiment-ids`)).json).toEqual({ experiment_ids: [app.experiment] });
	});

	test('change their tags', async () => {
		await using door = await startDoor(engine);
		const { dataset_id: id } = await door.create({ name: 'tags', tags: '{"a": "1", "b": "2"}' });
		const tags = async () => JSON.parse(String(((await door.send('GET', String(id))).json as { dataset: Json }).dataset.tags));
		expect((await door.send('PATCH', `${id}/tags`, { tags: '{"b": 3, "c": true, "d": null}' })).status).toBe(200);
		expect(await tags()).toEqual({ a: '1', b: '3', c: 'True' });
		expect((await door.send('DELETE', `${id}/tags/a`)).status).toBe(200);
		expect((await door.send('DELETE', `${id}/tags/a`)).status).toBe(200);
		expect(await tags()).toEqual({ b: '3', c: 'True' });
		const { max } = LIMITS.evaluationDatasetTags;
		const many = (count: number) => JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 'x'])));
		expect((await door.send('PATCH', `${id}/tags`, { tags: many(max - 2) })).status).toBe(200);
		expect((await door.send('PATCH', `${id}/tags`, { tags: many(max - 1) })).status).toBe(400);
		expect(Object.keys(await tags()).length).toBe(max);
	});

	test('refuse what they cannot keep, and keep nothing of it', async () => {
		await using door = await startDoor(engine);
		const { send, create, merge } = door;
		const { dataset_id: id } = await create({ name: 'refusals' });
		const good = { inputs: { a: 1 } };
		const { evaluationRecordsPerRequest, evaluationRecordDepth, evaluationRecordBytes, evaluationRecordIds } = LIMITS;
		const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
		const refused: [unknown, string][] = [
			['[{"inputs": {"a": NaN}}]', 'JSON has no NaN'],
			['nothing', 'Records are not valid JSON'],
			['{}', 'Records are a JSON list of objects'],
			[[good, 1], 'Record 1 is no object with inputs'],
			[[good, { inputs: 'text' }], 'The inputs of record 1 are no object'],
			[[good, {}], 'The inputs of record 1 are no object'],
			[[{ ...good, expectations: 'x' }], 'The expectations of record 0 are no object'],
			[[{ ...good, tags: [] }], 'The tags of record 0 are no object'],
			[[{ ...good, tags: { 'mlflow.user': 1 } }], 'Tag mlflow.user of record 0 is no text'],
			[[{ ...good, source: { source_type: 'BOOK' } }], 'The source of record 0 has no source_type'],
			[[{ ...good, source: { source_type: 'HUMAN', source_data: 'x' } }], 'source_data'],
			[`[{"inputs": {"a": ${nested(evaluationRecordDepth.max)}}}]`, 'evaluationRecordDepth'],
			[`[{"inputs": {"a": ${nested(100_000)}}}]`, 'evaluationRecordDepth'],
			[[good, { inputs: { a: 'x'.repeat(evaluationRecordBytes.max) } }], 'evaluationRecordBytes'],
			[`[${'{"inputs":{}},'.repeat(evaluationRecordsPerRequest.max)}{"inputs":{}}]`, 'evaluationRecordsPerRequest'],
		];
		for (const [records, words] of refused) {
			const { status, json } = await merge(id, records);
			expect([status, json.error_code], words).toEqual([400, 'INVALID_PARAMETER_VALUE']);
			expect(json.message).toContain(words);
		}
		expect(await door.records(id)).toEqual([]);
		expect((await merge(id, `[{"inputs": {"a": ${nested(evaluationRecordDepth.max - 3)}}}]`)).status).toBe(200);
		expect((await merge(id, '[{"inputs": {"a": "\\u0000"}}]')).status).toBe(200);
		const ids = (count: number) => Array.from({ length: count }, (_, index) => `dr-${index}`);
		expect((await send('DELETE', `${id}/records`, { dataset_record_ids: ids(40_000) })).json).toEqual({ deleted_count: 0 });
		expect((await send('DELETE', `${id}/records`, { dataset_record_ids: ids(evaluationRecordIds.max + 1) })).status).toBe(400);
		for (const [body, code] of [
			[{}, 'INVALID_PARAMETER_VALUE'],
			[{ name: ' ' }, 'INVALID_PARAMETER_VALUE'],
			[{ name: 'x'.repeat(LIMITS.evaluationDatasetNameCharacters.max + 1) }, 'INVALID_PARAMETER_VALUE'],
			[{ name: 'a\nb' }, 'INVALID_PARAMETER_VALUE'],
			[{ name: 'x', tags: '[]' }, 'INVALID_PARAMETER_VALUE'],
			[{ name: 'x', tags: '{' }, 'INVALID_PARAMETER_VALUE'],
			[{ name: 'x', tags: '{"a": "\\u0000"}' }, 'INVALID_PARAMETER_VALUE'],
			[{ name: 'x', tags: '{"mlflow.user": "\\u0000"}' }, 'INVALID_PARAMETER_VALUE'],
			[{ name: 'x', experiment_ids: ['77'] }, 'RESOURCE_DOES_NOT_EXIST'],
		] as const)
			expect((await send('POST', 'create', body)).json.error_code, JSON.stringify(body)).toBe(code);
		expect((await send('POST', 'search', { filter_string: "name = 'x'" })).json).toEqual({});
		for (const [method, path, body, status] of [
			['GET', 'd-none/records', undefined, 404],
			['GET', 'd-none/experiment-ids', undefined, 404],
			['POST', 'd-none/records', { records: '[]' }, 404],
			['DELETE', 'd-none/records', { dataset_record_ids: ['a'] }, 404],
			['PATCH', 'd-none/tags', { tags: '{}' }, 404],
			['POST', 'd-none/add-experiments', { experiment_ids: [] }, 404],
			['POST', `${id}/add-experiments`, { experiment_ids: ['77'] }, 404],
			['DELETE', 'd-none/tags/a', undefined, 200],
			['GET', `${id}/records?page_token=none`, undefined, 400],
			['GET', `${id}/records?max_results=9999999999`, undefined, 400],
		] as const)
			expect((await send(method, path, body)).status, `${method} ${path}`).toBe(status);
		for (const path of ['%00', `${id}/records?page_token=%00`, 'search?filter_string=name%3D%27%00%27', 'search?experiment_ids=%00'])
			expect((await send('GET', path)).status, path).toBe(400);
		expect((await send('DELETE', `${id}/tags/%00`)).status).toBe(400);
	});

	test('are of one workspace', async () => {
		await using door = await startDoor(engine);
		const { dataset_id: id } = await door.create({ name: 'mine' });
		await door.app.client.call('createWorkspace', { body: { name: 'other' } });
		const headers = { 'x-mlflow-workspace': 'other', 'content-type': 'application/json' };
		const call = (path: string, init: RequestInit = {}) => fetch(`${door.app.url}/api/3.0/mlflow/datasets/${path}`, { ...init, headers });
		expect((await call(String(id))).status).toBe(404);
		expect(await (await call('search', { method: 'POST', body: '{}' })).json()).toEqual({});
		await call(String(id), { method: 'DELETE' });
		expect((await door.send('GET', String(id))).status).toBe(200);
	});
});
