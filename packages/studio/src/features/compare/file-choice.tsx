/** A list of files to choose from, each with what happened to it. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ChangedFile } from './changed-files.ts';

const useStyles = makeStyles({
	list: { margin: 0, padding: tokens.spacingHorizontalS, listStyleType: 'none', overflowY: 'auto' },
	file: {
		display: 'flex',
		gap: tokens.spacingHorizontalS,
		width: '100%',
		padding: '5px 8px',
		border: 'none',
		borderRadius: tokens.borderRadiusMedium,
		background: 'none',
		font: 'inherit',
		color: 'inherit',
		textAlign: 'left',
		cursor: 'pointer',
		':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
	},
	chosen: { backgroundColor: tokens.colorNeutralBackground1Selected, fontWeight: tokens.fontWeightSemibold },
	path: { flexGrow: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
	word: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightRegular },
});

interface FileChoiceProps {
	readonly files: readonly (Pick<ChangedFile, 'path'> & { readonly change?: ChangedFile['change'] })[];
	readonly chosen: string | null;
	readonly onChoose: (path: string) => void;
}

export function FileChoice({ files, chosen, onChoose }: FileChoiceProps) {
	const styles = useStyles();
	return (
		<ul className={styles.list}>
			{files.map(({ path, change }) => (
				<li key={path}>
					<button
						type="button"
						className={mergeClasses(styles.file, path === chosen && styles.chosen)}
						aria-current={path === chosen ? 'true' : undefined}
						onClick={() => onChoose(path)}
					>
						<span className={styles.path} title={path}>
							{path}
						</span>
						{change && <span className={styles.word}>{change}</span>}
					</button>
				</li>
			))}
		</ul>
	);
}
