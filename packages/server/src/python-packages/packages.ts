/** What there is at /python/: the SDK with its agent, the azureml names over it, and both as one file that needs no pip. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveOf } from './archive.ts';
import { sourceFiles, within } from './source-files.ts';
import { type Distribution, wheelName, wheelOf } from './wheel.ts';

export interface PythonPackage {
	readonly fileName: string;
	readonly content: Buffer;
}

/** A file that Python runs, and a shell too. */
const SHEBANG = '#!/usr/bin/env python3\n';
/** The parts of the azureml names, each a root of its own in the source; in a wheel they are one. */
const AZUREML_FOLDER = 'azureml_compat';
/** With them RunDetails is a live widget, without them a picture. */
const NOTEBOOK_PACKAGES = ['anywidget >=0.9', 'ipywidgets >=8'];

/** Makes all of them from the `python` folder of this server. */
export async function makePythonPackages(folder: string, version: string): Promise<PythonPackage[]> {
	const sdk = within('runstead', await sourceFiles(join(folder, 'runstead')));
	const azureml = await sourceFiles(join(folder, AZUREML_FOLDER));
	const wheels: Distribution[] = [
		{
			name: 'runstead',
			version,
			summary: 'The Python SDK of Runstead and the agent that runs its jobs; the standard library alone.',
			requires: [],
			extras: { notebook: NOTEBOOK_PACKAGES },
			// The agent offers the azureml names to the scripts of jobs: they lie where only it looks.
			files: [...sdk, ...within(`runstead/${AZUREML_FOLDER}`, azureml)],
		},
		{
			name: 'runstead-azureml',
			version,
			summary: 'The names of azureml-core and azureml-widgets over the SDK of Runstead.',
			requires: [`runstead ==${version}`],
			files: mergeRoots(azureml),
		},
	];
	const main = { path: '__main__.py', content: await readFile(join(folder, 'pyz', '__main__.py')) };
	const pyz = await archiveOf([main, ...sdk, ...within(AZUREML_FOLDER, azureml)]);
	return [
		...(await Promise.all(wheels.map(async (wheel) => ({ fileName: wheelName(wheel), content: await wheelOf(wheel) })))),
		{ fileName: 'runstead.pyz', content: Buffer.concat([Buffer.from(SHEBANG), pyz]) },
	];
}

/** `core/azureml/x.py` and `train/azureml/y.py` as one tree `azureml/…`; what each root has alike is there once. */
function mergeRoots(files: Distribution['files']): Distribution['files'] {
	const merged = new Map<string, Buffer>();
	for (const { path, content } of files) {
		const place = path.slice(path.indexOf('/') + 1);
		if (!merged.has(place)) merged.set(place, content);
	}
	return [...merged].map(([path, content]) => ({ path, content }));
}
