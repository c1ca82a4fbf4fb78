/** The pictures of a run by step: one slider moves all series together. */
import { Label, makeStyles, tokens, useId } from '@fluentui/react-components';
import { isTerminal, type MetricSummary, type Run } from '@runstead/contract';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { formatCount } from '../../shared/format/numbers.ts';
import { RangeSlider } from '../../shared/range-slider.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { runFileAddress, runFolderQuery } from '../run-files/api.ts';
import { useLiveRunFolder } from '../run-files/use-live-run-files.ts';
import { metricsQuery, pointsQuery } from './api.ts';
import { imagesOf, indexAtStep, stepsOf } from './image-steps.ts';
import { type ImageSeries, MLFLOW_IMAGES, mlflowImagesOf } from './mlflow-images.ts';
import { useLiveMetrics } from './use-live-metrics.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0 },
	bar: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	slider: { flexGrow: 1, maxWidth: '640px' },
	step: { minWidth: '96px', fontVariantNumeric: 'tabular-nums' },
	grid: {
		display: 'grid',
		gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 300px), 1fr))',
		gap: tokens.spacingHorizontalM,
		alignItems: 'start',
		padding: tokens.spacingHorizontalL,
		overflowY: 'auto',
	},
	image: {
		display: 'block',
		maxWidth: '100%',
		maxHeight: '420px',
		margin: '0 auto',
		borderRadius: tokens.borderRadiusMedium,
		backgroundColor: '#fff',
		imageRendering: 'auto',
	},
	none: { padding: tokens.spacingVerticalXXL, textAlign: 'center', color: tokens.colorNeutralForeground3 },
});

export function RunImages({ run }: { readonly run: Run }) {
	const query = useQuery(metricsQuery(run.id));
	const folder = useQuery(runFolderQuery(run.id, MLFLOW_IMAGES));
	useLiveMetrics(run.id);
	useLiveRunFolder(run.id, MLFLOW_IMAGES);
	const files = folder.data?.files;
	const ofMlflow = useMemo(() => mlflowImagesOf((files ?? []).map(({ path }) => path)), [files]);
	return (
		<QueryState query={query} label="images">
			{(summaries) => (
				<QueryState query={folder} label="images">
					{() => {
						const series = summaries.filter((summary) => summary.kind === 'image');
						if (series.length + ofMlflow.length === 0) return <NoImages isLive={!isTerminal(run.status)} />;
						return <ShownImages run={run.id} series={series} ofMlflow={ofMlflow} />;
					}}
				</QueryState>
			)}
		</QueryState>
	);
}

interface ShownImagesProps {
	readonly run: string;
	readonly series: readonly MetricSummary[];
	readonly ofMlflow: readonly ImageSeries[];
}

interface ShownSeries extends ImageSeries {
	/** A metric and a key may have one name. */
	readonly id: string;
	readonly isPending: boolean;
}

function ShownImages({ run, series, ofMlflow }: ShownImagesProps) {
	const styles = useStyles();
	const sliderId = useId('step');
	const queries = useQueries({ queries: series.map((summary) => pointsQuery(run, summary.name)) });
	const shown: ShownSeries[] = [
		...series.map(({ name }, index) => {
			const data = queries[index]?.data;
			return { id: `metric ${name}`, name, images: data === undefined ? [] : imagesOf(data), isPending: data === undefined };
		}),
		...ofMlflow.map((one) => ({ ...one, id: `file ${one.name}`, isPending: false })),
	];
	const steps = stepsOf(shown.map(({ images }) => images));
	/** Null: the newest, also when more come. */
	const [chosen, setChosen] = useState<number | null>(null);
	const place = chosen === null ? steps.length - 1 : Math.min(chosen, steps.length - 1);
	const step = steps[place] ?? 0;
	return (
		<div className={styles.root}>
			{steps.length > 1 && (
				<div className={styles.bar}>
					<Label htmlFor={sliderId}>Step</Label>
					<RangeSlider
						id={sliderId}
						className={styles.slider}
						max={steps.length - 1}
						value={place}
						onChange={(next) => setChosen(next === steps.length - 1 ? null : next)}
					/>
					<span className={styles.step}>
						{formatCount(step)} <small>({`${formatCount(place + 1)} of ${formatCount(steps.length)}`})</small>
					</span>
				</div>
			)}
			<div className={styles.grid}>
				{shown.map(({ id, name, images, isPending }) => {
					const image = images[indexAtStep(images, step)];
					return (
						<ChartCard
							key={id}
							title={name}
							aside={`${formatCount(images.length)} ${images.length === 1 ? 'picture' : 'pictures'}`}
							readout={image && image.step !== step ? `of step ${formatCount(image.step)}` : undefined}
						>
							{image === undefined ? (
								<div className={styles.none}>{isPending ? 'Loading …' : 'None up to this step.'}</div>
							) : (
								<img className={styles.image} src={runFileAddress(run, image.path)} alt={`${name} at step ${image.step}`} loading="lazy" />
							)}
						</ChartCard>
					);
				})}
			</div>
		</div>
	);
}

function NoImages({ isLive }: { readonly isLive: boolean }) {
	return (
		<EmptyState
			title={isLive ? 'No images yet' : 'This run logged no images'}
			code={'run.log_image("samples", path="samples.png", step=10)\nmlflow.log_image(image, key="samples", step=10)\n'}
		>
			Pictures logged under one name are looked through step by step.
		</EmptyState>
	);
}
