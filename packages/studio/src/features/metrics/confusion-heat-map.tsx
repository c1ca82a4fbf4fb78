/** True classes against predicted ones, as counts or as shares of each true class. */
import { makeStyles, mergeClasses, Switch, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { formatCount, formatNumber } from '../../shared/format/numbers.ts';
import { type ConfusionMatrix, normalised } from './metric-documents.ts';

/** With more classes the cells are too small for numbers; they are said on hover. */
const CLASSES_WITH_NUMBERS = 16;
/** From this share the colour is dark enough for light text. */
const SHARE_FOR_LIGHT_TEXT = 0.6;

const useStyles = makeStyles({
	scroller: { overflow: 'auto', maxHeight: '320px' },
	table: {
		borderSpacing: '2px',
		borderCollapse: 'separate',
		fontSize: tokens.fontSizeBase200,
		fontVariantNumeric: 'tabular-nums',
		margin: '0 auto',
	},
	label: {
		padding: '2px 6px',
		fontWeight: tokens.fontWeightRegular,
		color: tokens.colorNeutralForeground3,
		textAlign: 'center',
		whiteSpace: 'nowrap',
	},
	cell: {
		position: 'relative',
		minWidth: '14px',
		height: '32px',
		padding: '0 8px',
		textAlign: 'center',
		borderRadius: '3px',
		overflow: 'hidden',
		backgroundColor: tokens.colorNeutralBackground3,
	},
	fill: { position: 'absolute', top: 0, right: 0, bottom: 0, left: 0, backgroundColor: tokens.colorBrandBackground },
	number: { position: 'relative' },
	onFill: { color: tokens.colorNeutralForegroundOnBrand },
	axes: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

export function ConfusionHeatMap({ labels, matrix }: ConfusionMatrix) {
	const styles = useStyles();
	const [isNormalised, setIsNormalised] = useState(false);
	const shares = normalised(matrix);
	const most = Math.max(1, ...matrix.flat());
	const hasNumbers = labels.length <= CLASSES_WITH_NUMBERS;
	return (
		<>
			<div className={styles.scroller}>
				<table className={styles.table}>
					<thead>
						<tr>
							<th />
							{labels.map((label) => (
								<th key={label} scope="col" className={styles.label}>
									{label}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{matrix.map((row, truth) => (
							<tr key={labels[truth]}>
								<th scope="row" className={styles.label}>
									{labels[truth]}
								</th>
								{row.map((count, predicted) => {
									const share = shares[truth]?.[predicted] ?? 0;
									const depth = isNormalised ? share : count / most;
									return (
										<td
											key={labels[predicted]}
											className={styles.cell}
											title={`true ${labels[truth]}, predicted ${labels[predicted]}: ${formatCount(count)} (${formatNumber(share * 100)} %)`}
										>
											<span className={styles.fill} style={{ opacity: depth }} />
											<span className={mergeClasses(styles.number, depth > SHARE_FOR_LIGHT_TEXT && styles.onFill)}>
												{hasNumbers && (isNormalised ? share.toFixed(2) : formatCount(count))}
											</span>
										</td>
									);
								})}
							</tr>
						))}
					</tbody>
				</table>
			</div>
			<Switch label="As shares of each true class" checked={isNormalised} onChange={(_, { checked }) => setIsNormalised(checked)} />
			<span className={styles.axes}>Rows are true classes, columns predicted ones.</span>
		</>
	);
}
