/** TLS over HTTP. */
import type { Toolbox } from '../http/toolbox.ts';
import type { TlsService } from './service.ts';

const PEM = 'application/x-pem-file';

export function serveTls({ serve }: Toolbox, tls: TlsService): void {
	serve('getTls', () => tls.state());
	serve('setTls', ({ body }) => tls.set(body));
	// Certificates are no secret: who connects is shown them anyway.
	serve('readTlsAuthority', async ({ reply }) => reply.type(PEM).send(tls.authority()));
	serve('readTlsBundle', async ({ reply }) => reply.type(PEM).send(tls.bundle()));
}
