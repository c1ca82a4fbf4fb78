/** The name of the product beside its sign. */
import { makeStyles, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		fontWeight: tokens.fontWeightSemibold,
		'@media (max-width: 860px)': { display: 'none' },
	},
});

export function Brand() {
	const styles = useStyles();
	return (
		<span className={styles.root}>
			<img src="./favicon.svg" alt="" width="20" height="20" />
			Runstead
		</span>
	);
}
