/** Tags as small labels: the key, and its value where it has one. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { Tags } from '@runstead/contract';

const useStyles = makeStyles({
	root: { display: 'inline-flex', gap: '4px', overflow: 'hidden' },
	wrapped: { flexWrap: 'wrap', '& > span': { whiteSpace: 'normal', overflowWrap: 'anywhere' } },
	tag: {
		padding: '1px 6px',
		borderRadius: tokens.borderRadiusMedium,
		backgroundColor: tokens.colorNeutralBackground4,
		color: tokens.colorNeutralForeground2,
		fontSize: tokens.fontSizeBase200,
		whiteSpace: 'nowrap',
	},
});

export function tagText(key: string, value: string | null): string {
	return value === null ? key : `${key}: ${value}`;
}

interface TagListProps {
	readonly tags: Tags;
	/** All can be read: they go on in the next line. */
	readonly wraps?: boolean;
}

export function TagList({ tags, wraps = false }: TagListProps) {
	const styles = useStyles();
	const texts = Object.entries(tags).map(([key, value]) => tagText(key, value));
	return (
		<span className={mergeClasses(styles.root, wraps && styles.wrapped)} title={texts.join('\n')}>
			{texts.map((text) => (
				<span key={text} className={styles.tag}>
					{text}
				</span>
			))}
		</span>
	);
}
