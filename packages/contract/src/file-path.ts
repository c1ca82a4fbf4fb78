/** What a path of a file within a run or a snapshot may be: one rule for both, so that a name can never lead out of its folder. */
import { RunsteadError } from './errors.ts';
import { LIMITS } from './limits.ts';

const SEGMENT_BYTES_MAX = 255;
const SHOWN_CHARACTERS_MAX = 200;

const CONTROL_CHARACTER = /\p{Cc}/u;
const WINDOWS_DRIVE = /^[A-Za-z]:($|\/)/;

/** @throws {RunsteadError} invalid-path, saying why. */
export function checkFilePath(path: string): void {
	const reason = reasonAgainst(path);
	if (reason === null) return;
	const shown = path.length > SHOWN_CHARACTERS_MAX ? `${path.slice(0, SHOWN_CHARACTERS_MAX)}…` : path;
	throw new RunsteadError('invalid-path', { path: JSON.stringify(shown), reason });
}

function reasonAgainst(path: string): string | null {
	const { max } = LIMITS.artifactPathCharacters;
	if (path === '') return 'it is empty';
	if (path.length > max) return `it has ${path.length} characters; ${max} are allowed`;
	if (!path.isWellFormed()) return 'it is not valid Unicode';
	if (CONTROL_CHARACTER.test(path)) return 'it has a control character';
	if (path.includes('\\')) return 'it has a backslash';
	if (path.startsWith('/') || WINDOWS_DRIVE.test(path)) return 'it is absolute';
	for (const segment of path.split('/')) {
		const bytes = new TextEncoder().encode(segment).length;
		if (segment === '') return 'it has an empty part';
		if (segment === '.' || segment === '..') return `it has a part "${segment}"`;
		if (bytes > SEGMENT_BYTES_MAX) return `a part of it has ${bytes} bytes; ${SEGMENT_BYTES_MAX} are allowed`;
	}
	return hiddenReason(path);
}

/** Percent signs are allowed in names; not so a name that would lead elsewhere once a careless program decodes it again. */
function hiddenReason(path: string): string | null {
	const decoded = path.replace(/%(?:25)*([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
	if (decoded === path) return null;
	if (decoded.includes('\0')) return 'it has a percent-encoded NUL';
	return decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..') ? 'it has a percent-encoded "." or ".."' : null;
}
