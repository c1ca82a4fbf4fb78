/** One diagnostic setting: what it sends, how far each destination has come, and what it holds. */
import { Badge, Button, Card, makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import type { DestinationState, DiagnosticSetting } from '@runstead/contract';
import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { formatBytes } from '../../shared/format/bytes.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { formatCount } from '../../shared/format/numbers.ts';
import { DeleteRegular, EditRegular } from '../../shared/icons.ts';
import { useChangeSetting, useTestSetting } from './api.ts';
import { KIND_NAMES, placeInWords, secondsInWords, totalOf, waitingInWords } from './destination-in-words.ts';
import { TestResults } from './test-results.tsx';

const useStyles = makeStyles({
	root: { gap: tokens.spacingVerticalM, flexShrink: 0 },
	head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
	grow: { flexGrow: 1 },
	quiet: { color: tokens.colorNeutralForeground3 },
	error: { color: tokens.colorPaletteRedForeground1, overflowWrap: 'anywhere' },
	destinations: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(300px, 1fr))', gap: tokens.spacingHorizontalXXL },
	destination: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, minWidth: 0 },
	title: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, fontWeight: tokens.fontWeightSemibold },
	volumes: { borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums' },
	cell: { textAlign: 'right', paddingLeft: tokens.spacingHorizontalL },
	first: { textAlign: 'left', fontWeight: tokens.fontWeightRegular },
});

const BADGES = {
	current: ['success', 'all is sent'],
	behind: ['informative', 'catching up'],
	failing: ['danger', 'failing'],
} as const;

interface SettingCardProps {
	readonly workspace: string;
	readonly setting: DiagnosticSetting;
	readonly onEdit: () => void;
}

export function SettingCard({ workspace, setting, onEdit }: SettingCardProps) {
	const styles = useStyles();
	const trial = useTestSetting(workspace);
	const change = useChangeSetting(workspace);
	const [isDeleting, setDeleting] = useState(false);
	return (
		<Card appearance="outline" className={styles.root} role="group" aria-label={`Diagnostic setting ${setting.name}`}>
			<div className={styles.head}>
				<Subtitle2 as="h2">{setting.name}</Subtitle2>
				<span className={styles.grow}>{setting.categories.join(', ')}</span>
				{isDeleting ? (
					<>
						<span>Stop sending? What was sent stays where it is.</span>
						<Button appearance="primary" disabled={change.isPending} onClick={() => change.mutate({ kind: 'delete', name: setting.name })}>
							Delete
						</Button>
						<Button onClick={() => setDeleting(false)}>Close</Button>
					</>
				) : (
					<>
						<Button disabled={trial.isPending} onClick={() => trial.mutate({ name: setting.name })}>
							{trial.isPending ? 'Testing…' : 'Test'}
						</Button>
						<Button icon={<EditRegular />} onClick={onEdit}>
							Change
						</Button>
						<Button icon={<DeleteRegular />} aria-label={`Delete ${setting.name}`} onClick={() => setDeleting(true)} />
					</>
				)}
			</div>
			{[trial, change].some(({ isError }) => isError) && (
				<span className={styles.error} role="alert">
					{describeError(trial.error ?? change.error).message}
				</span>
			)}
			{trial.data !== undefined && <TestResults tests={trial.data} />}
			<div className={styles.destinations}>
				{setting.destinations.map((state) => (
					<Destination key={state.kind} setting={setting} state={state} />
				))}
			</div>
			<span className={styles.quiet}>
				Changed <Moment time={setting.modifiedTime} /> by {setting.modifiedBy}
			</span>
		</Card>
	);
}

function Destination({ setting, state }: { readonly setting: DiagnosticSetting; readonly state: DestinationState }) {
	const styles = useStyles();
	const [color, words] = BADGES[state.status];
	const waiting = waitingInWords(state);
	const total = totalOf(state);
	return (
		<section className={styles.destination} aria-label={KIND_NAMES[state.kind]}>
			<span className={styles.title}>
				{KIND_NAMES[state.kind]}
				<Badge appearance="tint" color={color}>
					{words}
				</Badge>
			</span>
			<span>{placeInWords(setting, state.kind)}</span>
			{state.error !== null && (
				<span className={styles.error}>
					{state.error.message.replace(/\.$/, '')}, since <Moment time={state.error.sinceTime} />.
				</span>
			)}
			{waiting !== null && <span>{waiting}</span>}
			<span className={styles.quiet}>
				An event takes {secondsInWords(state.typicalDelaySeconds)}. {state.sentTime === null ? 'Nothing was sent yet.' : 'Last sent '}
				{state.sentTime !== null && <Moment time={state.sentTime} />}
			</span>
			{state.volumes.length > 0 && (
				<table className={styles.volumes}>
					<caption className={styles.first}>
						Holds {formatCount(total.recordCount)} records, {formatBytes(total.sizeBytes)}
					</caption>
					<tbody>
						{state.volumes.map(({ category, recordCount, sizeBytes }) => (
							<tr key={category}>
								<th scope="row" className={styles.first}>
									{category}
								</th>
								<td className={styles.cell}>{formatCount(recordCount)}</td>
								<td className={styles.cell}>{formatBytes(sizeBytes)}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</section>
	);
}
