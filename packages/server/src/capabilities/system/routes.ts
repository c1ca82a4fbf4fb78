/** The server about itself over HTTP. */
import { ALLOWED_CHANGES, LIMITS } from '@runstead/contract';
import type { Toolbox } from '../../http/toolbox.ts';
import type { SystemService } from './service.ts';

export function serveSystem(
	{ serve }: Toolbox,
	system: SystemService,
	about: { version: string; startedTime: string; machineId: string; serverId: string },
): void {
	serve('getHealth', async () => ({ status: 'OK' as const, ...about }));
	serve('getLimits', async () => LIMITS);
	serve('getStatusTable', async () => Object.fromEntries(Object.entries(ALLOWED_CHANGES).map(([status, next]) => [status, [...next]])));
	serve('diagnose', async () => ({ checks: await system.diagnose() }));
}
