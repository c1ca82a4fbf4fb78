/** What a rule would have measured in the last 24 hours, and how often it would have fired. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { CreateAlertRule } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import type { ChartMark, LineData } from '../../shared/charts/line-data.ts';
import { previewQuery } from './api.ts';

const CHART_PX = 140;
/** More lines are not told apart. */
const LINES_MAX = 8;

const MS_PER_HOUR = 3_600_000;

/** A rule on logs whose windows take too long to look at is not tried over the whole day. */
const hoursOf = ({ from, to }: { from: string; to: string }): number => Math.round((Date.parse(to) - Date.parse(from)) / MS_PER_HOUR);

const useStyles = makeStyles({
	words: { color: tokens.colorNeutralForeground2 },
	quiet: { color: tokens.colorNeutralForeground3 },
});

export function RulePreview({ workspace, rule }: { readonly workspace: string; readonly rule: CreateAlertRule }) {
	const styles = useStyles();
	const isTried = rule.condition.type === 'metric' || rule.condition.type === 'logQuery';
	const { data, error, isPlaceholderData } = useQuery(previewQuery(workspace, isTried ? rule : null));
	const lines = useMemo<LineData>(() => {
		if (data === undefined) return { x: [], lines: [] };
		const { threshold } = data;
		return {
			x: data.times.map((time) => Date.parse(time)),
			lines: [
				...data.series.slice(0, LINES_MAX).map(({ dimensions, values }, colour) => ({
					label: Object.values(dimensions).join(', ') || 'measured',
					values,
					colour,
					hasPoints: false,
				})),
				...(threshold === null ? [] : [{ label: 'threshold', values: data.times.map(() => threshold), colour: 1, isFaint: true }]),
			],
		};
	}, [data]);
	const marks = useMemo<ChartMark[]>(
		() => data?.firings.map(({ firedTime }) => ({ x: Date.parse(firedTime), text: 'would have fired', tone: 'bad' })) ?? [],
		[data],
	);
	if (!isTried)
		return <span className={styles.quiet}>Only rules on metrics and logs are tried over the last day; this one looks from now on.</span>;
	if (error) return <span className={styles.quiet}>{describeError(error).message}</span>;
	if (data === undefined) return <span className={styles.quiet}>Trying it over the last 24 hours…</span>;
	return (
		<section aria-label="Preview" aria-busy={isPlaceholderData}>
			{isPlaceholderData ? (
				// What is drawn is of the rule as it was: it stays where it is, and counts for nothing.
				<div className={styles.quiet}>Trying the rule as it is now…</div>
			) : (
				<div className={styles.words}>
					In the last {hoursOf(data)} hours it would have fired{' '}
					<strong>{data.firedCount === 1 ? 'once' : `${data.firedCount} times`}</strong>.
				</div>
			)}
			<LineChart
				label="What it would have measured"
				data={lines}
				xKind="time"
				isLog={false}
				heightPx={CHART_PX}
				range={null}
				marks={marks}
			/>
		</section>
	);
}
