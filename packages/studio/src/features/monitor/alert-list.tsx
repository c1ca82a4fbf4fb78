/** Alerts as a table, and the one that is looked at beside it. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Alert } from '@runstead/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import { morePages } from '../../shared/table/more-pages.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { TextCell } from '../../shared/table/text-cell.tsx';
import { AlertPanel } from './alert-panel.tsx';
import { SeverityBadge, stateInWords } from './alert-words.tsx';
import type { AlertsSearch } from './alerts-search.ts';
import { alertsQuery } from './api.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexGrow: 1, minHeight: 0, '@media (max-width: 860px)': { flexDirection: 'column' } },
	list: { display: 'flex', flexDirection: 'column', flexGrow: 1, minWidth: 0, minHeight: 0 },
	button: {
		border: 'none',
		padding: 0,
		background: 'none',
		font: 'inherit',
		textAlign: 'left',
		cursor: 'pointer',
		color: tokens.colorBrandForegroundLink,
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		':hover': { textDecorationLine: 'underline' },
	},
});

interface AlertListProps {
	readonly workspace: string;
	readonly search: AlertsSearch;
	readonly onChange: (change: AlertsSearch) => void;
}

export function AlertList({ workspace, search, onChange }: AlertListProps) {
	const styles = useStyles();
	const scope = search.scope ?? 'workspace';
	const list = useInfiniteQuery(alertsQuery(workspace, scope, search.past ? {} : { open: true }));
	const alerts = useMemo(() => list.data?.pages.flatMap((page) => page.alerts) ?? [], [list.data]);
	const open = (id: string): void => onChange({ alert: id });
	const columns: TableColumn<Alert>[] = [
		{ id: 'severity', header: 'Severity', widthPx: 126, cell: ({ severity }) => <SeverityBadge severity={severity} /> },
		{
			id: 'rule',
			header: 'Alert',
			widthPx: 190,
			cell: ({ id, ruleName }) => (
				<button type="button" className={styles.button} onClick={() => open(id)}>
					{ruleName}
				</button>
			),
		},
		{
			id: 'dimensions',
			header: 'Of',
			widthPx: 190,
			cell: ({ dimensions }) => <TextCell text={Object.values(dimensions).join(', ')} />,
		},
		{ id: 'summary', header: 'What', widthPx: 260, grows: true, cell: ({ summary }) => <TextCell text={summary} /> },
		{ id: 'state', header: 'State', widthPx: 120, cell: stateInWords },
		{ id: 'fired', header: 'Fired', widthPx: 110, cell: ({ firedTime }) => <Moment time={firedTime} /> },
		...(scope === 'all'
			? [
					{
						id: 'workspace',
						header: 'Workspace',
						widthPx: 120,
						cell: ({ workspaceName }: Alert) => workspaceName,
					} satisfies TableColumn<Alert>,
				]
			: []),
	];
	const chosen = alerts.find(({ id }) => id === search.alert);
	return (
		<div className={styles.root}>
			<div className={styles.list}>
				{list.isError && list.data === undefined && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
				{list.isPending && <LoadingRows rows={6} label="Loading alerts" />}
				{list.data !== undefined && alerts.length === 0 && (
					<EmptyState title={search.past ? 'No alerts yet' : 'No open alerts'}>
						{search.past
							? 'Nothing has been raised. Rules say what is worth an alert.'
							: 'What was resolved or closed is among the past ones.'}
					</EmptyState>
				)}
				{alerts.length > 0 && (
					<DataTable
						label="Alerts"
						rows={alerts}
						columns={columns}
						getId={({ id }) => id}
						onOpen={({ id }) => open(id)}
						{...morePages(list)}
					/>
				)}
			</div>
			{search.alert !== undefined && (
				<AlertPanel
					key={search.alert}
					workspace={chosen?.workspaceName ?? workspace}
					alert={search.alert}
					onClose={() => onChange({ alert: undefined })}
				/>
			)}
		</div>
	);
}
