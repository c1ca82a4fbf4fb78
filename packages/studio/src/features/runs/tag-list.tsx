/** Tags as small labels: the key, and its value where it has one. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Tags } from '@runstead/contract';

const useStyles = makeStyles({
	root: { display: 'inline-flex', gap: '4px', overflow: 'hidden' },
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

export function TagList({ tags }: { readonly tags: Tags }) {
	const styles = useStyles();
	const texts = Object.entries(tags).map(([key, value]) => tagText(key, value));
	return (
		<span className={styles.root} title={texts.join('\n')}>
			{texts.map((text) => (
				<span key={text} className={styles.tag}>
					{text}
				</span>
			))}
		</span>
	);
}
