/** Alerts: what was raised, the rules that raise it, and who is told. */
import { makeStyles, Switch, Tab, TabList, tokens } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { ActionGroups } from './action-groups.tsx';
import { AlertList } from './alert-list.tsx';
import { AlertRules } from './alert-rules.tsx';
import type { AlertsSearch, AlertsTab } from './alerts-search.ts';
import { monitorKeys } from './api.ts';

const route = getRouteApi('/w/$workspace/monitor/alerts');
const READ_MS = 500;

const useStyles = makeStyles({
	bar: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalM,
		padding: `0 ${tokens.spacingHorizontalL}`,
		flexWrap: 'wrap',
	},
});

export function AlertsPage() {
	const styles = useStyles();
	const { workspace } = route.useParams();
	const search = route.useSearch();
	const navigate = useNavigate({ from: '/w/$workspace/monitor/alerts' });
	const tab = search.tab ?? 'alerts';
	const change = (next: AlertsSearch): void => void navigate({ search: (before: AlertsSearch) => ({ ...before, ...next }), replace: true });
	useLiveAlerts(workspace);
	return (
		<>
			<PageTrail items={[{ label: 'Monitor' }, { label: 'Alerts' }]} />
			<PageTitle title="Alerts" beside="Rules look at metrics, logs and runs, and tell when it is too much." />
			<div className={styles.bar}>
				<TabList selectedValue={tab} onTabSelect={(_, { value }) => change({ tab: value as AlertsTab })}>
					<Tab value="alerts">Alerts</Tab>
					<Tab value="rules">Rules</Tab>
					<Tab value="groups">Action groups</Tab>
				</TabList>
				{tab === 'alerts' && (
					<>
						<Switch
							label="Include past"
							checked={search.past === true}
							onChange={(_, { checked }) => change({ past: checked || undefined })}
						/>
						<Switch
							label="All workspaces"
							checked={search.scope === 'all'}
							onChange={(_, { checked }) => change({ scope: checked ? 'all' : undefined })}
						/>
					</>
				)}
			</div>
			{tab === 'alerts' && <AlertList workspace={workspace} search={search} onChange={change} />}
			{tab === 'rules' && <AlertRules workspace={workspace} />}
			{tab === 'groups' && <ActionGroups workspace={workspace} />}
		</>
	);
}

function useLiveAlerts(workspace: string): void {
	const queries = useQueryClient();
	const read = useThrottled(() => {
		for (const queryKey of [monitorKeys.alerts, monitorKeys.rules(workspace)]) void queries.invalidateQueries({ queryKey });
	}, READ_MS);
	useLiveEvents((event) => {
		if (event.kind === 'change' && event.change.type.startsWith('alert')) read();
	});
}
