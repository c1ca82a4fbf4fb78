/** Says that a list is cut, and reads on. */
import { Link, makeStyles, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({ root: { display: 'inline-flex', gap: tokens.spacingHorizontalM, alignItems: 'baseline' } });

export function MoreNote({ text, onMore }: { readonly text: string; readonly onMore: () => void }) {
	const styles = useStyles();
	return (
		<span className={styles.root}>
			{text}
			<Link as="button" onClick={onMore}>
				Show more
			</Link>
		</span>
	);
}
