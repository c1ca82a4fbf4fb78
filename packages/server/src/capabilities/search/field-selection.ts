/** Which metrics, params, tags and properties a search brings along: rows of a table show a few of thousands. */
import { type FieldSelection, type FilterField, parseFields } from '@runstead/contract';

type Kind = Exclude<FilterField['kind'], 'attribute'>;

/** By kind: the names wanted, or all of them. */
export type Selection = Readonly<Record<Kind, ReadonlySet<string> | 'all'>>;

export const EVERYTHING: Selection = { metric: 'all', param: 'all', tag: 'all', property: 'all' };

/** @throws {RunsteadError} invalid-fields. */
export function selectionOf(fields: string | undefined): Selection {
	return fields === undefined ? EVERYTHING : selectionOfFields(parseFields(fields));
}

export function selectionOfFields(fields: readonly FieldSelection[]): Selection {
	const names = (kind: Kind): ReadonlySet<string> | 'all' => {
		if (fields.some((field) => field.kind === 'every' && field.of === kind)) return 'all';
		return new Set(fields.flatMap((field) => (field.kind === kind ? [nameOf(field)] : [])));
	};
	return { metric: names('metric'), param: names('param'), tag: names('tag'), property: names('property') };
}

function nameOf(field: FilterField): string {
	return field.kind === 'metric' || field.kind === 'attribute' ? field.name : field.key;
}
