/** What a try of destinations gave. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { DestinationTest } from '@runstead/contract';
import { CheckmarkCircleFilled, DismissCircleFilled } from '../../shared/icons.ts';
import { KIND_NAMES } from './destination-in-words.ts';

const useStyles = makeStyles({
	list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, margin: 0, padding: 0, listStyleType: 'none' },
	line: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
	good: { color: tokens.colorPaletteGreenForeground1, display: 'flex' },
	bad: { color: tokens.colorPaletteRedForeground1, display: 'flex' },
});

export function TestResults({ tests }: { readonly tests: readonly DestinationTest[] }) {
	const styles = useStyles();
	return (
		<ul className={styles.list} aria-label="Results of the test" aria-live="polite">
			{tests.map(({ kind, ok, message, durationMs }) => (
				<li key={kind} className={styles.line}>
					<span className={ok ? styles.good : styles.bad} role="img" aria-label={ok ? 'works' : 'does not work'}>
						{ok ? <CheckmarkCircleFilled /> : <DismissCircleFilled />}
					</span>
					<span>
						{KIND_NAMES[kind]}: {message} ({durationMs} ms)
					</span>
				</li>
			))}
		</ul>
	);
}
