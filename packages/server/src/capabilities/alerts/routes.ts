/** Alerts over HTTP. */
import { LIMITS } from '@runstead/contract';
import { giverOf } from '../../http/giver.ts';
import { goneSignal } from '../../http/gone-signal.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { AlertService } from './service.ts';

const PAGE_DEFAULT = 100;

export function serveAlerts({ serve }: Toolbox, { rules, raised, groups }: AlertService, workspaces: WorkspaceService): void {
	serve('listAlertRules', async ({ params, query }) =>
		rules.list(await workspaces.find(params.workspace), query.limit ?? PAGE_DEFAULT, query.cursor),
	);
	serve('listRecommendedAlertRules', async ({ params }) => ({ rules: await rules.recommended(await workspaces.find(params.workspace)) }));
	serve('createAlertRule', async ({ params, body, principal, reply }) => {
		const rule = await rules.create(await workspaces.find(params.workspace), body, principal.name);
		reply.code(201);
		return rule;
	});
	serve('previewAlertRule', async ({ params, body, reply }) =>
		rules.preview(await workspaces.find(params.workspace), body, goneSignal(reply)),
	);
	serve('getAlertRule', async ({ params }) => {
		const workspace = await workspaces.find(params.workspace);
		return rules.presentOne(workspace, await rules.find(workspace, params.rule));
	});
	serve('updateAlertRule', async ({ params, body, principal }) =>
		rules.update(await workspaces.find(params.workspace), params.rule, body, principal.name),
	);
	serve('deleteAlertRule', async ({ params, principal }) =>
		rules.remove(await workspaces.find(params.workspace), params.rule, principal.name),
	);

	serve('listAlerts', async ({ params, query }) =>
		raised.list([await workspaces.find(params.workspace)], { ...query, limit: query.limit ?? PAGE_DEFAULT }),
	);
	serve('listAlertsOfWorkspaces', async ({ query, principal }) =>
		raised.list(await workspaces.readable(principal.workspaceId, LIMITS.metricQueryWorkspaces.max), {
			...query,
			limit: query.limit ?? PAGE_DEFAULT,
		}),
	);
	serve('getAlert', async ({ params }) => raised.get(await workspaces.find(params.workspace), params.alert));
	serve('changeAlert', async ({ params, body, principal }) =>
		raised.change(await workspaces.find(params.workspace), params.alert, body, principal.name),
	);

	serve('listActionGroups', async ({ params }) => ({ groups: await groups.list(await workspaces.find(params.workspace)) }));
	serve('createActionGroup', async ({ params, body, principal, reply }) => {
		const group = await groups.create(await workspaces.find(params.workspace), body.name, body.receivers, giverOf(principal));
		reply.code(201);
		return group;
	});
	serve('updateActionGroup', async ({ params, body, principal }) =>
		groups.update(await workspaces.find(params.workspace), params.group, body, giverOf(principal)),
	);
	serve('deleteActionGroup', async ({ params }) => groups.remove(await workspaces.find(params.workspace), params.group));
	serve('testActionGroup', async ({ params, query }) => ({
		deliveries: await groups.test(await workspaces.find(params.workspace), params.group, query.receiver),
	}));
	serve('listAlertDeliveries', async ({ params, query }) =>
		groups.deliveries(await workspaces.find(params.workspace), params.group, query.limit ?? PAGE_DEFAULT, query.cursor),
	);
}
