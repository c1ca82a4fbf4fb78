/** What can be done with the text in the viewer: search, wrap, jump, follow, download. */
import { Button, makeStyles, SearchBox, ToggleButton, Tooltip, tokens } from '@fluentui/react-components';
import { formatBytes } from '../../shared/format/bytes.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowDownloadRegular, ArrowDownRegular, ArrowUpRegular, TextWrapRegular } from '../../shared/icons.ts';
import { filterTarget } from '../../shared/keyboard/focus-filter.ts';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalXS,
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	search: { width: '220px' },
	count: { minWidth: '72px', color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, fontVariantNumeric: 'tabular-nums' },
	right: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, marginLeft: 'auto' },
});

interface LogToolbarProps {
	readonly search: string;
	readonly onSearch: (search: string) => void;
	/** Index of the chosen match; null without any. */
	readonly match: number | null;
	readonly matchCount: number;
	/** The search sees only what was read. */
	readonly isPartlyRead: boolean;
	/** Null for a file that is too large to be held. */
	readonly onReadAll: (() => void) | null;
	readonly sizeBytes: number;
	readonly onMatch: (match: number) => void;
	readonly isWrapped: boolean;
	readonly onWrap: (isWrapped: boolean) => void;
	readonly isFollowing: boolean;
	readonly isGrowing: boolean;
	readonly onJump: (place: 'start' | 'end') => void;
	readonly downloadAddress: string;
}

export function LogToolbar(props: LogToolbarProps) {
	const { search, match, matchCount, onMatch, isWrapped, isFollowing, isGrowing } = props;
	const styles = useStyles();
	const isSearching = search !== '';
	return (
		<div className={styles.root}>
			<SearchBox
				size="small"
				className={styles.search}
				placeholder="Search"
				aria-label="Search in the text"
				value={search}
				{...filterTarget}
				onChange={(_, { value }) => props.onSearch(value)}
				onKeyDown={(event) => {
					if (event.key === 'Enter' && match !== null) onMatch(event.shiftKey ? match - 1 : match + 1);
					if (event.key === 'Escape') props.onSearch('');
				}}
			/>
			{isSearching && (
				<>
					<span className={styles.count} role="status">
						{match === null ? 'not found' : `${formatCount(match + 1)} of ${formatCount(matchCount)}`}
					</span>
					<Button
						size="small"
						appearance="subtle"
						icon={<ArrowUpRegular />}
						aria-label="Previous match"
						disabled={match === null}
						onClick={() => match !== null && onMatch(match - 1)}
					/>
					<Button
						size="small"
						appearance="subtle"
						icon={<ArrowDownRegular />}
						aria-label="Next match"
						disabled={match === null}
						onClick={() => match !== null && onMatch(match + 1)}
					/>
					{props.isPartlyRead && props.onReadAll === null && <span className={styles.count}>in the part that was read</span>}
					{props.isPartlyRead && props.onReadAll !== null && (
						<Button size="small" appearance="subtle" onClick={props.onReadAll}>
							Search all {formatBytes(props.sizeBytes)}
						</Button>
					)}
				</>
			)}
			<div className={styles.right}>
				<Tooltip content="Wrap long lines" relationship="label">
					<ToggleButton
						size="small"
						appearance="subtle"
						icon={<TextWrapRegular />}
						checked={isWrapped}
						onClick={() => props.onWrap(!isWrapped)}
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
