/** Keys and texts, two columns, nothing to edit. */
import { makeStyles, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({
	table: { width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed' },
	key: {
		width: '36%',
		padding: `4px ${tokens.spacingHorizontalS} 4px 0`,
		textAlign: 'left',
		verticalAlign: 'top',
		fontWeight: tokens.fontWeightRegular,
		color: tokens.colorNeutralForeground3,
		overflowWrap: 'anywhere',
	},
	value: {
		padding: '4px 0',
		verticalAlign: 'top',
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		overflowWrap: 'anywhere',
	},
	row: { borderTop: `1px solid ${tokens.colorNeutralStroke3}` },
	empty: { color: tokens.colorNeutralForeground3 },
});

export function TextTable({ entries, empty }: { readonly entries: readonly (readonly [string, string])[]; readonly empty: string }) {
	const styles = useStyles();
	if (entries.length === 0) return <span className={styles.empty}>{empty}</span>;
	return (
		<table className={styles.table}>
			<tbody>
				{entries.map(([key, value]) => (
					<tr key={key} className={styles.row}>
						<th scope="row" className={styles.key}>
							{key}
						</th>
						<td className={styles.value}>{value}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
