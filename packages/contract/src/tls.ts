/** The TLS listener beside http, with the server's own certificate authority. */
import type { Static } from 'typebox';
import { Nullable, Time } from './common.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

export const TlsState = Type.Object({
	isOn: Type.Boolean({ description: 'Also at the next start.' }),
	url: Nullable(Type.String({ description: 'Address of the TLS listener; null while there is none.' })),
	certificate: Nullable(
		Type.Object({
			names: Type.Array(Type.String(), { description: 'Host names and addresses that the certificate of the server is good for.' }),
			expiryTime: Time,
			authorityExpiryTime: Time,
			authorityFingerprint: Type.String({ description: 'SHA-256 of the certificate of the authority.' }),
			authorityFile: Type.String({ description: "The authority's certificate on the server's machine, as PEM." }),
			bundleFile: Type.String({ description: 'The usual authorities and that of the server, in one file.' }),
		}),
	),
});
export type TlsState = Static<typeof TlsState>;

export const tlsRoutes = {
	getTls: route({
		method: 'GET',
		path: '/api/v1/tls',
		permission: 'server.read',
		summary: 'Whether the server listens with TLS too, and with which certificate',
		response: TlsState,
	}),
	setTls: route({
		method: 'PUT',
		path: '/api/v1/tls',
		permission: 'server.admin',
		summary: 'Switch the TLS listener on (now and at each start) or off; the authority is made on first need and stays',
		body: Type.Object(
			{
				isOn: Type.Boolean(),
				port: Type.Optional(
					Type.Integer({ minimum: 0, maximum: 65_535, description: 'The one of last time if absent, else 8156; 0 takes a free one.' }),
				),
			},
			{ additionalProperties: false },
		),
		response: TlsState,
	}),
	readTlsAuthority: route({
		method: 'GET',
		path: '/api/v1/tls/authority.pem',
		permission: 'public',
		summary: "The certificate of the server's own authority, as PEM (NODE_EXTRA_CA_CERTS)",
		responseStream: 'bytes',
	}),
	readTlsBundle: route({
		method: 'GET',
		path: '/api/v1/tls/bundle.pem',
		permission: 'public',
		summary: 'The usual certificate authorities and that of the server, as PEM (REQUESTS_CA_BUNDLE)',
		responseStream: 'bytes',
	}),
};
