/** Datastores as Azure ML lists them: their names and which is the default. The files themselves are reached through our own clients. */
import { type Datastore, DEFAULT_DATASTORE } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import type { Addresses } from './addresses.ts';
import type { AzureCall, AzureToolbox } from './toolbox.ts';

const DATASTORES = '/datastore/v1.0';

export function serveDatastores({ serve }: AzureToolbox, { datastores }: Capabilities, addresses: Addresses): void {
	const read = { service: DATASTORES, method: 'GET', permission: 'workspace.read' } as const;
	const present = ({ name, isDefault }: Datastore, { workspace, request }: AzureCall): object => {
		const { protocol, host } = new URL(addresses.best(request));
		return {
			name,
			dataStoreType: 'AzureBlob',
			hasBeenValidated: true,
			isDefault,
			tags: {},
			azureStorageSection: {
				accountName: workspace.name,
				containerName: name,
				endpoint: host,
				protocol: protocol.replace(':', ''),
				credentialType: 'None',
				credential: null,
				isSas: false,
				accountKey: null,
				sasToken: null,
			},
		};
	};
	serve({ ...read, path: '/datastores' }, async (call) => ({
		value: (await datastores.list(call.workspace)).map((datastore) => present(datastore, call)),
		continuationToken: null,
	}));
	serve({ ...read, path: '/datastores/:datastore' }, async (call) => {
		const { datastore: name = '' } = call.params;
		return present(await datastores.get(call.workspace, name), call);
	});
	serve({ ...read, path: '/default' }, async (call) => present(await datastores.get(call.workspace, DEFAULT_DATASTORE), call));
}
