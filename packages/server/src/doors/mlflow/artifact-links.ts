/** Addresses at which artifacts can be had without a token, whole or in ranges, for clients that fetch several ranges at a time. */

import { checkFilePath, RunsteadError } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import type { Addresses } from '../../http/addresses.ts';
import { type ResolveArtifact, withoutDots } from './artifacts.ts';
import { invalidParameter } from './errors.ts';
import { integer, message, text } from './message.ts';
import type { MlflowToolbox } from './toolbox.ts';

const BASE = '/2.0/mlflow-artifacts';
/** File set of the links: whose file it is, its path says. */
const LINKED = 'artifacts';
const LINK_SECONDS = 3_600;

export function serveArtifactLinks(
	{ serve }: MlflowToolbox,
	capabilities: Pick<Capabilities, 'access' | 'runs' | 'loggedModels'>,
	resolve: ResolveArtifact,
	addresses: Addresses,
): void {
	const { access } = capabilities;
	serve({ method: 'GET', path: `${BASE}/presigned/*`, permission: 'run.read', isByteBody: true, about: null }, async (call) => {
		const address = withoutDots(call.params['*'] ?? '');
		const { root, path } = resolve(address);
		await call.authorize(root.about);
		const sizeBytes = await root.sizeOf(path);
		const link = { place: { fileSet: LINKED, path: address }, mayWrite: false, actor: call.principal.name };
		const signature = await access.makeFileLink(link, LINK_SECONDS);
		return { url: `${addresses.own(call.request)}/api${BASE}/linked?sig=${signature}`, headers: {}, file_size: sizeBytes };
	});

	serve({ method: ['GET', 'HEAD'], path: `${BASE}/linked`, permission: 'public', isByteBody: true }, async (call) => {
		const { place, mayWrite } = await access.fileLinkOf(String(call.query.sig ?? ''));
		if (mayWrite || !('fileSet' in place) || place.fileSet !== LINKED)
			throw new RunsteadError('unauthorized', { reason: 'the link is none to read an artifact with' });
		const { root, path } = resolve(place.path);
		return root.send(call.request, call.reply, path);
	});

	servePresigned({ serve }, capabilities);
}

/** As long as stores of objects sign an address for. */
const EXPIRATION_SECONDS_MAX = 604_800;

/** Addresses of a store of objects behind the server: there is none, and the refusals are MLflow's own. */
function servePresigned(
	{ serve }: Pick<MlflowToolbox, 'serve'>,
	{ runs, loggedModels }: Pick<Capabilities, 'runs' | 'loggedModels'>,
): void {
	const refuse = (direction: 'upload' | 'download', what: string): never => {
		throw invalidParameter(
			`Presigned ${direction} is not supported for ${what}proxied artifact storage (artifact URI scheme: mlflow-artifacts). ` +
				'Send and fetch artifacts through the server.',
		);
	};
	const fields = { run_id: text, path: text, expiration: integer };

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/artifacts/presigned-upload-url',
			permission: 'run.write',
			message: message({ ...fields, model_id: text }, ['path']),
			about: null,
		},
		async ({ message: { run_id = '', model_id = '', path }, authorize }) => {
			if ((run_id === '') === (model_id === '')) throw invalidParameter('Exactly one of run_id and model_id must be provided.');
			checkFilePath(path);
			if (run_id === '') await authorize({ experiment: (await loggedModels.experimentOf(model_id)).id });
			else await authorize({ run: (await runs.find(run_id)).id });
			return refuse('upload', '');
		},
	);

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/artifacts/presigned-download-url',
			permission: 'run.read',
			message: message(fields, ['run_id', 'path']),
			about: null,
		},
		async ({ message: { run_id, path, expiration = LINK_SECONDS }, authorize }) => {
			checkFilePath(path);
			if (expiration < 1 || expiration > EXPIRATION_SECONDS_MAX)
				throw invalidParameter(`expiration must be between 1 and ${EXPIRATION_SECONDS_MAX} seconds (got ${expiration}).`);
			await authorize({ run: (await runs.find(run_id)).id });
			return refuse('download', 'runs with ');
		},
	);
}
