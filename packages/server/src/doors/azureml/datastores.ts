/** Datastores as Azure ML lists them: each with where its files are, and a credential for them. */
import { type Datastore, DEFAULT_DATASTORE } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import type { Addresses } from '../../http/addresses.ts';
import { containerOf, makeDatastoreCredential } from './datastore-blobs.ts';
import { BLOB_ACCOUNT, BLOB_HOST_USER } from './file-links.ts';
import type { AzureCall, AzureToolbox } from './toolbox.ts';

const DATASTORES = '/datastore/v1.0';

export function serveDatastores({ serve }: AzureToolbox, { datastores, access }: Capabilities, addresses: Addresses): void {
	const read = { service: DATASTORES, method: 'GET', permission: 'workspace.read' } as const;
	const present = async ({ name, isDefault }: Datastore, { workspace, request, principal }: AzureCall): Promise<object> => {
		const { host } = new URL(addresses.best(request));
		const mayWrite = principal.permissions.has('workspace.write');
		const credential = await makeDatastoreCredential(access, workspace, { mayWrite, actor: principal.name });
		return {
			name,
			dataStoreType: 'AzureBlob',
			hasBeenValidated: true,
			isDefault,
			tags: {},
			azureStorageSection: {
				accountName: BLOB_ACCOUNT,
				containerName: containerOf(workspace),
				// The client puts account and endpoint together to an address of a blob store, always over TLS.
				endpoint: `${BLOB_HOST_USER}@${host}`,
				protocol: 'https',
				credentialType: 'Sas',
				credential,
				isSas: true,
				accountKey: null,
				sasToken: credential,
			},
		};
	};
	serve({ ...read, path: '/datastores' }, async (call) => ({
		value: await Promise.all((await datastores.list(call.workspace)).map((datastore) => present(datastore, call))),
		continuationToken: null,
	}));
	serve({ ...read, path: '/datastores/:datastore' }, async (call) => {
		const { datastore: name = '' } = call.params;
		return present(await datastores.get(call.workspace, name), call);
	});
	serve({ ...read, path: '/default' }, async (call) => present(await datastores.get(call.workspace, DEFAULT_DATASTORE), call));
}
