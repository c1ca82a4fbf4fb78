/** The environment variables of a job; the server does not tell the values of secret ones. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { COVERED } from '@runstead/contract';
import { Fragment } from 'react';

const useStyles = makeStyles({
	list: { display: 'grid', gridTemplateColumns: 'minmax(0, 36%) minmax(0, 1fr)', gap: '4px 0', margin: 0 },
	name: { color: tokens.colorNeutralForeground3, overflowWrap: 'anywhere' },
	value: {
		display: 'flex',
		alignItems: 'center',
		minHeight: '24px',
		margin: 0,
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		overflowWrap: 'anywhere',
	},
});

export function VariableTable({ variables }: { readonly variables: readonly (readonly [string, string])[] }) {
	const styles = useStyles();
	return (
		<dl className={styles.list}>
			{variables.map(([name, value]) => (
				<Fragment key={name}>
					<dt className={styles.name}>{name}</dt>
					<dd className={styles.value}>{value === COVERED ? '••••••••' : value}</dd>
				</Fragment>
			))}
		</dl>
	);
}
