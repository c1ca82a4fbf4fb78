/** What holds for all charts at once: search by name, x axis, logarithmic axis, smoothing. */
import { Dropdown, Label, makeStyles, Option, SearchBox, Switch, tokens, useId } from '@fluentui/react-components';
import { formatCount } from '../../shared/format/numbers.ts';
import { filterTarget } from '../../shared/keyboard/focus-filter.ts';
import { RangeSlider } from '../../shared/range-slider.tsx';
import type { ChartX } from './chart-view.ts';

const AXES: Readonly<Record<ChartX, string>> = { step: 'Step', relative: 'Time since start', time: 'Time of day' };
const SMOOTHING_PARTS = 100;

const useStyles = makeStyles({
	root: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}` },
	search: { width: '220px', '@media (max-width: 640px)': { width: 'auto', flexGrow: 1, flexBasis: '130px', minWidth: 0 } },
	axis: { minWidth: '150px' },
	slider: { display: 'inline-flex', alignItems: 'center' },
	range: { width: '100px' },
	value: { minWidth: '32px', fontVariantNumeric: 'tabular-nums', color: tokens.colorNeutralForeground3 },
	count: {
		marginLeft: 'auto',
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
		'@media (max-width: 640px)': { display: 'none' },
	},
});

/** As it stands in the page's address. */
export interface MetricSearch {
	readonly x?: ChartX;
	readonly log?: boolean;
	readonly logX?: boolean;
	readonly smoothing?: number;
	readonly metric?: string;
	/** Shown at full size. */
	readonly full?: string;
}

interface MetricControlsProps {
	readonly search: MetricSearch;
	readonly onSearch: (change: Partial<MetricSearch>) => void;
	readonly count: number;
	readonly found: number;
	/** Without lines there is nothing to smooth. */
	readonly hasLines: boolean;
}

export function MetricControls({ search, onSearch, count, found, hasLines }: MetricControlsProps) {
	const styles = useStyles();
	const smoothingId = useId('smoothing');
	const x = search.x ?? 'step';
	const smoothing = search.smoothing ?? 0;
	return (
		<div className={styles.root}>
			<SearchBox
				className={styles.search}
				placeholder="Find a metric"
				aria-label="Find a metric"
				value={search.metric ?? ''}
				onChange={(_, { value }) => onSearch({ metric: value })}
				{...filterTarget}
			/>
			{hasLines && (
				<>
					<Dropdown
						className={styles.axis}
						aria-label="Horizontal axis"
						value={AXES[x]}
						selectedOptions={[x]}
						onOptionSelect={(_, { optionValue }) => onSearch({ x: optionValue as ChartX })}
					>
						{Object.entries(AXES).map(([value, label]) => (
							<Option key={value} value={value}>
								{label}
							</Option>
						))}
					</Dropdown>
					<span className={styles.slider}>
						<Label htmlFor={smoothingId}>Smoothing</Label>
						<RangeSlider
							id={smoothingId}
							className={styles.range}
							max={SMOOTHING_PARTS - 1}
							value={Math.round(smoothing * SMOOTHING_PARTS)}
							onChange={(value) => onSearch({ smoothing: value / SMOOTHING_PARTS })}
						/>
						<span className={styles.value}>{smoothing.toFixed(2)}</span>
					</span>
					<Switch label="Logarithmic" checked={search.log ?? false} onChange={(_, { checked }) => onSearch({ log: checked })} />
					{x !== 'time' && (
						<Switch label="Log x" checked={search.logX ?? false} onChange={(_, { checked }) => onSearch({ logX: checked })} />
					)}
				</>
			)}
			<span className={styles.count}>
				{found === count
					? `${formatCount(count)} ${count === 1 ? 'metric' : 'metrics'}`
					: `${formatCount(found)} of ${formatCount(count)} metrics`}
			</span>
		</div>
	);
}
