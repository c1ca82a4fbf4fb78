/** Lists runs as filters and options of the command line ask. */
import { type Client, RequestError } from '@runstead/client';
import { RUN_STATUSES, type Run } from '@runstead/contract';
import { type OptionDescriptions, UsageError } from '../command.ts';
import { nearestOrNull } from '../nearest.ts';
import { pages } from '../output/answer.ts';
import { findExperiment } from './find-experiment.ts';
import { tagsOf } from './values.ts';

export const FILTER_OPTIONS = {
	'experiment-name': { type: 'string', value: 'NAME', short: 'e', description: 'Only runs of this experiment.' },
	status: {
		type: 'string',
		value: 'STATUS',
		multiple: true,
		choices: RUN_STATUSES,
		description: 'Only runs with this status, or another given so.',
	},
	tag: { type: 'string', value: 'KEY[=VALUE]', multiple: true, description: 'Only runs with this tag, and others given so.' },
	property: { type: 'string', value: 'KEY[=VALUE]', multiple: true, description: 'Only runs with this property, and others given so.' },
	filter: {
		type: 'string',
		value: 'FILTER',
		description: "Only runs that this filter finds: metrics.mse < 3000 and status = 'Completed'.",
	},
	'order-by': {
		type: 'string',
		value: 'FIELD',
		description: 'Order by a field such as metrics.mse.min, greatest last; -FIELD: greatest first.',
	},
	archived: { type: 'boolean', description: 'Runs that are archived too.' },
} as const satisfies OptionDescriptions;

type FilterInput = { readonly [Name in Exclude<keyof typeof FILTER_OPTIONS, 'status' | 'tag' | 'property' | 'archived'>]?: string } & {
	readonly status?: readonly string[];
	readonly tag?: readonly string[];
	readonly property?: readonly string[];
	readonly archived?: boolean;
};

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const named = (key: string) => `"${key.replaceAll('"', '""')}"`;

function keyFilters(field: 'tags' | 'properties', given: readonly string[] | undefined, option: string): string[] {
	return Object.entries(tagsOf(given, option) ?? {}).map(([key, value]) =>
		value === null ? `has ${field}.${named(key)}` : `${field}.${named(key)} = ${quoted(value)}`,
	);
}

function statusFilter(given: readonly string[] | undefined): string[] {
	if (given === undefined) return [];
	const statuses = given.map((word) => {
		const status = RUN_STATUSES.find((name) => name.toLowerCase() === word.toLowerCase());
		if (status !== undefined) return quoted(status);
		const nearest = nearestOrNull(word, RUN_STATUSES);
		throw new UsageError(
			`There is no status "${word}".${nearest === null ? ` There is ${RUN_STATUSES.join(', ')}.` : ` Did you mean ${nearest}?`}`,
		);
	});
	return [`status in (${statuses.join(', ')})`];
}

/** The options as one filter, or undefined where there is none. @throws {UsageError} for a status that there is not. */
function filterOf(options: FilterInput): string | undefined {
	const parts = [
		...statusFilter(options.status),
		...keyFilters('tags', options.tag, '--tag'),
		...keyFilters('properties', options.property, '--property'),
	];
	if (options.filter === undefined) return parts.length === 0 ? undefined : parts.join(' and ');
	// As it was typed where it is alone: an error tells the place in it.
	return parts.length === 0 ? options.filter : [...parts, `(${options.filter})`].join(' and ');
}

/** The runs, newest first unless ordered; a page of the server at a time. */
export async function listRuns(client: Client, workspace: string, options: FilterInput): Promise<AsyncGenerator<Run>> {
	const filter = filterOf(options);
	const name = options['experiment-name'];
	const experimentIds = name === undefined ? undefined : [(await findExperiment(client, workspace, name)).id];
	const field = options['order-by'];
	const orderBy =
		field === undefined
			? undefined
			: ({ by: field.replace(/^[-+]/, ''), direction: field.startsWith('-') ? 'descending' : 'ascending' } as const);
	return pages<Run>(async (cursor) => {
		const body = {
			filter,
			experimentIds,
			orderBy,
			lifecycle: options.archived ? ('all' as const) : ('active' as const),
			limit: 100,
			cursor,
		};
		const page = await client.call('searchRuns', { params: { workspace }, body }).catch(async (error: unknown) => {
			// By itself, so that the place of the mistake is one of what was typed.
			if (error instanceof RequestError && error.code === 'invalid-filter' && options.filter !== undefined)
				await client.call('searchRuns', { params: { workspace }, body: { filter: options.filter, limit: 1 } });
			throw error;
		});
		return { items: page.runs, nextCursor: page.nextCursor };
	});
}
