/** The columns of the tables of runs and alerts, and of the audit tables that our events have a meaning in. */
import type { EventData } from '@runstead/contract';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import type { RunTree } from './earlier-events.ts';
import type { Columns, RecordWorkspace } from './log-record.ts';

export function runStatusColumns(
	event: StoredEvent,
	{ to, reason, error }: EventData['run.status'],
	tree: RunTree,
	workspace: RecordWorkspace | null,
): Columns {
	return {
		RunId: event.subject,
		ParentRunId: tree.parentId,
		RootRunId: tree.rootId,
		Status: to,
		Message: error?.message ?? reason,
		ResultType: to === 'Failed' ? 'Failed' : 'Succeeded',
		ResultSignature: error?.code ?? null,
		ResultDescription: reason,
		CorrelationId: event.subject,
		Identity: event.actor,
		Level: to === 'Failed' ? 'Error' : to === 'NotResponding' ? 'Warning' : 'Informational',
		TriggeringUserName: tree.submittedBy,
		...(workspace && { WorkspaceId: workspace.id, WorkspaceName: workspace.name }),
	};
}

/** What every audit table has of an event. */
export function auditColumns(event: StoredEvent, workspace: RecordWorkspace | null): Columns {
	return {
		Level: 'Informational',
		ResultType: 'Succeeded',
		CorrelationId: event.subject,
		Identity: { name: event.actor },
		...(workspace && { AadTenantId: workspace.subscriptionId, AmlWorkspaceId: workspace.id }),
	};
}

/** Everything about an event, in the table that holds them all. */
export function everyEventColumns(event: StoredEvent, workspace: RecordWorkspace | null): Columns {
	return {
		...(workspace && { WorkspaceId: workspace.id, WorkspaceName: workspace.name }),
		Sequence: event.sequence,
		EventType: event.type,
		Subject: event.subject,
		Actor: event.actor,
		Data: event.data,
	};
}

/** What happened to an alert; its state is what it has become. */
export function alertColumns(event: StoredEvent, workspace: RecordWorkspace | null): Columns {
	const data = event.data as EventData['alert.fired'] | EventData['alert.changed'] | EventData['alert.resolved'];
	return {
		...everyEventColumns(event, workspace),
		AlertId: event.subject,
		RuleName: data.rule,
		Severity: data.severity,
		State: 'state' in data ? data.state : event.type.replace('alert.', ''),
	};
}
