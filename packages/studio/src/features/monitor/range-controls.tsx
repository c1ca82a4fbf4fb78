/** The time that is shown, how fine, and of which workspaces. */
import { Dropdown, makeStyles, Option, Switch, Tab, TabList, tokens } from '@fluentui/react-components';
import { METRIC_GRAINS_SECONDS } from '@runstead/contract';
import { DEFAULT_RANGE, METRIC_RANGES, type MetricRange, type MetricsSearch } from './metrics-search.ts';

const AUTOMATIC = 'automatic';

const useStyles = makeStyles({
	root: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
	grain: { width: '190px', '& button': { minWidth: 0 } },
});

/** @example grainInWords(300) === '5 min' */
export function grainInWords(seconds: number): string {
	if (seconds < 3_600) return `${seconds / 60} min`;
	return seconds < 86_400 ? `${seconds / 3_600} h` : `${seconds / 86_400} d`;
}

interface RangeControlsProps {
	readonly search: MetricsSearch;
	/** What the server has taken. */
	readonly grainSeconds: number | undefined;
	readonly onChange: (change: MetricsSearch) => void;
}

export function RangeControls({ search, grainSeconds, onChange }: RangeControlsProps) {
	const styles = useStyles();
	const automatic = `Grain: ${AUTOMATIC}${grainSeconds === undefined ? '' : ` (${grainInWords(grainSeconds)})`}`;
	return (
		<div className={styles.root}>
			<TabList
				size="small"
				aria-label="Time range"
				selectedValue={search.from === undefined ? (search.range ?? DEFAULT_RANGE) : null}
				onTabSelect={(_, { value }) => onChange({ range: value as MetricRange, from: undefined, to: undefined })}
			>
				{METRIC_RANGES.map((range) => (
					<Tab key={range} value={range}>
						{range}
					</Tab>
				))}
			</TabList>
			<Dropdown
				aria-label="Grain"
				size="small"
				className={styles.grain}
				value={search.grain === undefined ? automatic : `Grain: ${grainInWords(search.grain)}`}
				selectedOptions={[String(search.grain ?? AUTOMATIC)]}
				onOptionSelect={(_, { optionValue }) => onChange({ grain: METRIC_GRAINS_SECONDS.find((grain) => String(grain) === optionValue) })}
			>
				<Option value={AUTOMATIC}>{AUTOMATIC}</Option>
				{METRIC_GRAINS_SECONDS.map((grain) => (
					<Option key={grain} value={String(grain)}>
						{grainInWords(grain)}
					</Option>
				))}
			</Dropdown>
			<Switch
				label="All workspaces"
				checked={search.scope === 'all'}
				onChange={(_, { checked }) => onChange({ scope: checked ? 'all' : undefined })}
			/>
		</div>
	);
}
