/** The log tables of our own: runs, what they logged, alerts, and everything that happened. */
import { logTable } from './log-table.ts';

export const OWN_LOG_TABLES = [
	logTable({
		name: 'RunsteadAudit',
		category: 'RunsteadAudit',
		description: 'Everything that happened: one row an event of the outbox.',
		schema: `TimeGenerated:datetime, WorkspaceId:string, WorkspaceName:string, Sequence:long, EventType:string, Subject:string,
			Actor:string, Data:dynamic, Type:string, _ResourceId:string`,
	}),
	logTable({
		name: 'RunsteadAlerts',
		category: 'RunsteadAlerts',
		description: 'Alerts: fired, acknowledged, closed, resolved.',
		schema: `TimeGenerated:datetime, WorkspaceId:string, WorkspaceName:string, EventType:string, AlertId:string, Actor:string,
			RuleName:string, Severity:int, State:string, Data:dynamic, Type:string, _ResourceId:string`,
	}),
	logTable({
		name: 'RunsteadRuns',
		category: null,
		description: 'Runs as they are now: one row a run; TimeGenerated is when it was made.',
		source: 'runs',
		schema: `TimeGenerated:datetime, WorkspaceId:string, WorkspaceName:string, RunId:string, RunNumber:long, ExperimentId:string,
			ExperimentName:string, ParentRunId:string, RootRunId:string, DisplayName:string, RunType:string, Origin:string,
			SubmittedBy:string, Target:string, Status:string, StatusReason:string, StartTime:datetime, EndTime:datetime,
			DurationMs:real, Lifecycle:string, Tags:dynamic, Properties:dynamic, Params:dynamic, Metrics:dynamic, Type:string,
			_ResourceId:string`,
	}),
	logTable({
		name: 'RunsteadMetrics',
		category: null,
		description:
			'Points of metrics: one row a point and column; TimeGenerated is when it was logged. Text has what is no number, and the names of NaN and infinities.',
		source: 'points',
		schema: `TimeGenerated:datetime, WorkspaceId:string, WorkspaceName:string, RunId:string, Name:string, Column:string, Step:long,
			Value:real, Text:string, Type:string`,
	}),
	logTable({
		name: 'RunsteadLogs',
		category: null,
		description: 'Lines of the logs of runs; TimeGenerated is the time that the line begins with, else when its log was made.',
		source: 'lines',
		schema: `TimeGenerated:datetime, WorkspaceId:string, WorkspaceName:string, RunId:string, Path:string, LineNumber:long,
			Level:string, Message:string, Type:string`,
	}),
] as const;
