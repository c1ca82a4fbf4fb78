/** What MLflow's clients write of a dataset: its source, columns and counts, as JSON in texts. */
import type { Dataset } from '@runstead/contract';

export interface DatasetColumn {
	readonly name: string;
	readonly type: string;
}

/** The place that it came from, in place of JSON around it. */
export function sourceText({ source, sourceType }: Pick<Dataset, 'source' | 'sourceType'>): string {
	const { url, uri, path, tags } = objectOf(source);
	const place = [url, uri, path].find((part) => typeof part === 'string' && part !== '');
	if (typeof place === 'string') return place;
	// Data that came from the code itself names the script.
	const script = objectOf(tags)['mlflow.source.name'];
	if (sourceType === 'code' && typeof script === 'string') return script;
	return source;
}

/** Null for a schema that is none of MLflow's: it is shown as it was written. */
export function columnsOf(schema: string | null): DatasetColumn[] | null {
	const { mlflow_colspec: columns, mlflow_tensorspec: tensors } = objectOf(schema);
	if (Array.isArray(columns))
		return columns.map((given, place) => {
			const { name, type, required } = objectOf(given);
			return { name: nameOf(name, place), type: `${typeText(type)}${required === false ? ', may be missing' : ''}` };
		});
	const { features, targets } = objectOf(tensors);
	const named = [...tensorsOf(features, 'features'), ...tensorsOf(targets, 'targets')];
	return named.length > 0 ? named : null;
}

/** Counts and the like; null for a profile that is no object. */
export function profileEntries(profile: string | null): (readonly [string, string])[] | null {
	const entries = Object.entries(objectOf(profile));
	if (entries.length === 0) return null;
	return entries.map(([key, value]) => [key.replaceAll('_', ' '), typeof value === 'string' ? value : JSON.stringify(value)] as const);
}

function tensorsOf(given: unknown, what: string): DatasetColumn[] {
	const parsed = typeof given === 'string' ? parsedOrNull(given) : given;
	if (!Array.isArray(parsed)) return [];
	return parsed.map((tensor) => {
		const { name, 'tensor-spec': spec } = objectOf(tensor);
		const { dtype, shape } = objectOf(spec);
		return { name: typeof name === 'string' ? name : what, type: [typeText(dtype), JSON.stringify(shape)].filter(Boolean).join(' ') };
	});
}

/** Columns of an array have places alone. */
function nameOf(name: unknown, place: number): string {
	if (name === undefined || name === null) return String(place);
	return Array.isArray(name) ? name.join('.') : String(name);
}

function typeText(type: unknown): string {
	return typeof type === 'string' ? type : (JSON.stringify(type) ?? '');
}

function objectOf(given: unknown): Readonly<Record<string, unknown>> {
	const value = typeof given === 'string' ? parsedOrNull(given) : given;
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function parsedOrNull(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
