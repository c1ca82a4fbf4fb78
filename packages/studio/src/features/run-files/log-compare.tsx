/** The same file of two runs side by side. */
import { Button, makeStyles } from '@fluentui/react-components';
import type { RunFile } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { TextDiff } from '../../shared/diff/text-diff.tsx';
import { formatBytes } from '../../shared/format/bytes.ts';
import { QueryState } from '../../shared/states/query-state.tsx';
import { COMPARED_BYTES_MAX, runFileHeadQuery } from './api.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0, minWidth: 0 },
});

interface LogCompareProps {
	readonly run: string;
	/** What the runs are called, this one first. */
	readonly names: readonly [string, string];
	readonly other: string;
	readonly file: Pick<RunFile, 'path' | 'sizeBytes'>;
	/** Absent where the comparison is all there is. */
	readonly onClose?: () => void;
}

export function LogCompare({ run, names, other, file, onClose }: LogCompareProps) {
	const styles = useStyles();
	const mine = useQuery(runFileHeadQuery(run, file.path, file.sizeBytes));
	const theirs = useQuery(runFileHeadQuery(other, file.path, null));
	const close = onClose && { onClose };
	return (
		<div className={styles.root}>
			<QueryState query={mine} label={file.path}>
				{(left) => (
					<QueryState query={theirs} label={`${file.path} of ${names[1]}`}>
						{(right) => (
							<TextDiff
								left={left}
								right={right}
								names={names}
								label={file.path}
								mayIgnoreNumbers
								note={
									Math.max(left.length, right.length) >= COMPARED_BYTES_MAX
										? `The first ${formatBytes(COMPARED_BYTES_MAX)} of each are compared.`
										: undefined
								}
								{...close}
							/>
						)}
					</QueryState>
				)}
			</QueryState>
			{theirs.isError && onClose && <Button onClick={onClose}>Close the comparison</Button>}
		</div>
	);
}
