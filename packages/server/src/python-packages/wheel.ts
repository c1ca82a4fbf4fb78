/** Wheels (the binary distribution format of Python packages) of pure Python, as pip and uv install them. */
import { createHash } from 'node:crypto';
import { type ArchiveFile, archiveOf } from './archive.ts';

export interface Distribution {
	/** As on an index, with hyphens. */
	readonly name: string;
	readonly version: string;
	readonly summary: string;
	/** As `Requires-Dist` has them. */
	readonly requires: readonly string[];
	/** What each extra needs beside, by its name: `pip install 'runstead[notebook]'`. */
	readonly extras?: Readonly<Record<string, readonly string[]>>;
	readonly files: readonly ArchiveFile[];
}

export const REQUIRES_PYTHON = '>=3.9';

/** The name of the file that holds a distribution: `runstead_azureml-0.1.0-py3-none-any.whl`. */
export function wheelName({ name, version }: Distribution): string {
	return `${fileName(name)}-${version}-py3-none-any.whl`;
}

export function wheelOf(distribution: Distribution): Promise<Buffer> {
	const folder = `${fileName(distribution.name)}-${distribution.version}.dist-info`;
	const files = [
		...distribution.files,
		{ path: `${folder}/METADATA`, content: metadataOf(distribution) },
		{ path: `${folder}/WHEEL`, content: text(['Wheel-Version: 1.0', 'Generator: runstead', 'Root-Is-Purelib: true', 'Tag: py3-none-any']) },
	];
	const record = `${folder}/RECORD`;
	// The record lists itself, without the hash that it cannot know.
	return archiveOf([...files, { path: record, content: text([...files.map(recordLine), `${record},,`]) }]);
}

function metadataOf({ name, version, summary, requires, extras = {} }: Distribution): Buffer {
	return text([
		'Metadata-Version: 2.1',
		`Name: ${name}`,
		`Version: ${version}`,
		`Summary: ${summary}`,
		'License: Apache-2.0',
		`Requires-Python: ${REQUIRES_PYTHON}`,
		...requires.map((requirement) => `Requires-Dist: ${requirement}`),
		...Object.entries(extras).flatMap(([extra, requirements]) => [
			`Provides-Extra: ${extra}`,
			...requirements.map((requirement) => `Requires-Dist: ${requirement} ; extra == '${extra}'`),
		]),
	]);
}

function recordLine({ path, content }: ArchiveFile): string {
	return `${path},sha256=${createHash('sha256').update(content).digest('base64url')},${content.length}`;
}

function fileName(name: string): string {
	return name.replaceAll('-', '_');
}

function text(lines: readonly string[]): Buffer {
	return Buffer.from(`${lines.join('\n')}\n`);
}
