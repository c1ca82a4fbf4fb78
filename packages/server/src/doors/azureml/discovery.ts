/** Where everything is: the cloud that clients are told to use in place of Azure's, and the services of it. */
import type { FastifyInstance } from 'fastify';
import type { Addresses } from '../../http/addresses.ts';
import type { Guard } from '../../http/guard.ts';
import { BLOB_HOST_USER } from './file-links.ts';

/** Keys that the clients look up; all services are this server. */
const HTTP_SERVICES = ['experimentation', 'history', 'hyperdrive', 'modelmanagement', 'studio'] as const;

export function serveDiscovery(app: FastifyInstance, guard: Guard, addresses: Addresses): void {
	app.get('/discovery', (request, reply) => {
		guard.screen(request.raw);
		const own = addresses.own(request.raw);
		return reply.send({
			...Object.fromEntries(HTTP_SERVICES.map((service) => [service, own])),
			api: addresses.best(request.raw),
		});
	});

	app.get('/metadata/endpoints', (request, reply) => {
		guard.screen(request.raw);
		const secure = addresses.best(request.raw);
		const { host } = new URL(secure);
		// A list: it is how the clients that can be pointed here read it. AzureCloud is the one name that all their paths accept.
		return reply.send([
			{
				name: 'AzureCloud',
				portal: secure,
				authentication: { loginEndpoint: secure, audiences: [`${secure}/`], tenant: 'common', identityProvider: 'AAD' },
				resourceManager: secure,
				...Object.fromEntries(OTHER_ENDPOINTS.map((name) => [name, secure])),
				suffixes: { storage: `${BLOB_HOST_USER}@${host}`, ...Object.fromEntries(OTHER_SUFFIXES.map((name) => [name, host])) },
			},
		]);
	});
}

const OTHER_ENDPOINTS = [
	'graphAudience',
	'graph',
	'media',
	'batch',
	'sqlManagement',
	'gallery',
	'vmImageAliasDoc',
	'activeDirectoryDataLake',
];
const OTHER_SUFFIXES = [
	'keyVaultDns',
	'acrLoginServer',
	'sqlServerHostname',
	'azureDataLakeStoreFileSystem',
	'azureDataLakeAnalyticsCatalogAndJob',
];
