/** The diagnostic settings of a workspace: what is sent where, how far it has come, and what is held. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { AddRegular } from '../../shared/icons.ts';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { diagnosticSettingsQuery } from './api.ts';
import { SettingCard } from './setting-card.tsx';
import { draftOf, EMPTY_DRAFT, type SettingDraft } from './setting-draft.ts';
import { SettingForm } from './setting-form.tsx';

const route = getRouteApi('/w/$workspace/monitor/diagnostic-settings');

const useStyles = makeStyles({
	body: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalL,
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXXL}`,
		overflowY: 'auto',
	},
});

export function DiagnosticSettingsPage() {
	const styles = useStyles();
	const { workspace } = route.useParams();
	const query = useQuery(diagnosticSettingsQuery(workspace));
	const [draft, setDraft] = useState<SettingDraft | null>(null);
	const add = (
		<Button appearance="primary" icon={<AddRegular />} onClick={() => setDraft(EMPTY_DRAFT)}>
			Add a setting
		</Button>
	);
	return (
		<>
			<PageTrail items={[{ label: 'Monitor' }, { label: 'Diagnostic settings' }]} />
			<PageTitle title="Diagnostic settings" beside="Which logs and metrics are sent where." actions={draft === null && add} />
			<QueryState query={query} label="diagnostic settings">
				{({ settings, categories }) => (
					<div className={styles.body} {...scrollable}>
						{draft !== null && (
							<SettingForm key={draft.name} workspace={workspace} begin={draft} categories={categories} onClose={() => setDraft(null)} />
						)}
						{settings.length === 0 && draft === null && (
							<EmptyState title="Nothing is sent anywhere">
								The log tables take nothing new while no setting sends to Log Analytics. What happens is kept anyway: a setting that is
								added later fills them from the first event on.
							</EmptyState>
						)}
						{settings.map((setting) => (
							<SettingCard key={setting.id} workspace={workspace} setting={setting} onEdit={() => setDraft(draftOf(setting))} />
						))}
					</div>
				)}
			</QueryState>
		</>
	);
}
