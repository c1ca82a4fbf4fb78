/** What is known of something, each under its word, as many beside each other as there is room; what is empty is left out. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
	list: {
		display: 'flex',
		flexWrap: 'wrap',
		gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
		margin: 0,
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
	},
	term: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	value: { margin: 0, overflowWrap: 'anywhere', maxWidth: '480px', overflow: 'hidden' },
});

export function FactList({ facts }: { readonly facts: readonly (readonly [term: string, value: ReactNode])[] }) {
	const styles = useStyles();
	return (
		<dl className={styles.list}>
			{facts
				.filter(([, value]) => Boolean(value))
				.map(([term, value]) => (
					<div key={term}>
						<dt className={styles.term}>{term}</dt>
						<dd className={styles.value}>{value}</dd>
					</div>
				))}
		</dl>
	);
}
