/** What names, aliases and tags of models may be. */
import { checkLimit, LIMITS, RunsteadError } from '@runstead/contract';

/** @throws {RunsteadError} invalid-name. */
export function checkModelName(name: string): void {
	const { max } = LIMITS.modelNameCharacters;
	const reason =
		name === ''
			? 'it is empty'
			: name.length > max
				? `it has ${name.length} characters; ${max} are allowed`
				: /[/:]/.test(name)
					? 'it has a "/" or a ":"'
					: unwritable(name);
	if (reason !== null) throw new RunsteadError('invalid-name', { noun: 'model', given: JSON.stringify(name), reason });
}

/** @throws {RunsteadError} invalid-name. */
export function checkAlias(alias: string): void {
	const { max } = LIMITS.modelAliasCharacters;
	const reason =
		alias.length > max
			? `it has ${alias.length} characters; ${max} are allowed`
			: !/^[\w-]+$/.test(alias)
				? 'only letters, digits, underscores and hyphens are allowed'
				: /^v?\d+$/i.test(alias)
					? 'it reads as a version'
					: alias.toLowerCase() === 'latest'
						? '"latest" always is the newest version'
						: null;
	if (reason !== null) throw new RunsteadError('invalid-name', { noun: 'alias', given: JSON.stringify(alias), reason });
}

/** @throws {RunsteadError} invalid-name, limit-exceeded. */
export function checkModelTag(key: string, value: string): void {
	const reason = key === '' ? 'it is empty' : unwritable(key);
	if (reason !== null) throw new RunsteadError('invalid-name', { noun: 'tag', given: JSON.stringify(key), reason });
	checkLength('The length of a tag key', key, 'modelTagKeyCharacters');
	checkLength(`The length of tag ${key}`, value, 'modelTagValueCharacters');
	if (value.includes('\0')) throw new RunsteadError('invalid-request', { what: `Tag ${key} holds the NUL character.` });
}

function checkLength(what: string, text: string, limit: 'modelTagKeyCharacters' | 'modelTagValueCharacters'): void {
	checkLimit(what, text.length, limit);
}

function unwritable(text: string): string | null {
	if (/\p{Cc}/u.test(text)) return 'it has a control character';
	return text.isWellFormed() ? null : 'it is not valid Unicode';
}
