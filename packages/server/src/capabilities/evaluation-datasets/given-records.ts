/** Records as they are given: a JSON list in MLflow's words, checked and taken apart. */
import { createHash } from 'node:crypto';
import { checkLimit, checkText, RunsteadError } from '@runstead/contract';
import { isObject, type JsonObject, parseExactly, sortedJson } from './record-json.ts';

/** What a record says; a time is in microseconds since 1970. */
export interface GivenRecord {
	readonly inputHash: string;
	readonly inputs: JsonObject;
	/** Undefined: nothing was said of them. */
	readonly outputs: unknown;
	readonly expectations: JsonObject | null;
	readonly tags: JsonObject | null;
	readonly source: JsonObject | null;
	/** Who merges it. */
	readonly user: string | null;
	/** Of one that was kept elsewhere. */
	readonly kept: { readonly id: string; readonly createdTime: number; readonly createdBy: string | null } | null;
}

const SOURCE_TYPES = ['UNSPECIFIED', 'TRACE', 'HUMAN', 'DOCUMENT', 'CODE'];
const USER_TAG = 'mlflow.user';
const RECORD_ID = /^[\w-]{1,36}$/;

/**
 * @param isKept takes the ids and times that records say.
 * @throws {RunsteadError} invalid-request, limit-exceeded; both name the record by its place from 0.
 */
export function readRecords(text: string, isKept: boolean): GivenRecord[] {
	const list = parseExactly(text, 'Records');
	if (!Array.isArray(list)) throw refusal('Records are a JSON list of objects');
	checkLimit('The number of records', list.length, 'evaluationRecordsPerRequest');
	return list.map((one, index) => readRecord(one, `Record ${index}`, isKept));
}

function readRecord(given: unknown, name: string, isKept: boolean): GivenRecord {
	if (!isObject(given)) throw refusal(`${name} is no object with inputs`);
	const { inputs, outputs } = given;
	if (!isObject(inputs)) throw refusal(`The inputs of ${lowered(name)} are no object, such as {"question": "What is MLflow?"}`);
	const tags = objectOrNull(given.tags, `The tags of ${lowered(name)}`);
	const user = textOrNull(tags?.[USER_TAG], `Tag ${USER_TAG} of ${lowered(name)}`);
	return {
		inputHash: createHash('sha256').update(sortedJson(inputs)).digest('hex'),
		inputs,
		outputs: isKept ? (outputs ?? null) : outputs,
		expectations: objectOrNull(given.expectations, `The expectations of ${lowered(name)}`),
		tags,
		source: sourceOrNull(given.source, `The source of ${lowered(name)}`),
		user,
		kept: isKept ? keptOrNull(given, name) : null,
	};
}

const lowered = (name: string): string => name.toLowerCase();

function objectOrNull(value: unknown, what: string): JsonObject | null {
	if (value === undefined || value === null) return null;
	if (!isObject(value)) throw refusal(`${what} are no object`);
	return value;
}

function textOrNull(value: unknown, what: string): string | null {
	if (value === undefined || value === null) return null;
	if (typeof value !== 'string') throw refusal(`${what} is no text`);
	checkText(what, value, 'attributeKeyCharacters');
	return value.toWellFormed();
}

function sourceOrNull(value: unknown, what: string): JsonObject | null {
	if (value === undefined || value === null) return null;
	const { source_type: type, source_data: data } = isObject(value) ? value : {};
	const named = typeof type === 'string' ? type.toUpperCase() : '';
	if (!SOURCE_TYPES.includes(named)) throw refusal(`${what} has no source_type that is one of ${SOURCE_TYPES.join(', ')}`);
	if (data !== undefined && data !== null && !isObject(data))
		throw refusal(`The source_data of ${what.replace('The', 'the')} is no object`);
	return { source_type: named, source_data: data ?? {} };
}

function keptOrNull({ dataset_record_id: id, created_time: time, created_by: by }: JsonObject, name: string): GivenRecord['kept'] {
	if (id === undefined || id === null) return null;
	if (typeof id !== 'string' || !RECORD_ID.test(id)) throw refusal(`The dataset_record_id of ${lowered(name)} is no id`);
	if (typeof time !== 'number' || !Number.isSafeInteger(time * 1_000) || time < 0)
		throw refusal(`The created_time of ${lowered(name)} is no time in milliseconds since 1970`);
	return { id, createdTime: time * 1_000, createdBy: textOrNull(by, `The created_by of ${lowered(name)}`) };
}

function refusal(what: string): RunsteadError {
	return new RunsteadError('invalid-request', { what: `${what}.` });
}
