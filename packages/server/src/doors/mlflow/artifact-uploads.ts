/** Artifacts that clients send in parts, several at a time: each part goes to an address that needs no token, and they are joined at the end. */
import { randomUUID } from 'node:crypto';
import { checkFilePath, LIMITS, RunsteadError } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import type { Addresses } from '../../http/addresses.ts';
import { bodyBytes } from '../../http/byte-body.ts';
import type { ArtifactRoot, ResolveArtifact } from './artifacts.ts';
import { invalidParameter } from './errors.ts';
import { integer, listOf, message, part, text } from './message.ts';
import type { MlflowCall, MlflowToolbox } from './toolbox.ts';

const BASE = '/2.0/mlflow-artifacts/mpu';
/** As long as a large upload takes; its parts are kept no longer either. */
const UPLOAD_SECONDS = 86_400;
const UPLOAD_ID = /^[\da-f-]{36}$/;

/** An artifact that is being sent. */
interface Target {
	readonly root: ArtifactRoot;
	/** Within the root. */
	readonly path: string;
	/** Of the artifact among all. */
	readonly address: string;
}

/** Where parts are kept until they are joined: those of another artifact are of another place. */
function placeOf(uploadId: string, address: string): { readonly fileSet: string; readonly path: string } {
	return { fileSet: `artifact-parts/${uploadId}`, path: address };
}

export function serveArtifactUploads(
	{ serve }: MlflowToolbox,
	{ access, uploads }: Pick<Capabilities, 'access' | 'uploads'>,
	resolve: ResolveArtifact,
	addresses: Addresses,
): void {
	/** What a request is about: its address is the folder, the file is named as its sender has it. @throws {RunsteadError} invalid-path. */
	const targetOf = async ({ params, authorize }: MlflowCall<unknown>, file: string): Promise<Target> => {
		const folder = (params['*'] ?? '').replace(/\/+$/, '');
		const address = `${folder}/${file.slice(file.lastIndexOf('/') + 1)}`;
		const { root, path } = resolve(address);
		await authorize(root.about);
		checkFilePath(path);
		return { root, path, address };
	};
	/** The upload that a request names, and where its parts are kept. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
	const uploadOf = async (call: MlflowCall<{ readonly path: string; readonly upload_id?: string }>) => {
		const { path, upload_id: id = '' } = call.message;
		const target = await targetOf(call, path);
		if (!UPLOAD_ID.test(id))
			throw invalidParameter(`Invalid value ${JSON.stringify(id.slice(0, 100))} for parameter 'upload_id' supplied.`);
		return { target, blocks: JSON.stringify(placeOf(id, target.address)) };
	};

	serve(
		{
			method: 'POST',
			path: `${BASE}/create/*`,
			permission: 'run.write',
			message: message({ path: text, num_parts: integer }, ['path']),
			about: null,
		},
		async (call) => {
			const { path, num_parts: count = 1 } = call.message;
			const { max } = LIMITS.uploadParts;
			if (count < 0 || count > max)
				throw invalidParameter(`Invalid value ${count} for parameter 'num_parts' supplied: there are at most ${max} parts.`);
			const { address } = await targetOf(call, path);
			const uploadId = randomUUID();
			const link = { place: placeOf(uploadId, address), mayWrite: true, actor: call.principal.name };
			const signature = await access.makeFileLink(link, UPLOAD_SECONDS);
			const base = `${addresses.own(call.request)}/api${BASE}/parts`;
			return {
				upload_id: uploadId,
				...(count > 0 && {
					credentials: Array.from({ length: count }, (_, index) => ({
						url: `${base}/${index + 1}?sig=${signature}`,
						part_number: index + 1,
					})),
				}),
			};
		},
	);

	serve({ method: 'PUT', path: `${BASE}/parts/:part`, permission: 'public', isByteBody: true }, async (call) => {
		const { place, mayWrite } = await access.fileLinkOf(String(call.query.sig ?? ''));
		if (!mayWrite || !('fileSet' in place) || !place.fileSet.startsWith('artifact-parts/'))
			throw new RunsteadError('unauthorized', { reason: 'the link is none to send a part with' });
		const number = Number(call.params.part);
		if (!Number.isInteger(number) || number < 1 || number > LIMITS.uploadParts.max)
			throw invalidParameter(`There is no part ${call.params.part}.`);
		await uploads.putBlock(JSON.stringify(place), String(number), bodyBytes(call.request, LIMITS.artifactBytes.max));
		return {};
	});

	serve(
		{
			method: 'POST',
			path: `${BASE}/complete/*`,
			permission: 'run.write',
			message: message({ path: text, upload_id: text, parts: listOf(part({ part_number: integer, etag: text, url: text })) }, [
				'path',
				'parts',
			]),
			about: null,
		},
		async (call) => {
			const { target, blocks } = await uploadOf(call);
			const numbers = call.message.parts.map(({ part_number = 0 }) => part_number).toSorted((one, other) => one - other);
			const bytes = await uploads.joined(blocks, numbers.map(String));
			await target.root.put(target.path, bytes, undefined, call.principal.name);
			await uploads.dropBlocks(blocks);
			return {};
		},
	);

	serve(
		{
			method: 'POST',
			path: `${BASE}/abort/*`,
			permission: 'run.write',
			message: message({ path: text, upload_id: text }, ['path']),
			about: null,
		},
		async (call) => {
			const { blocks } = await uploadOf(call);
			await uploads.dropBlocks(blocks);
			return {};
		},
	);
}
