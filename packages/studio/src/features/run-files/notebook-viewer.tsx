/** A Jupyter notebook as it was left: texts, code, and what the code printed and drew. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useMemo } from 'react';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { Markdown } from '../../shared/text/markdown.tsx';
import { SourceCode } from '../../shared/text/source-code.tsx';
import { type NotebookOutput, readNotebook } from './read-notebook.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, maxWidth: '960px' },
	cell: { display: 'grid', gridTemplateColumns: '48px minmax(0, 1fr)', gap: tokens.spacingHorizontalS },
	count: {
		color: tokens.colorNeutralForeground3,
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		textAlign: 'right',
	},
	outputs: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, paddingTop: tokens.spacingVerticalS },
	text: {
		margin: 0,
		maxHeight: '420px',
		overflow: 'auto',
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		whiteSpace: 'pre-wrap',
		overflowWrap: 'anywhere',
	},
	error: { color: tokens.colorPaletteRedForeground1 },
	image: { maxWidth: '100%', backgroundColor: '#fff', alignSelf: 'flex-start' },
});

const noPicture = () => null;

export function NotebookViewer({ text }: { readonly text: string }) {
	const styles = useStyles();
	const notebook = useMemo(() => readNotebook(text), [text]);
	if (notebook === null) return <EmptyState title="This is no notebook">It can be read as text.</EmptyState>;
	return (
		<div className={styles.root}>
			{notebook.cells.map((cell, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a notebook that changes is another version
				<div key={index} className={styles.cell}>
					<span className={styles.count}>{cell.kind === 'code' ? `[${cell.count ?? ' '}]` : ''}</span>
					<div>
						{cell.kind === 'markdown' ? (
							<Markdown text={cell.source} findPicture={noPicture} />
						) : (
							<SourceCode
								code={cell.source}
								language={cell.kind === 'code' ? notebook.language : null}
								label={`Cell ${index + 1}`}
								isBlock
							/>
						)}
						{cell.outputs.length > 0 && (
							<div className={styles.outputs}>
								{cell.outputs.map((output, place) => (
									// biome-ignore lint/suspicious/noArrayIndexKey: as above
									<Output key={place} output={output} />
								))}
							</div>
						)}
					</div>
				</div>
			))}
		</div>
	);
}

function Output({ output }: { readonly output: NotebookOutput }) {
	const styles = useStyles();
	if (output.kind === 'image') return <img className={styles.image} src={output.address} alt="Output" />;
	return <pre className={mergeClasses(styles.text, output.kind === 'error' && styles.error)}>{output.text}</pre>;
}
