/** A workspace as the commands answer it. */
import type { Workspace } from '@runstead/contract';
import { type Answer, documentAnswer } from './output/answer.ts';
import { timeText } from './run/values.ts';

export function workspaceAnswer(workspace: Workspace): Answer {
	return documentAnswer(workspace, [
		['Workspace', workspace.name],
		['Resource group', workspace.resourceGroup],
		['Subscription', workspace.subscriptionId],
		['Id', workspace.id],
		...(workspace.description === '' ? [] : [['Description', workspace.description] as const]),
		['Made', timeText(workspace.createdTime)],
	]);
}
