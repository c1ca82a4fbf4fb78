/** Changes a chart where it stands: what it shows, its axes, its size. */
import { Dropdown, Field, Option, Switch } from '@fluentui/react-components';
import { RangeSlider } from '../../shared/range-slider.tsx';
import type { ChartOf, ChartSpec, LineAxis } from './chart-spec.ts';
import { ColumnChoice } from './column-choice.tsx';

const SMOOTHING_PARTS = 100;
const AXES: Readonly<Record<LineAxis, string>> = {
	step: 'Step',
	relative: 'Time since start',
	time: 'Time of day',
	metric: 'Another metric',
};
const WIDTHS = { 1: 'One column', 2: 'Two columns', 3: 'Whole width' } as const;

export function ChartFields({ workspace, chart, onChange }: FieldsProps) {
	return (
		<>
			<KindFields workspace={workspace} chart={chart} onChange={onChange} />
			<SizeFields chart={chart} onChange={onChange} />
		</>
	);
}

export interface FieldsProps<Chart extends ChartSpec = ChartSpec> {
	readonly workspace: string;
	readonly chart: Chart;
	readonly onChange: (chart: ChartSpec) => void;
}

function KindFields({ workspace, chart, onChange }: FieldsProps) {
	switch (chart.kind) {
		case 'line':
			return <LineFields workspace={workspace} chart={chart} onChange={onChange} />;
		case 'scatter':
			return (
				<>
					<ColumnChoice workspace={workspace} label="Across" of="all" value={chart.x} onChoose={(x) => x && onChange({ ...chart, x })} />
					<ColumnChoice workspace={workspace} label="Up" of="numbers" value={chart.y} onChoose={(y) => y && onChange({ ...chart, y })} />
					<LogSwitches chart={chart} onChange={onChange} />
				</>
			);
		case 'bar':
			return (
				<ColumnChoice workspace={workspace} label="Value" of="numbers" value={chart.y} onChoose={(y) => y && onChange({ ...chart, y })} />
			);
		case 'box':
			return (
				<>
					<ColumnChoice workspace={workspace} label="Value" of="numbers" value={chart.y} onChoose={(y) => y && onChange({ ...chart, y })} />
					<ColumnChoice
						workspace={workspace}
						label="Grouped by"
						of="all"
						value={chart.by}
						onChoose={(by) => by && onChange({ ...chart, by })}
					/>
				</>
			);
		case 'parallel':
			return <ParallelFields workspace={workspace} chart={chart} onChange={onChange} />;
	}
}

function LineFields({ workspace, chart, onChange }: FieldsProps<ChartOf<'line'>>) {
	const x = chart.x ?? 'step';
	const smoothing = chart.smoothing ?? 0;
	const change = (fields: Partial<ChartOf<'line'>>) => onChange(withoutUndefined({ ...chart, ...fields }));
	return (
		<>
			<ColumnChoice
				workspace={workspace}
				label="Metric"
				of="metrics"
				value={chart.metric}
				onChoose={(metric) => metric && change({ metric })}
			/>
			<Field label="Across" size="small">
				<Dropdown
					value={AXES[x]}
					selectedOptions={[x]}
					onOptionSelect={(_, { optionValue }) => change(axisChange(chart, optionValue as LineAxis))}
				>
					{Object.entries(AXES).map(([value, label]) => (
						<Option key={value} value={value}>
							{label}
						</Option>
					))}
				</Dropdown>
			</Field>
			{x === 'metric' && (
				<ColumnChoice
					workspace={workspace}
					label="Over the metric"
					of="metrics"
					value={chart.xMetric}
					onChoose={(xMetric) => xMetric && change({ xMetric })}
				/>
			)}
			<ColumnChoice
				workspace={workspace}
				label="Mean and spread of groups by"
				of="all"
				value={chart.by}
				none="each run alone"
				onChoose={(by) => change({ by })}
			/>
			<Field label={`Smoothing ${smoothing.toFixed(2)}`} size="small">
				<RangeSlider
					label="Smoothing"
					max={SMOOTHING_PARTS - 1}
					value={Math.round(smoothing * SMOOTHING_PARTS)}
					onChange={(value) => change({ smoothing: value === 0 ? undefined : value / SMOOTHING_PARTS })}
				/>
			</Field>
			<LogSwitches chart={chart} onChange={onChange} />
		</>
	);
}

/** A chart over another metric needs one to begin with: the metric itself, until another is chosen. */
function axisChange(chart: ChartOf<'line'>, x: LineAxis): Partial<ChartOf<'line'>> {
	return x === 'metric' ? { x, xMetric: chart.xMetric ?? chart.metric } : { x };
}

function LogSwitches({ chart, onChange }: { readonly chart: ChartOf<'line' | 'scatter'>; readonly onChange: (chart: ChartSpec) => void }) {
	return (
		<>
			<Switch
				label="Logarithmic across"
				checked={chart.logX ?? false}
				onChange={(_, { checked }) => onChange({ ...chart, logX: checked })}
			/>
			<Switch label="Logarithmic up" checked={chart.logY ?? false} onChange={(_, { checked }) => onChange({ ...chart, logY: checked })} />
		</>
	);
}

function ParallelFields({ workspace, chart, onChange }: FieldsProps<ChartOf<'parallel'>>) {
	const { columns } = chart;
	const put = (index: number, column: string | undefined) =>
		onChange({ ...chart, columns: columns.flatMap((one, at) => (at === index ? (column ?? []) : one)) });
	return (
		<>
			{columns.map((column, index) => (
				<ColumnChoice
					// biome-ignore lint/suspicious/noArrayIndexKey: an axis is its place
					key={index}
					workspace={workspace}
					label={`Axis ${index + 1}`}
					of="all"
					value={column}
					none="take this axis away"
					onChoose={(chosen) => put(index, chosen)}
				/>
			))}
			<ColumnChoice
				workspace={workspace}
				label="One more axis"
				of="all"
				value={undefined}
				onChoose={(column) => column !== undefined && !columns.includes(column) && onChange({ ...chart, columns: [...columns, column] })}
			/>
		</>
	);
}

function SizeFields({ chart, onChange }: { readonly chart: ChartSpec; readonly onChange: (chart: ChartSpec) => void }) {
	const width = chart.width ?? 1;
	return (
		<>
			<Field label="Width" size="small">
				<Dropdown
					value={WIDTHS[width]}
					selectedOptions={[String(width)]}
					onOptionSelect={(_, { optionValue }) =>
						onChange(withoutUndefined({ ...chart, width: optionValue === '1' ? undefined : (Number(optionValue) as 2 | 3) }))
					}
				>
					{Object.entries(WIDTHS).map(([value, label]) => (
						<Option key={value} value={value}>
							{label}
						</Option>
					))}
				</Dropdown>
			</Field>
			<Switch label="Tall" checked={chart.isTall ?? false} onChange={(_, { checked }) => onChange({ ...chart, isTall: checked })} />
		</>
	);
}

/** Addresses hold only what is there. */
function withoutUndefined(chart: { readonly [Key in keyof ChartSpec]?: ChartSpec[Key] | undefined }): ChartSpec {
	return Object.fromEntries(Object.entries(chart).filter(([, value]) => value !== undefined)) as unknown as ChartSpec;
}
