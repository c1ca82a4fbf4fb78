/** What MLflow lets keys, names and values be, with its own words where it does not. */
import { posix } from 'node:path';
import { invalidParameter } from './errors.ts';

const NAME = /^[/\p{L}\p{N}_.\- :]*$/u;
const KEY_CHARACTERS_MAX = 250;
const PARAM_VALUE_CHARACTERS_MAX = 6_000;
const TAG_VALUE_CHARACTERS_MAX = 8_000;
const EXPERIMENT_TAG_VALUE_CHARACTERS_MAX = 20_000;
const EXPERIMENT_NAME_CHARACTERS_MAX = 500;
const RUN_ID = /^[a-zA-Z0-9][\w-]{0,255}$/;

function invalidValue(path: string, value: unknown, why: string): never {
	throw invalidParameter(`Invalid value ${JSON.stringify(value)} for parameter '${path}' supplied: ${why}`);
}

/** Whether a name would be another one if it were a path. */
function isPathOfAnother(name: string): boolean {
	const normal = posix.normalize(name).replace(/(?<=.)\/$/, '');
	return normal !== name || normal === '.' || normal.startsWith('..') || normal.startsWith('/');
}

/** Most names are of this kind, and pass without a closer look. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.\- :]{0,249}$/;

/** A name of a metric, param or tag. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function checkKey(name: string, path: string, noun: string): void {
	if (PLAIN_NAME.test(name)) return;
	if (!NAME.test(name))
		invalidValue(
			path,
			name,
			'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).',
		);
	if (isPathOfAnother(name))
		invalidValue(
			path,
			name,
			`Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${posix.normalize(name)}'`,
		);
	checkLength(noun, name, KEY_CHARACTERS_MAX);
}

/** Longer values are cut, as MLflow does unless it is told otherwise. */
export function paramValue(value: string): string {
	return value.slice(0, PARAM_VALUE_CHARACTERS_MAX);
}

export function tagValue(value: string): string {
	return value.slice(0, TAG_VALUE_CHARACTERS_MAX);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function checkExperimentTag(key: string, value: string): void {
	checkKey(key, 'key', 'key');
	checkLength('value', value, EXPERIMENT_TAG_VALUE_CHARACTERS_MAX);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function checkExperimentName(name: string): void {
	checkLength('name', name, EXPERIMENT_NAME_CHARACTERS_MAX);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function checkRunId(id: string): void {
	if (!RUN_ID.test(id)) throw invalidParameter(`Invalid value ${JSON.stringify(id)} for parameter 'run_id' supplied.`);
}

function checkLength(noun: string, text: string, max: number): void {
	if (text.length > max) throw invalidParameter(`'${noun}' exceeds the maximum length of ${max} characters`);
}
