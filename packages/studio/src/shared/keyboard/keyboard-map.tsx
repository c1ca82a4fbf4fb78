/** Every key of the studio, by where it works. */
import { Button, makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import { Fragment } from 'react';
import { Modal } from '../commands/modal.tsx';
import { DismissRegular } from '../icons.ts';
import { scrollable } from './scrollable.ts';

/** Keys pressed together, or one after another way of saying the same. */
type Keys = readonly string[];

const SECTIONS: readonly { readonly title: string; readonly keys: readonly (readonly [Keys, string])[] }[] = [
	{
		title: 'Everywhere',
		keys: [
			[['Ctrl K', '⌘ K'], 'Search everything, go anywhere, do what the page can do'],
			[['/'], 'To the filter or the search of the page'],
			[['Ctrl Z', 'Ctrl Shift Z'], 'Take back what was changed of a list or its charts, and do it again'],
			[['?'], 'This map'],
			[['Esc'], 'Close what is open, leave a field'],
			[['Tab', 'Shift Tab'], 'To the next thing that can be pressed, and back'],
		],
	},
	{
		title: 'Tables',
		keys: [
			[['↑', '↓'], 'To the row before or after'],
			[['Page Up', 'Page Down'], 'Ten rows on'],
			[['Home', 'End'], 'To the first or the last row'],
			[['→', '←'], 'Open or close the rows within a row'],
			[['Enter'], 'Go to what the row is of'],
			[['Space'], 'Choose the row'],
			[['F2'], 'Edit what can be edited in the row'],
		],
	},
	{
		title: 'Palette',
		keys: [
			[['↑', '↓'], 'To the answer before or after'],
			[['Enter'], 'Go there, or do it'],
		],
	},
];

const useStyles = makeStyles({
	head: { display: 'flex', alignItems: 'center', padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}` },
	close: { marginLeft: 'auto' },
	body: { overflowY: 'auto', padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}` },
	title: { margin: `${tokens.spacingVerticalM} 0 ${tokens.spacingVerticalXS}` },
	list: {
		display: 'grid',
		gridTemplateColumns: 'max-content 1fr',
		gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
		alignItems: 'baseline',
		margin: 0,
	},
	keys: { display: 'flex', gap: '4px', minWidth: '148px' },
	key: {
		padding: '1px 6px',
		border: `1px solid ${tokens.colorNeutralStroke1}`,
		borderRadius: tokens.borderRadiusMedium,
		backgroundColor: tokens.colorNeutralBackground3,
		fontFamily: 'inherit',
		fontSize: tokens.fontSizeBase200,
	},
	does: { margin: 0, color: tokens.colorNeutralForeground2 },
});

export function KeyboardMap({ onClose }: { readonly onClose: () => void }) {
	const styles = useStyles();
	return (
		<Modal label="Keyboard map" onClose={onClose}>
			<div className={styles.head}>
				<Subtitle2 as="h2">Keyboard map</Subtitle2>
				<Button className={styles.close} appearance="subtle" icon={<DismissRegular />} aria-label="Close" onClick={onClose} />
			</div>
			<div className={styles.body} {...scrollable}>
				{SECTIONS.map((section) => (
					<section key={section.title} aria-label={section.title}>
						<Subtitle2 as="h3" block className={styles.title}>
							{section.title}
						</Subtitle2>
						<dl className={styles.list}>
							{section.keys.map(([keys, does]) => (
								<Fragment key={does}>
									<dt className={styles.keys}>
										{keys.map((key) => (
											<kbd key={key} className={styles.key}>
												{key}
											</kbd>
										))}
									</dt>
									<dd className={styles.does}>{does}</dd>
								</Fragment>
							))}
						</dl>
					</section>
				))}
			</div>
		</Modal>
	);
}
