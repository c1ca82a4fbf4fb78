/** What a list of runs is made of: its search, columns, rows, choice and what of it lives. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { fieldsQuery, readSparklines, usualMetricsQuery } from './api.ts';
import { isField } from './filter-conditions.ts';
import { type FilterError, filterErrorOf } from './filter-error.ts';
import { isNarrowed, runsOf } from './first-rows.ts';
import { RunColours } from './run-colours.ts';
import type { RunListSearch } from './run-search.ts';
import { Selection } from './selection.ts';
import { SparklineStore } from './sparkline-store.ts';
import { useLiveRuns } from './use-live-runs.ts';
import { fieldsOfColumns, sumsOfColumns, useColumnIds } from './use-run-columns.tsx';
import { useRunRows } from './use-run-rows.ts';

const NO_NAMES = { metrics: [], params: [], tags: [], properties: [] };
const NO_IDS: readonly string[] = [];

export function useRunList(workspace: string, experimentId: string | null, view: RunListSearch) {
	const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
	const selection = useMemo(() => new Selection(), []);
	const colours = useMemo(() => new RunColours(), []);
	const filter = view.filter ?? '';
	const filterError = filterErrorOf(filter);
	const readable = useReadableFilter(filter, filterError);
	const search = useMemo(() => runsOf(workspace, experimentId, view, readable ?? ''), [workspace, experimentId, view, readable]);
	const names = useQuery(fieldsQuery(workspace, experimentId, '', search.rootsOnly));
	const ofView = isNarrowed(search, experimentId);
	const sample = useQuery({ ...usualMetricsQuery(search, []), enabled: ofView && view.columns === undefined });
	const suggested = ofView ? sample.data?.names : names.data?.common.metrics;
	const common = useLast(suggested ?? ((ofView ? sample : names).isError ? NO_IDS : null));
	const { ids, keep } = useColumnIds(view, common, experimentId !== null);
	const group = view.group !== undefined && isField(view.group) ? view.group : null;
	const shownIds = ids ?? NO_IDS;
	const idsKey = JSON.stringify(shownIds);
	const sums = useMemo(() => sumsOfColumns(JSON.parse(idsKey) as string[]), [idsKey]);
	const fields = ids === null || readable === null ? null : fieldsOfColumns(shownIds);
	const rows = useRunRows({ search, fields, expanded, group: readable === null ? null : group, sums });

	// Asked after the rows, with the charts above them: a metric that was logged once has no course to show.
	const usual = useQuery({
		...usualMetricsQuery(search, []),
		enabled: view.spark === undefined && idsKey.includes('"spark"') && rows.isLoaded,
	});
	const sparkMetric = view.spark ?? usual.data?.courses[0] ?? (usual.isPending ? null : (common?.[0] ?? null));
	const spark = useMemo(
		() =>
			sparkMetric === null || !idsKey.includes('"spark"')
				? null
				: { metric: sparkMetric, store: new SparklineStore((runs) => readSparklines(workspace, sparkMetric, runs)) },
		[workspace, sparkMetric, idsKey],
	);
	const live = useLiveRuns({ search, fields: fields ?? '', pages: rows.pages, rowAt: rows.rowAt, spark });
	const order = useMemo(() => ({ by: search.orderBy, isAscending: search.isAscending }), [search.orderBy, search.isAscending]);
	const hidden = useMemo(() => new Set(view.hidden), [view.hidden]);
	const expand = (path: string, isExpanded: boolean) => {
		const next = new Set(expanded);
		if (isExpanded) next.add(path);
		else next.delete(path);
		setExpanded(next);
	};
	return {
		...rows,
		search,
		order,
		filterError,
		isReadable: readable !== null,
		names: names.data?.names ?? NO_NAMES,
		areNamesWhole: names.data?.truncated === false,
		/** Metrics that most of the newest runs have. */
		common: common ?? NO_IDS,
		ids: shownIds,
		idsKey,
		keepColumns: keep,
		fields: fields ?? '',
		group,
		spark,
		live,
		hidden,
		selection,
		colours,
		expand,
	};
}

/** The filter that the rows are of: while one is wrong, the one before it stays; null before there was any. */
function useReadableFilter(filter: string, error: FilterError | null): string | null {
	const [readable, setReadable] = useState(error === null ? filter : null);
	if (error !== null || readable === filter) return readable;
	setReadable(filter);
	return filter;
}

/** What was there last, while the next is not known. */
function useLast<Value>(value: Value | null): Value | null {
	const [last, setLast] = useState(value);
	if (value !== null && value !== last) setLast(value);
	return value ?? last;
}
