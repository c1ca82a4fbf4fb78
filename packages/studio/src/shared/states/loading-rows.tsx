/** Where rows will be: as many grey bars as fit, so that nothing jumps when they come. */
import { makeStyles, mergeClasses, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components';
import { useLook } from '../theme/theme-choice.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, padding: tokens.spacingHorizontalL },
	// Bars as bright as text would be taken for something to read.
	dim: { opacity: 0.25 },
});

export function LoadingRows({ rows = 6, label }: { readonly rows?: number; readonly label: string }) {
	const styles = useStyles();
	const look = useLook();
	return (
		<Skeleton className={mergeClasses(styles.root, look === 'contrast' && styles.dim)} aria-label={label}>
			{Array.from({ length: rows }, (_, row) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the bars are alike and never move
				<SkeletonItem key={row} size={20} />
			))}
		</Skeleton>
	);
}
