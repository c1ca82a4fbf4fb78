/** Snapshots of source folders: only what has changed since the one before is sent, file by file to the blob store. */
import { createHash, randomUUID } from 'node:crypto';
import { checkLimit, RunsteadError, type SnapshotFile } from '@runstead/contract';
import type { FastifyInstance } from 'fastify';
import type { Capabilities } from '../../create-capabilities.ts';
import type { Guard } from '../../http/guard.ts';
import { type Fields, listOf, neededText, objectOf, textOf } from './fields.ts';
import { type FileLinks, STORE } from './file-links.ts';
import type { AzureCall, AzureToolbox } from './toolbox.ts';

const CONTENT = '/content/v2.0';
const DEPTH_MAX = 200;
/** Links to zip files of snapshots are to sets of files that begin so. */
const ZIPS = 'snapshots/';

export function serveSnapshots({ serve }: AzureToolbox, { snapshots, uploads, access }: Capabilities, links: FileLinks): void {
	const write = { method: 'POST', service: CONTENT, permission: 'run.write' } as const;

	// The client remembers its own last one; where it has none, all of the folder is new.
	serve({ method: 'GET', service: '/content/v1.0', permission: 'run.read', path: '/snapshots/latest/metadata' }, () => ({
		id: randomUUID(),
		root: {},
	}));

	serve({ ...write, path: '/snapshots/getblob' }, async (call) => {
		const names = listOf(objectOf(call.body).FileNames, 'FileNames').map(String);
		checkCount(names.length);
		const fileSet = uploads.fileSetOf(call.workspace, randomUUID());
		const nodes = names.map(async (name) => ({
			fullName: name,
			blobUri: await links.write(call.request, { fileSet, path: uploadPath(name) }, call.principal.name),
		}));
		return { fileNodes: await Promise.all(nodes) };
	});

	/** What was uploaded for a snapshot, by the address that the client was given for it. */
	const uploadedAt = async ({ workspace }: AzureCall, node: Fields): Promise<SnapshotFile> => {
		const path = neededText(node, 'FullName');
		const { place } = await access.fileLinkOf(sigOf(neededText(node, 'BlobUri')));
		if (!('fileSet' in place) || !place.fileSet.startsWith(uploads.fileSetOf(workspace, '')))
			throw new RunsteadError('invalid-request', { what: `The BlobUri of ${path} is none for a file of a snapshot.` });
		const { sha256, size_bytes: sizeBytes } = await uploads.find(place.fileSet, place.path);
		return { path, sha256, sizeBytes };
	};

	serve({ ...write, path: '/snapshots/:snapshot' }, async (call) => {
		const { workspace, params } = call;
		const fields = objectOf(call.body);
		const nodes = listOf(objectOf(fields.FileRevisionList ?? {}, 'FileRevisionList').FileNodes ?? [], 'FileNodes');
		checkCount(nodes.length);
		const sent = await Promise.all(nodes.map((node) => uploadedAt(call, objectOf(node, 'FileNodes[]'))));
		const paths = filesOfTree(objectOf(fields.DirTreeNode, 'DirTreeNode'));
		const known = new Map(sent.map((file) => [file.path, file]));
		if (paths.some((path) => !known.has(path))) {
			const parentId = textOf(fields, 'ParentSnapshotId') ?? '';
			for (const file of (await snapshots.named(workspace, parentId)).files) if (!known.has(file.path)) known.set(file.path, file);
		}
		const files = paths.map((path) => {
			const file = known.get(path);
			if (!file) throw new RunsteadError('invalid-request', { what: `The file ${path} is neither sent nor in the snapshot before.` });
			return file;
		});
		await snapshots.addHeld(workspace, sent);
		const { snapshot } = await snapshots.create(workspace, files);
		await snapshots.name(workspace, params.snapshot as string, snapshot.id);
		return { id: params.snapshot };
	});

	serve({ method: 'POST', service: CONTENT, permission: 'run.read', path: '/snapshots/:snapshot/zip' }, async (call) => {
		const { id } = await snapshots.named(call.workspace, call.params.snapshot as string);
		return { zipSasUri: await links.read(call.request, { fileSet: `${ZIPS}${call.workspace.id}`, path: id }, call.principal.name) };
	});
}

/** Sends the zip file of a snapshot to whoever has its address. */
export function serveSnapshotZips(
	app: FastifyInstance,
	{ guard, access, workspaces, snapshots }: Pick<Capabilities, 'access' | 'workspaces' | 'snapshots'> & { readonly guard: Guard },
): void {
	app.get(`/${STORE}/${ZIPS}:workspace/:snapshot`, async (request, reply) => {
		guard.screen(request.raw);
		const { place } = await access.fileLinkOf((request.query as { sig?: string }).sig ?? '');
		const { workspace: id = '', snapshot = '' } = request.params as Record<string, string>;
		if (!('fileSet' in place) || place.fileSet !== ZIPS + id || place.path !== snapshot)
			throw new RunsteadError('unauthorized', { reason: 'the link is one to another file' });
		const workspace = await workspaces.find(id);
		return reply.type('application/zip').send(snapshots.zip(await snapshots.named(workspace, snapshot)));
	});
}

function checkCount(given: number): void {
	checkLimit('The number of files of the snapshot', given, 'snapshotFiles');
}

/** Where a file of a folder is kept until it is part of a snapshot; what its name may be is checked there. */
function uploadPath(name: string): string {
	return createHash('sha256').update(name).digest('hex');
}

function sigOf(address: string): string {
	return URL.canParse(address) ? (new URL(address).searchParams.get('sig') ?? '') : '';
}

/** Paths of the files of a tree. @throws {RunsteadError} invalid-request. */
function filesOfTree(root: Fields): string[] {
	const files: string[] = [];
	const walk = (node: Fields, path: string, depth: number): void => {
		if (depth > DEPTH_MAX) throw new RunsteadError('invalid-request', { what: 'The folders of the snapshot lie too deep.' });
		for (const [key, child] of Object.entries(objectOf(node.children ?? {}, 'children'))) {
			const fields = objectOf(child, 'children');
			const at = path === '' ? key : `${path}/${key}`;
			if ((textOf(fields, 'type') ?? '').toLowerCase() === 'directory') walk(fields, at, depth + 1);
			else files.push(at);
		}
	};
	walk(root, '', 0);
	return files;
}
