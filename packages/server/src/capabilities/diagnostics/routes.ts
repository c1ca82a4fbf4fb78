/** Diagnostic settings over HTTP. */
import { ALL_LOGS, ALL_METRICS, LOG_CATEGORIES, LOG_TABLES } from '@runstead/contract';
import { reachOf } from '../../http/giver.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { DiagnosticService } from './service.ts';

const CATEGORIES = [
	{ name: ALL_LOGS, kind: 'logs' as const, description: 'Every log, also those that a later release brings.' },
	{ name: ALL_METRICS, kind: 'metrics' as const, description: 'Metrics of the workspace, minute by minute, without dimensions.' },
	...LOG_CATEGORIES.map((name) => {
		const table = [...LOG_TABLES.values()].find(({ category }) => category === name);
		return { name, kind: 'logs' as const, description: table?.description ?? '' };
	}),
];

export function serveDiagnostics({ serve }: Toolbox, diagnostics: DiagnosticService, workspaces: WorkspaceService): void {
	serve('listDiagnosticSettings', async ({ params }) => ({
		settings: await diagnostics.list(await workspaces.find(params.workspace)),
		categories: CATEGORIES,
	}));
	serve('getDiagnosticSetting', async ({ params }) => diagnostics.get(await workspaces.find(params.workspace), params.setting));
	serve('putDiagnosticSetting', async ({ params, query, body, principal, reply }) => {
		const how = { actor: principal.name, reach: reachOf(principal), untested: query.untested ?? false };
		const { setting, isNew } = await diagnostics.put(await workspaces.find(params.workspace), params.setting, body, how);
		if (isNew) reply.code(201);
		return setting;
	});
	serve('deleteDiagnosticSetting', async ({ params, principal }) =>
		diagnostics.remove(await workspaces.find(params.workspace), params.setting, principal.name),
	);
	serve('testDiagnosticSetting', async ({ params, body, principal }) => ({
		tests: await diagnostics.test(await workspaces.find(params.workspace), params.setting, body.setting, reachOf(principal)),
	}));
}
