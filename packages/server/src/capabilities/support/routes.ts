/** Support bundles over HTTP. */
import { Readable } from 'node:stream';
import type { Toolbox } from '../../http/toolbox.ts';
import type { SupportService } from './service.ts';

export function serveSupport({ serve }: Toolbox, support: SupportService): void {
	serve('downloadSupportBundle', async ({ params, request, reply }) => {
		const bundle = await support.bundle(params.run);
		reply.type('application/zip').header('content-disposition', `attachment; filename="${params.run}-support.zip"`);
		if (request.method !== 'HEAD') return reply.send(bundle);
		bundle.destroy();
		return reply.send(Readable.from([]));
	});
}
