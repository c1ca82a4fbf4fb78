/** The rows of a list of runs: pages as they are come to, child runs under those that are opened, groups with their runs. */
import { parseOrder, RUN_ATTRIBUTES, type Run } from '@runstead/contract';
import { type UseQueryResult, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { childRuns, GROUPS_MAX, groupRuns, groupsQuery, type RunPage, type RunSearch } from './api.ts';
import { FlatRows } from './flat-rows.ts';
import type { GrowingRuns } from './growing-runs.ts';
import { modelOfNote, modelOfRun, type RunModelRow, STEP } from './run-rows.ts';
import { useRunPages } from './use-run-pages.ts';

/** Rows shown as waiting after the last one that was read. */
const WAITING_ROWS = 12;

export interface RunRowsOptions {
	readonly search: RunSearch;
	/** What rows show, as a search names it; null while that is not known. */
	readonly fields: string | null;
	readonly expanded: ReadonlySet<string>;
	/** The field that runs are grouped by. */
	readonly group: string | null;
	/** Fields that groups are summed up by, with the column that shows each. */
	readonly sums: readonly { readonly column: string; readonly field: string }[];
}

interface Below {
	readonly runs: readonly Run[];
	readonly note: string | null;
	/** Reads those that come next; null where there are none. */
	readonly more: (() => void) | null;
}

export function useRunRows({ search, fields, expanded, group, sums }: RunRowsOptions) {
	const { pages, state, search: pagesSearch, isOld } = useRunPages(search, group === null ? fields : null);
	/** The field by which as many groups as can be are shown. */
	const [allGroupsOf, setAllGroupsOf] = useState<string | null>(null);
	const groups = useQuery({
		...groupsQuery(
			search,
			group ?? 'status',
			sums.map(({ field }) => field),
			allGroupsOf === group ? GROUPS_MAX : undefined,
		),
		enabled: group !== null,
	});
	const isTree = search.rootsOnly;
	const below = useBelow(search, fields ?? '', expanded, group);

	const model = useMemo(() => {
		const underRun = (_run: Run, depth: number, path: string): RunModelRow[] => {
			if (!expanded.has(path)) return [];
			const found = below.get(path);
			const rows = (found?.runs ?? []).flatMap((child) => {
				const childPath = `${path}${STEP}${child.id}`;
				return [modelOfRun(child, depth + 1, isTree, expanded, childPath), ...underRun(child, depth + 1, childPath)];
			});
			return found?.note != null ? [...rows, modelOfNote(`${path}${STEP}note`, found, depth + 1)] : rows;
		};
		if (group !== null) {
			const tops = (groups.data?.groups ?? []).map((one): RunModelRow => {
				const id = groupId(one.value);
				return {
					id,
					depth: 0,
					original: {
						kind: 'group',
						id,
						group: one,
						field: group,
						sums: new Map(sums.flatMap(({ column }, index) => (one.aggregates[index] ? [[column, one.aggregates[index]] as const] : []))),
					},
					getCanExpand: () => true,
					getIsExpanded: () => expanded.has(id),
				};
			});
			const opened = tops.flatMap((top, place) => {
				const found = below.get(top.id);
				if (found === undefined || !expanded.has(top.id)) return [];
				const rows = found.runs.flatMap((run) => [
					modelOfRun(run, 1, isTree, expanded, `${top.id}${STEP}${run.id}`),
					...underRun(run, 1, `${top.id}${STEP}${run.id}`),
				]);
				return [{ place, below: found.note !== null ? [...rows, modelOfNote(`${top.id}${STEP}note`, found, 1)] : rows }];
			});
			return new FlatRows(tops.length, (place) => tops[place] ?? null, opened);
		}
		const opened = [...expanded].flatMap((id) => {
			const place = pages.placeOf(id);
			const run = place < 0 ? null : pages.runAt(place);
			return run === null ? [] : [{ place, below: underRun(run, 0, id) }];
		});
		const waiting = state.isEnd ? 0 : WAITING_ROWS;
		const top = (place: number): RunModelRow | null => {
			const run = pages.runAt(place);
			return run === null ? null : modelOfRun(run, 0, isTree, expanded);
		};
		return new FlatRows(state.count + waiting, top, opened);
	}, [group, groups.data, sums, pages, state, expanded, below, isTree]);

	const rowAt = useCallback((index: number) => model.at(index), [model]);
	const show = useCallback(
		(first: number, last: number) => {
			if (group !== null) return;
			const range = model.topRange(first, last);
			pages.show(range.first, range.last);
		},
		[model, pages, group],
	);
	const isLoaded = group === null ? state.isLoaded : groups.data !== undefined;
	const error = group === null ? state.error : groups.error;
	const moreGroups = group !== null && allGroupsOf !== group && groups.data?.truncated === true ? () => setAllGroupsOf(group) : null;
	/** What the rows are of that are shown: those of another search stay until the next are there. */
	const shownSearch = group === null ? pagesSearch : search;
	return { pages, state, shownSearch, groups, moreGroups, isOld, isLoaded, error, rowCount: model.length, rowAt, show };
}

const GROUP_ID = 'group:';

function groupId(value: string | null): string {
	return value === null ? GROUP_ID : `${GROUP_ID}=${value}`;
}

/** What is below each opened row, by its path: runs of a group, or children of a run. */
function useBelow(search: RunSearch, fields: string, expanded: ReadonlySet<string>, group: string | null): ReadonlyMap<string, Below> {
	const paths = useMemo(
		() => [...expanded].filter((path) => (group === null ? !path.startsWith(GROUP_ID) : path.startsWith(GROUP_ID))),
		[expanded, group],
	);
	const queries = useQueryClient();
	const lists = paths.map((path): GrowingRuns => {
		if (!path.startsWith(GROUP_ID) || path.includes(STEP)) return childRuns(search.workspace, path.split(STEP).at(-1) ?? path, fields);
		const value = path === GROUP_ID ? null : path.slice(GROUP_ID.length + 1);
		return groupRuns(search, conditionOf(group ?? 'status', value), fields);
	});
	return useQueries({
		queries: lists.map(({ query }) => query),
		combine: (results) =>
			new Map<string, Below>(
				results.map((result, index): [string, Below] => {
					const { data } = result;
					const more = data?.nextCursor == null ? null : () => void lists[index]?.more(queries);
					return [paths[index] ?? '', { runs: data?.runs ?? [], note: noteOf(result), more }];
				}),
			),
	});
}

function noteOf({ data, isError }: UseQueryResult<RunPage>): string | null {
	if (data === undefined) return isError ? 'These runs could not be read.' : 'Reading …';
	return data.nextCursor === null ? null : `The first ${formatCount(data.runs.length)}`;
}

/** What all runs of a group fulfil, as a filter. */
function conditionOf(field: string, value: string | null): string {
	const parsed = parseOrder(field);
	const isNumber = parsed.kind === 'metric' || (parsed.kind === 'attribute' && RUN_ATTRIBUTES[parsed.name] === 'number');
	if (value === null) return `${field} is null`;
	return `${field} = ${isNumber ? value : `'${value.replaceAll("'", "''")}'`}`;
}
