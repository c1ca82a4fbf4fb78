/** Where rows will be: as many grey bars as fit, so that nothing jumps when they come. */
import { makeStyles, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, padding: tokens.spacingHorizontalL },
});

export function LoadingRows({ rows = 6, label }: { readonly rows?: number; readonly label: string }) {
	const styles = useStyles();
	return (
		<Skeleton className={styles.root} aria-label={label}>
			{Array.from({ length: rows }, (_, row) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the bars are alike and never move
				<SkeletonItem key={row} size={20} />
			))}
		</Skeleton>
	);
}
