/** The spans of a trace as a tree over its time: one is chosen to be shown whole. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useMemo, useState } from 'react';
import { DismissCircleFilled } from '../../shared/icons.ts';
import { DataTable } from '../../shared/table/data-table.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { formatShort, parentIds, type SpanNode, type SpanTree } from './span-tree.ts';

/** Of the line, so that the shortest span is seen. */
const BAR_LEAST_PERCENT = 0.5;
/** Characters of a name that a row draws. */
const SHOWN_MAX = 256;

const useStyles = makeStyles({
	name: {
		display: 'flex',
		alignItems: 'baseline',
		gap: '6px',
		minWidth: 0,
		flexGrow: 1,
		padding: '4px 0',
		border: 'none',
		background: 'none',
		font: 'inherit',
		color: 'inherit',
		textAlign: 'left',
		cursor: 'pointer',
		overflow: 'hidden',
	},
	chosen: { color: tokens.colorBrandForeground1, fontWeight: tokens.fontWeightSemibold },
	text: { overflow: 'hidden', textOverflow: 'ellipsis' },
	type: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightRegular, flexShrink: 0 },
	failed: { display: 'inline-flex', alignSelf: 'center', color: tokens.colorPaletteRedForeground1, flexShrink: 0 },
	line: { position: 'relative', flexGrow: 1, height: '14px' },
	bar: {
		position: 'absolute',
		top: 0,
		height: '100%',
		borderRadius: tokens.borderRadiusSmall,
		backgroundColor: tokens.colorBrandBackground,
	},
	failedBar: { backgroundColor: tokens.colorPaletteRedBackground3 },
	// What goes on has no end yet.
	openBar: { borderTopRightRadius: 0, borderBottomRightRadius: 0, opacity: 0.6 },
});

interface SpanWaterfallProps {
	readonly tree: SpanTree;
	readonly chosen: string | undefined;
	readonly onChoose: (id: string) => void;
}

export function SpanWaterfall({ tree, chosen, onChoose }: SpanWaterfallProps) {
	const styles = useStyles();
	const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
	const expanded = useMemo(() => new Set(parentIds(tree.roots).filter((id) => !closed.has(id))), [tree, closed]);
	const columns: TableColumn<SpanNode>[] = [
		{
			id: 'span',
			header: 'Span',
			widthPx: 220,
			grows: true,
			cell: (span) => (
				<button
					type="button"
					tabIndex={-1}
					className={mergeClasses(styles.name, span.id === chosen && styles.chosen)}
					aria-pressed={span.id === chosen}
					title={span.name}
					onClick={() => onChoose(span.id)}
				>
					{span.isError && (
						<span className={styles.failed} role="img" aria-label="Failed">
							<DismissCircleFilled />
						</span>
					)}
					<span className={styles.text}>{span.name.slice(0, SHOWN_MAX)}</span>
					{span.type !== '' && <span className={styles.type}>{span.type.toLowerCase().replaceAll('_', ' ')}</span>}
				</button>
			),
		},
		{
			id: 'duration',
			header: 'Duration',
			widthPx: 84,
			isNumeric: true,
			cell: ({ durationMs }) => (durationMs === null ? 'goes on' : formatShort(durationMs)),
		},
		{
			id: 'timeline',
			header: `0 to ${formatShort(tree.lengthMs)}`,
			title: 'When it began and ended, over the time of the trace',
			widthPx: 200,
			grows: true,
			cell: (span) => (
				<span className={styles.line} title={placeInWords(span)}>
					<span
						className={mergeClasses(styles.bar, span.isError && styles.failedBar, span.durationMs === null && styles.openBar)}
						style={placeOf(span, tree.lengthMs)}
					/>
				</span>
			),
		},
	];
	return (
		<DataTable
			label="Spans"
			rows={tree.roots}
			columns={columns}
			getId={({ id }) => id}
			getChildren={({ children }) => children}
			canExpand={({ children }) => children.length > 0}
			expanded={expanded}
			onExpand={(id, isExpanded) => {
				const next = new Set(closed);
				if (isExpanded) next.delete(id);
				else next.add(id);
				setClosed(next);
			}}
			onOpen={({ id }) => onChoose(id)}
		/>
	);
}

function placeOf({ offsetMs, durationMs }: SpanNode, lengthMs: number): { left: string; width: string } {
	const percentOf = (partMs: number) => (lengthMs === 0 ? 0 : (partMs / lengthMs) * 100);
	const left = Math.min(percentOf(offsetMs), 100 - BAR_LEAST_PERCENT);
	const width = durationMs === null ? 100 - left : Math.max(percentOf(durationMs), BAR_LEAST_PERCENT);
	return { left: `${left}%`, width: `${Math.min(width, 100 - left)}%` };
}

function placeInWords({ offsetMs, durationMs }: SpanNode): string {
	const began = `Began after ${formatShort(offsetMs)}`;
	return durationMs === null ? `${began} and goes on` : `${began}, took ${formatShort(durationMs)}`;
}
