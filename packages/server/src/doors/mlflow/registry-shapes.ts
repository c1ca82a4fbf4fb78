/** Registered models and their versions as MLflow shows them, and its words where they cannot be. */
import { MODEL_STAGES, type Model, type ModelStage, type ModelVersion, RunsteadError } from '@runstead/contract';
import { PROMPT_TEXT } from '../../capabilities/models/prompts.ts';
import { invalidParameter, MlflowError } from './errors.ts';
import { checkKey } from './names.ts';

const STATUSES = { pending: 'PENDING_REGISTRATION', ready: 'READY', failed: 'FAILED_REGISTRATION' } as const;
const ALIAS_CHARACTERS_MAX = 255;
const TAG_VALUE_CHARACTERS_MAX = 100_000;

type KeyValue = { readonly key?: string | undefined; readonly value?: string | undefined };

export function millisOfWire(time: string): number {
	return Date.parse(time);
}

export function keyValues(map: Readonly<Record<string, string>>): { key: string; value: string }[] {
	return Object.entries(map).map(([key, value]) => ({ key, value }));
}

export function presentVersion(version: ModelVersion): object {
	const tags = keyValues(version.tags);
	return {
		name: version.name,
		version: String(version.version),
		creation_timestamp: millisOfWire(version.createdTime),
		last_updated_timestamp: millisOfWire(version.modifiedTime),
		current_stage: version.stage,
		description: version.description ?? '',
		source: version.source,
		run_id: version.runId ?? '',
		run_link: version.runLink ?? '',
		status: STATUSES[version.status],
		...(version.statusMessage !== null && { status_message: version.statusMessage }),
		...(tags.length > 0 && { tags }),
		...(version.aliases.length > 0 && { aliases: version.aliases }),
	};
}

export function presentModel(model: Model, newest: readonly ModelVersion[] = []): object {
	const tags = keyValues(model.tags);
	const aliases = Object.entries(model.aliases).map(([alias, version]) => ({ alias, version: String(version) }));
	return {
		name: model.name,
		creation_timestamp: millisOfWire(model.createdTime),
		last_updated_timestamp: millisOfWire(model.modifiedTime),
		...(model.description !== null && model.description !== '' && { description: model.description }),
		...(newest.length > 0 && { latest_versions: newest.map(presentVersion) }),
		...(tags.length > 0 && { tags }),
		...(aliases.length > 0 && { aliases }),
	};
}

/** Of a key that is given twice, the last value counts. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function tagsOf(tags: readonly KeyValue[]): Record<string, string> {
	const map: Record<string, string> = {};
	for (const { key = '', value = '' } of tags) {
		checkTag(key, value);
		map[key] = value;
	}
	return map;
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function checkTag(key: string, value: string): void {
	if (key === '')
		throw invalidParameter("Missing value for required parameter 'key'. See the API docs for more information about request parameters.");
	checkKey(key, 'key', 'key');
	if (value.length <= TAG_VALUE_CHARACTERS_MAX) return;
	throw invalidParameter(
		key === PROMPT_TEXT
			? `Prompt text exceeds max length of ${TAG_VALUE_CHARACTERS_MAX} characters.`
			: `'value' exceeds the maximum length of ${TAG_VALUE_CHARACTERS_MAX} characters`,
	);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function checkModelName(name: string, parameter = 'name'): void {
	if (name.trim() === '')
		throw invalidParameter(
			`Missing value for required parameter '${parameter}'. See the API docs for more information about request parameters.`,
		);
	if (/[/:]/.test(name)) throw invalidParameter(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`);
	if (name === '.' || name === '..')
		throw invalidParameter(
			`Invalid value "${name}" for parameter 'name' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${name}'`,
		);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE unless it is a whole number. */
export function versionNumber(version: string): string {
	if (!/^\s*\+?\d+\s*$/.test(version))
		throw invalidParameter(
			`Parameter 'version' must be an integer, got '${version}'. See the API docs for more information about request parameters.`,
		);
	return String(Number(version));
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function checkAlias(alias: string): void {
	if (!/^[\w-]*$/.test(alias))
		throw invalidParameter(`Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`);
	if (alias.length > ALIAS_CHARACTERS_MAX)
		throw invalidParameter(`'Registered model alias name' exceeds the maximum length of ${ALIAS_CHARACTERS_MAX} characters`);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE for one that always means something else. */
export function checkAliasIsFree(alias: string): void {
	if (alias.toLowerCase() === 'latest') throw invalidParameter("'latest' alias name (case insensitive) is reserved.");
	if (/^v\d+$/i.test(alias)) throw invalidParameter(`Version alias name '${alias}' is reserved.`);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function stageOf(given: string): ModelStage {
	const stage = MODEL_STAGES.find((one) => one.toLowerCase() === given.toLowerCase());
	if (stage === undefined)
		throw invalidParameter(`Invalid Model Version stage: ${given}. Value must be one of None, Staging, Production, Archived.`);
	return stage;
}

/** Says in MLflow's words that a model, or a version of it, is not there. */
export async function ofModel<T>(work: Promise<T>, name: string, version?: string): Promise<T> {
	try {
		return await work;
	} catch (error) {
		if (!(error instanceof RunsteadError) || error.code !== 'not-found') throw error;
		if (error.details.noun === 'model') throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Registered Model with name=${name} not found`);
		if (version !== undefined)
			throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Model Version (name=${name}, version=${version}) not found`);
		throw error;
	}
}
