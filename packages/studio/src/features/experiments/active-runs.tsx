/** How many runs of an experiment have not ended. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { formatCount } from '../../shared/format/numbers.ts';
import { PlayCircleRegular } from '../../shared/icons.ts';

const useStyles = makeStyles({
	some: { display: 'inline-flex', alignItems: 'center', gap: '6px', color: tokens.colorBrandForeground1 },
	none: { color: tokens.colorNeutralForeground4 },
});

export function ActiveRuns({ count }: { readonly count: number }) {
	const styles = useStyles();
	if (count === 0) return <span className={styles.none}>none</span>;
	return (
		<span className={styles.some}>
			<PlayCircleRegular aria-hidden="true" />
			{formatCount(count)} active
		</span>
	);
}
