/** Quotas in cores: those of which something is used, or that somebody set, with what is free; the others on request. */
import { Button, makeStyles, ProgressBar, Subtitle2, tokens } from '@fluentui/react-components';
import type { Quota } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { PanelButton } from '../../shared/panel/panel-button.tsx';
import { quotasQuery } from './api.ts';
import { quotaName } from './quota-name.ts';
import { QuotaRequests } from './quota-requests.tsx';
import { isTold } from './told-quota.ts';

const useStyles = makeStyles({
	root: { padding: tokens.spacingHorizontalL, flexShrink: 0, maxHeight: '45%', overflowY: 'auto' },
	head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, marginBottom: tokens.spacingVerticalS },
	list: {
		display: 'grid',
		gridTemplateColumns: 'repeat(auto-fill, minmax(220px, 1fr))',
		gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL}`,
		margin: 0,
		padding: 0,
		listStyleType: 'none',
	},
	words: { display: 'flex', justifyContent: 'space-between', gap: tokens.spacingHorizontalS, marginBottom: '4px' },
	panel: { width: '300px' },
	cores: { color: tokens.colorNeutralForeground3, fontVariantNumeric: 'tabular-nums' },
});

const QuotaRequestForm = onDemand(async () => (await import('./quota-request-form.tsx')).QuotaRequestForm);

export function QuotaList({ workspace }: { readonly workspace: string }) {
	const styles = useStyles();
	const { data: quotas = [] } = useQuery(quotasQuery(workspace));
	const [isWhole, setIsWhole] = useState(false);
	const shown = isWhole ? quotas : quotas.filter(isTold);
	if (quotas.length === 0) return null;
	return (
		<section className={styles.root} aria-label="Quotas">
			<div className={styles.head}>
				<Subtitle2 as="h2">Quotas, in cores</Subtitle2>
				<Button size="small" appearance="subtle" aria-expanded={isWhole} onClick={() => setIsWhole(!isWhole)}>
					{isWhole ? 'Only those in use' : `All ${quotas.length}`}
				</Button>
				<PanelButton label="More cores" className={styles.panel} button={{ size: 'small', children: 'Ask for more…' }}>
					{(close) => <QuotaRequestForm workspace={workspace} quotas={quotas} onClose={close} />}
				</PanelButton>
			</div>
			<ul className={styles.list}>
				{shown.map((quota) => (
					<QuotaUse key={quota.name} quota={quota} />
				))}
			</ul>
			<QuotaRequests workspace={workspace} />
		</section>
	);
}

function QuotaUse({ quota }: { readonly quota: Quota }) {
	const styles = useStyles();
	const { name, usedCores, limitCores, freeCores, workspaceLimitCores } = quota;
	const whose = workspaceLimitCores === null ? 'what the server has' : 'the share of this workspace';
	return (
		<li title={`${formatCount(freeCores)} free; the limit is ${whose}`}>
			<div className={styles.words}>
				<span>{quotaName(name)}</span>
				<span className={styles.cores}>
					{formatCount(usedCores)} of {formatCount(limitCores)}
				</span>
			</div>
			<ProgressBar
				aria-label={`${quotaName(name)}: ${usedCores} of ${limitCores} cores used`}
				value={limitCores === 0 ? 0 : Math.min(1, usedCores / limitCores)}
				color={freeCores === 0 ? 'error' : 'brand'}
				thickness="large"
			/>
		</li>
	);
}
