/** A text in a cell of a table: cut where the cell ends, whole at a hover. */
import { makeStyles, mergeClasses } from '@fluentui/react-components';

/** Characters that a hover holds, and that a cell may show: texts may be megabytes. */
const TITLE_MAX = 2_000;
const SHOWN_MAX = 200;

const useStyles = makeStyles({ root: { overflow: 'hidden', textOverflow: 'ellipsis' } });

export function TextCell({ text, className }: { readonly text: string; readonly className?: string | undefined }) {
	const styles = useStyles();
	return (
		<span className={mergeClasses(styles.root, className)} title={text.slice(0, TITLE_MAX)}>
			{text.slice(0, SHOWN_MAX)}
		</span>
	);
}
