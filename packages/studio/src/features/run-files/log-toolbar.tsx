/** What can be done with the text in the viewer: search, levels, first error, wrap, times, jump, follow, download. */
import { Button, Dropdown, makeStyles, Option, SearchBox, ToggleButton, Tooltip, tokens } from '@fluentui/react-components';
import type { LogLevel } from '@runstead/contract';
import type { ReactNode } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import {
	ArrowDownloadRegular,
	ArrowDownRegular,
	ArrowUpRegular,
	ErrorCircleRegular,
	FilterRegular,
	TextWrapRegular,
	TimerRegular,
} from '../../shared/icons.ts';
import { filterTarget } from '../../shared/keyboard/focus-filter.ts';
import type { LogView } from './log-view.ts';

const LEVELS: Readonly<Record<LogLevel | 'all', string>> = {
	all: 'All levels',
	error: 'Errors',
	warning: 'Warnings and errors',
	info: 'Info and graver',
	debug: 'Debug and graver',
};

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalXS,
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	search: { width: '190px' },
	level: { minWidth: '124px' },
	count: { minWidth: '64px', color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, fontVariantNumeric: 'tabular-nums' },
	code: { fontFamily: tokens.fontFamilyMonospace, minWidth: '32px' },
	right: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS, marginLeft: 'auto' },
});

interface LogToolbarProps {
	readonly view: LogView;
	readonly onView: (change: LogView) => void;
	/** Index of the chosen hit; null without any. */
	readonly hit: number | null;
	readonly hitCount: number;
	/** There may be more hits. */
	readonly isSearching: boolean;
	readonly isCutOff: boolean;
	readonly onHit: (hit: number) => void;
	readonly onFirstError: () => void;
	readonly hasTimes: boolean;
	readonly onTimes: (hasTimes: boolean) => void;
	readonly isFollowing: boolean;
	readonly isGrowing: boolean;
	readonly onJump: (edge: 'start' | 'end') => void;
	readonly downloadAddress: string;
	readonly children?: ReactNode;
}

export function LogToolbar(props: LogToolbarProps) {
	const { view, onView, hit, hitCount, onHit, hasTimes, isFollowing, isGrowing } = props;
	const styles = useStyles();
	const isSought = view.q !== undefined || view.level !== undefined;
	return (
		<div className={styles.root} role="toolbar" aria-label="Text">
			<SearchBox
				size="small"
				className={styles.search}
				placeholder="Search"
				aria-label="Search in the text"
				value={view.q ?? ''}
				{...filterTarget}
				onChange={(_, { value }) => onView({ q: value === '' ? undefined : value })}
				onKeyDown={(event) => {
					if (event.key === 'Enter' && hitCount > 0) onHit(hit === null ? 0 : event.shiftKey ? hit - 1 : hit + 1);
					if (event.key === 'Escape') onView({ q: undefined });
				}}
			/>
			<Tooltip content="Regular expression" relationship="label">
				<ToggleButton
					size="small"
					appearance="subtle"
					className={styles.code}
					checked={view.regex ?? false}
					onClick={() => onView({ regex: view.regex ? undefined : true })}
				>
					.*
				</ToggleButton>
			</Tooltip>
			<Dropdown
				size="small"
				className={styles.level}
				aria-label="Level"
				value={LEVELS[view.level ?? 'all']}
				selectedOptions={[view.level ?? 'all']}
				onOptionSelect={(_, { optionValue }) =>
					onView(optionValue === 'all' ? { level: undefined, only: undefined } : { level: optionValue as LogLevel, only: true })
				}
			>
				{Object.entries(LEVELS).map(([value, label]) => (
					<Option key={value} value={value}>
						{label}
					</Option>
				))}
			</Dropdown>
			{isSought && (
				<>
					<Tooltip content="Only what was found" relationship="label">
						<ToggleButton
							size="small"
							appearance="subtle"
							icon={<FilterRegular />}
							checked={view.only ?? false}
							onClick={() => onView({ only: view.only ? undefined : true })}
						/>
					</Tooltip>
					<span className={styles.count} role="status">
						{hitsInWords(props)}
					</span>
					<Button
						size="small"
						appearance="subtle"
						icon={<ArrowUpRegular />}
						aria-label="Previous match"
						disabled={hitCount === 0}
						onClick={() => onHit(hit === null ? hitCount - 1 : hit - 1)}
					/>
					<Button
						size="small"
						appearance="subtle"
						icon={<ArrowDownRegular />}
						aria-label="Next match"
						disabled={hitCount === 0}
						onClick={() => onHit(hit === null ? 0 : hit + 1)}
					/>
				</>
			)}
			<Button size="small" appearance="subtle" icon={<ErrorCircleRegular />} onClick={props.onFirstError}>
				First error
			</Button>
			<div className={styles.right}>
				{props.children}
				<Tooltip content={hasTimes ? 'Hide the times that lines begin with' : 'Show the times that lines begin with'} relationship="label">
					<ToggleButton
						size="small"
						appearance="subtle"
						icon={<TimerRegular />}
						checked={hasTimes}
						onClick={() => props.onTimes(!hasTimes)}
					/>
				</Tooltip>
				<Tooltip content="Wrap long lines" relationship="label">
					<ToggleButton
						size="small"
						appearance="subtle"
						icon={<TextWrapRegular />}
						checked={view.wrap ?? false}
						onClick={() => onView({ wrap: view.wrap ? undefined : true })}
					/>
				</Tooltip>
				<Button size="small" appearance="subtle" onClick={() => props.onJump('start')}>
					Start
				</Button>
				<ToggleButton
					size="small"
					appearance="subtle"
					checked={isFollowing && isGrowing}
					icon={<ArrowDownRegular />}
					onClick={() => props.onJump('end')}
				>
					{isGrowing ? 'Follow' : 'End'}
				</ToggleButton>
				<Tooltip content="Download" relationship="label">
					<Button as="a" size="small" appearance="subtle" icon={<ArrowDownloadRegular />} href={props.downloadAddress} download />
				</Tooltip>
			</div>
		</div>
	);
}

function hitsInWords({ hit, hitCount, isSearching, isCutOff }: LogToolbarProps): string {
	if (hitCount === 0) return isSearching ? 'searching' : 'not found';
	const count = `${formatCount(hitCount)}${isCutOff || isSearching ? '+' : ''}`;
	return hit === null ? `${count} found` : `${formatCount(hit + 1)} of ${count}`;
}
