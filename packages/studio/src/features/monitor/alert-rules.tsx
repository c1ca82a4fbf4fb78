/** The rules of a workspace: switched on and off, silenced, changed, deleted; those that are recommended are ready to be made. */
import { Button, makeStyles, Switch, Text, tokens } from '@fluentui/react-components';
import { type AlertRule, conditionText } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { formatAbsolute, formatClock } from '../../shared/format/times.ts';
import { AddRegular, DeleteRegular, EditRegular } from '../../shared/icons.ts';
import { QueryState } from '../../shared/states/query-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { TextCell } from '../../shared/table/text-cell.tsx';
import { SeverityBadge } from './alert-words.tsx';
import { recommendedRulesQuery, rulesQuery, useChangeMonitor } from './api.ts';
import { RuleForm } from './rule-form.tsx';

const SILENCE_MS = 3_600_000;

const useStyles = makeStyles({
	bar: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
	},
	quiet: { color: tokens.colorNeutralForeground3 },
	bad: { color: tokens.colorPaletteRedForeground1, padding: `0 ${tokens.spacingHorizontalL}` },
	wrong: { color: tokens.colorPaletteRedForeground1 },
	actions: { display: 'flex' },
	silenced: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
});

export function AlertRules({ workspace }: { readonly workspace: string }) {
	const styles = useStyles();
	const query = useQuery(rulesQuery(workspace));
	const { data: recommended = [] } = useQuery(recommendedRulesQuery(workspace));
	const change = useChangeMonitor(workspace);
	const [edited, setEdited] = useState<AlertRule | 'new' | null>(null);
	const missing = recommended.filter(({ exists }) => !exists);
	return (
		<>
			<div className={styles.bar}>
				<Button icon={<AddRegular />} appearance="primary" onClick={() => setEdited('new')}>
					New rule
				</Button>
				{missing.length > 0 && <span className={styles.quiet}>Recommended:</span>}
				{missing.map(({ rule }) => (
					<Button
						key={rule.name}
						size="small"
						title={rule.description}
						disabled={change.isPending}
						onClick={() => change.mutate({ kind: 'create-rule', rule })}
					>
						{rule.name}
					</Button>
				))}
			</div>
			{change.isError && (
				<Text className={styles.bad} role="alert">
					{describeError(change.error).message}
				</Text>
			)}
			{edited !== null && (
				<RuleForm
					key={edited === 'new' ? 'new' : edited.id}
					workspace={workspace}
					rule={edited === 'new' ? null : edited}
					onClose={() => setEdited(null)}
				/>
			)}
			<QueryState query={query} label="alert rules">
				{(rules) =>
					rules.length === 0 ? (
						<div className={styles.bar}>
							<span className={styles.quiet}>There are no rules yet. Those that are recommended are a good beginning.</span>
						</div>
					) : (
						<RuleTable rules={rules} onEdit={setEdited} onChange={change.mutate} />
					)
				}
			</QueryState>
		</>
	);
}

interface RuleTableProps {
	readonly rules: readonly AlertRule[];
	readonly onEdit: (rule: AlertRule) => void;
	readonly onChange: ReturnType<typeof useChangeMonitor>['mutate'];
}

function RuleTable({ rules, onEdit, onChange }: RuleTableProps) {
	const styles = useStyles();
	const columns: TableColumn<AlertRule>[] = [
		{
			id: 'enabled',
			header: 'On',
			widthPx: 72,
			cell: ({ id, name, enabled }) => (
				<Switch
					aria-label={`${name} is on`}
					checked={enabled}
					onChange={(_, { checked }) => onChange({ kind: 'update-rule', rule: id, change: { enabled: checked } })}
				/>
			),
		},
		{ id: 'name', header: 'Rule', widthPx: 170, cell: ({ name }) => <TextCell text={name} /> },
		{ id: 'severity', header: 'Severity', widthPx: 132, cell: ({ severity }) => <SeverityBadge severity={severity} /> },
		{
			id: 'condition',
			header: 'When',
			widthPx: 240,
			grows: true,
			cell: ({ condition, evaluationError }) => (
				<TextCell
					className={evaluationError === null ? undefined : styles.wrong}
					text={evaluationError === null ? conditionText(condition) : `could not look: ${evaluationError}`}
				/>
			),
		},
		{
			id: 'open',
			header: 'Open',
			title: 'Alerts that are open',
			widthPx: 64,
			isNumeric: true,
			cell: ({ openAlerts }) => String(openAlerts),
		},
		{ id: 'groups', header: 'Tells', widthPx: 110, cell: ({ actionGroups }) => actionGroups.map(({ name }) => name).join(', ') },
		{
			id: 'silence',
			header: 'Silence',
			widthPx: 172,
			cell: ({ id, name, silencedUntil }) =>
				silencedUntil !== null && Date.parse(silencedUntil) > Date.now() ? (
					<span className={styles.silenced}>
						<time dateTime={silencedUntil} title={formatAbsolute(Date.parse(silencedUntil))}>
							until {formatClock(Date.parse(silencedUntil))}
						</time>
						<Button
							size="small"
							aria-label={`End the silence of ${name}`}
							onClick={() => onChange({ kind: 'update-rule', rule: id, change: { silencedUntil: null } })}
						>
							End
						</Button>
					</span>
				) : (
					<Button
						size="small"
						aria-label={`Silence ${name} for an hour`}
						onClick={() =>
							onChange({ kind: 'update-rule', rule: id, change: { silencedUntil: new Date(Date.now() + SILENCE_MS).toISOString() } })
						}
					>
						Silence for an hour
					</Button>
				),
		},
		{
			id: 'actions',
			header: '',
			widthPx: 84,
			cell: (rule) => (
				<span className={styles.actions}>
					<Button size="small" appearance="subtle" icon={<EditRegular />} aria-label={`Change ${rule.name}`} onClick={() => onEdit(rule)} />
					<Button
						size="small"
						appearance="subtle"
						icon={<DeleteRegular />}
						aria-label={`Delete ${rule.name}`}
						onClick={() => confirm(`Delete the rule ${rule.name}? Its alerts stay.`) && onChange({ kind: 'delete-rule', rule: rule.id })}
					/>
				</span>
			),
		},
	];
	return <DataTable label="Alert rules" rows={rules} columns={columns} getId={({ id }) => id} onOpen={onEdit} />;
}
