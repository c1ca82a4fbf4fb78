/** The columns of the tables of runs and alerts, and of the audit tables that our events have a meaning in. */
import type { EventData } from '@runstead/contract';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import type { RunTree } from './earlier-events.ts';
import type { Columns, RecordWorkspace } from './log-record.ts';

/** The workspace, as the tables name it whose columns Azure's do not settle. */
export function placeColumns(workspace: RecordWorkspace | null): Columns {
	return workspace ? { WorkspaceId: workspace.id, WorkspaceName: workspace.name } : {};
}

export function runStatusColumns(event: StoredEvent, { to, reason, error }: EventData['run.status'], tree: RunTree): Columns {
	return {
		OperationName: event.type,
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
	};
}

/** What all records of the audit tables have. */
export function everyAuditColumns(workspace: RecordWorkspace | null): Columns {
	return {
		Level: 'Informational',
		ResultType: 'Succeeded',
		...(workspace && { AadTenantId: workspace.subscriptionId, AmlWorkspaceId: workspace.id }),
	};
}

/** What every audit table has of an event. */
export function auditColumns(event: StoredEvent): Columns {
	return { OperationName: event.type, CorrelationId: event.subject, Identity: { name: event.actor } };
}

/** Everything about an event, in the table that holds them all. */
export function everyEventColumns(event: StoredEvent): Columns {
	return { Sequence: event.sequence, EventType: event.type, Subject: event.subject, Actor: event.actor, Data: event.data };
}

/** What happened to an alert; its state is what it has become. */
export function alertColumns(event: StoredEvent): Columns {
	const data = event.data as EventData['alert.fired'] | EventData['alert.changed'] | EventData['alert.resolved'];
	return {
		...everyEventColumns(event),
		AlertId: event.subject,
		RuleName: data.rule,
		Severity: data.severity,
		State: 'state' in data ? data.state : event.type.replace('alert.', ''),
	};
}
