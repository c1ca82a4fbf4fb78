/** Files of runs, uploads and models: where each is read and written. The bytes themselves go to the blob store. */
import { checkFilePath, checkLimit, RunsteadError } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import { RUN_ORIGIN } from './artifact-reference.ts';
import { type ContainedFile, type Container, createContainerFinder, MODEL_ORIGIN } from './containers.ts';
import { HISTORY } from './experiments.ts';
import { listOf, neededText, objectOf } from './fields.ts';
import type { FileLinks } from './file-links.ts';
import type { AzureCall, AzureToolbox } from './toolbox.ts';

const ARTIFACTS = '/artifact/v2.0';

/** `./outputs/a` is `outputs/a`. */
function filePathOf(given: string): string {
	return given.replace(/^(?:\.?\/+)+/, '');
}

function artifactOf({ origin, name }: Container, path: string, file: ContainedFile | null): object {
	return {
		artifactId: `${origin}/${name}/${path}`,
		origin,
		container: name,
		path,
		etag: file?.sha256 ?? null,
		createdTime: file?.createdTime ?? null,
		dataPath: null,
	};
}

export function serveArtifacts({ serve }: AzureToolbox, capabilities: Capabilities, links: FileLinks): void {
	const read = { service: ARTIFACTS, permission: 'run.read' } as const;
	const write = { service: ARTIFACTS, permission: 'run.write' } as const;

	const containerOf = createContainerFinder(capabilities);

	const contentOf = async (call: AzureCall, container: Container, path: string): Promise<object> => ({
		contentUri: await links.read(call.request, container.placeOf(path), call.principal.name),
		...{ origin: container.origin, container: container.name, path },
	});
	const targetOf = async (call: AzureCall, container: Container, given: string): Promise<object> => {
		if (container.origin.toLowerCase() === MODEL_ORIGIN.toLowerCase())
			throw new RunsteadError('invalid-request', { what: 'The files of a registered model do not change.' });
		const path = filePathOf(given);
		checkFilePath(path);
		const contentUri = await links.write(call.request, container.placeOf(path), call.principal.name);
		return { contentUri, origin: container.origin, container: container.name, path: given };
	};

	type Present = (call: AzureCall, container: Container, path: string) => Promise<object>;
	const reserve = async (call: AzureCall, container: Container, target: Present): Promise<object> => {
		const paths = listOf(objectOf(call.body).paths, 'paths').map((one) => neededText(objectOf(one, 'paths[]'), 'path'));
		checkLimit('The number of paths', paths.length, 'pageSize');
		const targets = await Promise.all(paths.map(async (path) => [path, await target(call, container, path)] as const));
		return {
			// Under the very text that was asked for: the client looks there.
			artifacts: Object.fromEntries(paths.map((path) => [path, artifactOf(container, path, null)])),
			artifactContentInformation: Object.fromEntries(targets),
			errors: {},
		};
	};
	serve({ ...write, method: 'POST', path: '/artifacts/batch/metadata/:origin/:container' }, async (call) =>
		reserve(call, await containerOf(call), targetOf),
	);

	serve({ ...write, method: 'GET', path: '/artifacts/write/:origin/:container/*' }, async (call) =>
		targetOf(call, await containerOf(call), call.params['*'] ?? ''),
	);

	serve({ ...read, method: 'GET', path: '/artifacts/contentinfo/:origin/:container/*' }, async (call) => {
		const container = await containerOf(call);
		const path = filePathOf(call.params['*'] ?? '');
		await container.find(path);
		return contentOf(call, container, path);
	});

	const page = async (
		call: AzureCall,
		present: (container: Container, file: ContainedFile) => object | Promise<object>,
		given = call.params['*'] ?? '',
	): Promise<object> => {
		const container = await containerOf(call);
		// One slash at the end is meant where there are several.
		const prefix = filePathOf(given).replace(/\/+$/, '/');
		const { files, continuationToken } = await container.list(prefix, call.query.continuationToken);
		return { value: await Promise.all(files.map((file) => present(container, file))), continuationToken };
	};

	for (const path of ['/artifacts/prefix/contentinfo/:origin/:container', '/artifacts/prefix/contentinfo/:origin/:container/*'])
		serve({ ...read, method: 'GET', path }, (call) => page(call, (container, file) => contentOf(call, container, file.path)));

	serve({ ...read, method: 'GET', path: '/artifacts/:origin/:container' }, (call) =>
		page(call, (container, file) => artifactOf(container, file.path, file)),
	);

	// The same for MLflow's client, by the run; it takes addresses alone that look like those of a blob store.
	const blobOf =
		(mayWrite: boolean): Present =>
		async (call, container, given) => {
			const path = filePathOf(given);
			checkFilePath(path);
			const contentUri = await links.blob(call.request, container.placeOf(path), mayWrite, call.principal.name);
			return { contentUri, origin: container.origin, container: container.name, path: given };
		};
	const ofRun = (call: AzureCall): AzureCall => ({
		...call,
		params: { ...call.params, origin: RUN_ORIGIN, container: `dcid.${call.params.run}` },
	});
	for (const path of ['/experiments/:experiment/runs/:run/artifacts', '/experimentids/:experimentId/runs/:run/artifacts']) {
		const readRun = { ...read, service: HISTORY, method: 'GET' } as const;
		serve({ ...write, service: HISTORY, method: 'POST', path: `${path}/batch/metadata` }, async (call) =>
			reserve(call, await containerOf(ofRun(call)), blobOf(true)),
		);
		serve({ ...readRun, path }, (call) => page(ofRun(call), (container, file) => artifactOf(container, file.path, file)));
		serve({ ...readRun, path: `${path}/path` }, (call) =>
			page(ofRun(call), (container, file) => artifactOf(container, file.path, file), call.query.path ?? ''),
		);
		serve({ ...readRun, path: `${path}/contentinfo` }, async (call) => {
			const container = await containerOf(ofRun(call));
			const file = filePathOf(call.query.path ?? '');
			await container.find(file);
			return blobOf(false)(call, container, file);
		});
		serve({ ...readRun, path: `${path}/prefix/contentinfo` }, (call) =>
			page(ofRun(call), (container, file) => blobOf(false)(call, container, file.path), call.query.path ?? ''),
		);
	}
}
