/** What may come next in a filter: fields, comparisons, values and the words between, for the place where one types. */
import {
	ACTIVE_STATUSES,
	DATASET_PARTS,
	type DatasetPart,
	type FieldNames,
	METRIC_STATISTICS,
	RUN_ATTRIBUTES,
	RUN_STATUSES,
} from '@runstead/contract';

export interface Completion {
	readonly label: string;
	/** Said beside it. */
	readonly detail: string;
	/** What stands in the filter from `from` to the caret is replaced by it. */
	readonly text: string;
	readonly from: number;
}

const SHOWN_MAX = 50;
const EXAMPLES = {
	metrics: 'metrics.acc > 0.9, metrics.loss.min < 0.1',
	params: "params.alpha = '0.1'",
	tags: "tags.team = 'vision'",
	properties: "properties.source = 'git'",
} as const;
const KINDS = { metrics: 'metric', params: 'param', tags: 'tag', properties: 'property' } as const;
type Kind = keyof typeof KINDS;
const OF_DATASETS: Readonly<Record<DatasetPart, string>> = {
	name: 'of a dataset that the run read',
	digest: 'which version of it',
	context: "what for: 'training'",
};

const COMPARISONS: readonly (readonly [string, string])[] = [
	['=', 'equals'],
	['!=', 'is another'],
	['<', 'less than'],
	['<=', 'at most'],
	['>', 'greater than'],
	['>=', 'at least'],
	['like', "a pattern: 'ridge%'"],
	['ilike', 'a pattern, whatever its case'],
	['in', 'one of: (…, …)'],
	['is null', 'has no value'],
	['is not null', 'has a value'],
];

/** What a filter may ask of datasets. */
const DATASET_COMPARISONS = new Set(['=', '!=', 'like', 'ilike']);

/** Fields that have but a few values. */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = {
	status: RUN_STATUSES,
	type: ['interactive', 'script', 'child'],
	origin: ['native', 'azureml', 'mlflow'],
};

const NAME = String.raw`(?:[A-Za-z0-9_\-/]+|"(?:[^"]|"")*")`;
const FIELD = String.raw`(?:(?:metrics|params|tags|properties)(?:\.${NAME})+|datasets\.[a-z]+|[A-Za-z]+)`;
const AFTER_FIELD = new RegExp(String.raw`(?:^|[\s(])(${FIELD})\s+([a-z!<>=]*)$`, 'i');
const AFTER_COMPARISON = new RegExp(String.raw`(?:^|[\s(])(${FIELD})\s*(?:=|!=|<>|==|\bin\s*\((?:[^()]*,)?)\s*('[^']*|"[^"]*)?$`, 'i');
const AFTER_VALUE = /(?:'(?:[^']|'')*'|(?:[<>=]\s*|\s)[+-]?\d[\d.e+-]*|\bnull|\))\s+([a-z]*)$/i;
const KEYED = /(?:^|[\s(])(metrics|params|tags|properties)\.("(?:[^"]|"")*|[A-Za-z0-9_\-/.]*)$/i;
const OF_DATASET = /(?:^|[\s(])datasets\.([a-z]*)$/i;
const WORD = /(?:^|[\s(])([A-Za-z]*)$/;
const STATISTIC = new RegExp(String.raw`(?:^|[\s(])metrics(?:\.${NAME})+?\.([a-z]*)$`, 'i');
const WORDS = new Set(['and', 'or', 'not', 'has', 'in', 'is', 'null', 'like', 'ilike']);

/** At most so many as a list shows; none inside a text that is being typed freely. */
export function completionsAt(filter: string, caret: number, names: FieldNames): Completion[] {
	const before = filter.slice(0, caret);
	const value = AFTER_COMPARISON.exec(before);
	if (value) return values(value[1] ?? '', value[2], caret);
	if (isInText(before)) return [];
	const next = AFTER_VALUE.exec(before);
	if (next) return words(['and', 'or'], next[1] ?? '', caret);
	const compared = AFTER_FIELD.exec(before);
	const field = compared?.[1] ?? '';
	if (compared && !WORDS.has(field.toLowerCase()) && isField(field)) return comparisons(field, compared[2] ?? '', caret);
	const ofMetric = statistics(before, caret, names);
	if (ofMetric.length > 0) return ofMetric;
	const keyed = KEYED.exec(before);
	if (keyed) return keys(keyed[1]?.toLowerCase() as Kind, keyed[2] ?? '', caret, names);
	const ofDataset = OF_DATASET.exec(before);
	if (ofDataset) return datasetParts(ofDataset[1] ?? '', caret);
	const word = WORD.exec(before);
	return word ? fields(word[1] ?? '', caret, names) : [];
}

function isField(text: string): boolean {
	return text.includes('.') || Object.hasOwn(RUN_ATTRIBUTES, text);
}

/** An odd number of quotes is before the caret. */
function isInText(before: string): boolean {
	return (before.match(/'/g)?.length ?? 0) % 2 === 1;
}

function values(field: string, typed: string | undefined, caret: number): Completion[] {
	const known = KNOWN_VALUES[field];
	if (known === undefined) return [];
	const begun = (typed ?? '').slice(1).toLowerCase();
	return known
		.filter((value) => value.toLowerCase().startsWith(begun))
		.map((value) => ({
			label: value,
			detail: field === 'status' && ACTIVE_STATUSES.some((status) => status === value) ? 'active' : '',
			text: `'${value}' `,
			from: caret - (typed?.length ?? 0),
		}));
}

function comparisons(field: string, typed: string, caret: number): Completion[] {
	const isOfDataset = field.startsWith('datasets.');
	const offered = COMPARISONS.filter(([text]) => !isOfDataset || DATASET_COMPARISONS.has(text));
	return offered
		.filter(([text]) => text.startsWith(typed.toLowerCase()))
		.map(([text, detail]) => ({
			label: text,
			detail,
			text: text.startsWith('is ') ? `${text} ` : text === 'in' ? 'in (' : text.endsWith('like') ? `${text} '` : `${text} `,
			from: caret - typed.length,
		}));
}

function words(offered: readonly string[], typed: string, caret: number): Completion[] {
	return offered
		.filter((word) => word.startsWith(typed.toLowerCase()))
		.map((word) => ({ label: word, detail: '', text: `${word} `, from: caret - typed.length }));
}

function statistics(before: string, caret: number, names: FieldNames): Completion[] {
	const typed = STATISTIC.exec(before);
	const metric = /metrics\.(.*)\.[a-z]*$/i.exec(before)?.[1];
	if (!typed || metric === undefined || !names.metrics.includes(metric.replace(/^"|"$/g, '').replaceAll('""', '"'))) return [];
	return METRIC_STATISTICS.filter((statistic) => statistic.startsWith(typed[1] ?? '')).map((statistic) => ({
		label: statistic,
		detail: `${statistic} value`,
		text: `${statistic} `,
		from: caret - (typed[1]?.length ?? 0),
	}));
}

/** A name as it is written in a filter: in quotes where it would be read otherwise. */
export function writtenName(name: string): string {
	return /^[A-Za-z_][A-Za-z0-9_\-/]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function keys(kind: Kind, typed: string, caret: number, names: FieldNames): Completion[] {
	const begun = typed.replace(/^"/, '').toLowerCase();
	return ranked(names[kind], begun).map((name) => ({
		label: name,
		detail: KINDS[kind],
		text: `${writtenName(name)}${kind === 'metrics' ? '' : ' '}`,
		from: caret - typed.length,
	}));
}

function datasetParts(typed: string, caret: number): Completion[] {
	return DATASET_PARTS.filter((part) => part.startsWith(typed.toLowerCase())).map((part) => ({
		label: part,
		detail: OF_DATASETS[part],
		text: `${part} `,
		from: caret - typed.length,
	}));
}

function fields(typed: string, caret: number, names: FieldNames): Completion[] {
	const begun = typed.toLowerCase();
	const from = caret - typed.length;
	const attributes = Object.entries(RUN_ATTRIBUTES)
		.filter(([name]) => name.toLowerCase().startsWith(begun))
		.map(([name, type]) => ({ label: name, detail: type, text: `${name} `, from }));
	const kinds = (Object.keys(KINDS) as Kind[])
		.filter((kind) => kind.startsWith(begun) && names[kind].length > 0)
		.map((kind) => ({ label: `${kind}.`, detail: EXAMPLES[kind], text: `${kind}.`, from }));
	const datasets = 'datasets'.startsWith(begun) ? [{ label: 'datasets.', detail: "datasets.name = 'wine'", text: 'datasets.', from }] : [];
	// Who types the name of a metric or a param finds it, with its kind before it.
	const named =
		begun.length < 2
			? []
			: (Object.keys(KINDS) as Kind[]).flatMap((kind) =>
					ranked(names[kind], begun).map((name) => ({
						label: `${kind}.${name}`,
						detail: KINDS[kind],
						text: `${kind}.${writtenName(name)} `,
						from,
					})),
				);
	const starts = begun === '' ? [] : words(['not', 'has'], typed, caret);
	return [...kinds, ...datasets, ...attributes, ...named, ...starts].slice(0, SHOWN_MAX);
}

/** Those that begin with it first, then those that hold it. */
function ranked(names: readonly string[], begun: string): string[] {
	const starting = names.filter((name) => name.toLowerCase().startsWith(begun));
	const holding = names.filter((name) => !name.toLowerCase().startsWith(begun) && name.toLowerCase().includes(begun));
	return [...starting, ...holding].slice(0, SHOWN_MAX);
}
