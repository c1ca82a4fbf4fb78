/** The filter of the runs that somebody may mean by what they typed. */

/** `12`, or `#12` as people write it. */
const NUMBER = /^#?(\d{1,15})$/;

export function foundRunsFilter(typed: string): string {
	const text = typed.replaceAll("'", "''");
	const conditions = [`displayName ilike '%${text}%'`, `name ilike '%${text}%'`, `id ilike '${text}%'`];
	const number = NUMBER.exec(typed)?.[1];
	if (number !== undefined) conditions.unshift(`number = ${number}`);
	return conditions.join(' or ');
}
