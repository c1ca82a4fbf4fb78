/** Copies the address of the page as it stands, with all that it shows. */
import { Button, makeStyles } from '@fluentui/react-components';
import { useState } from 'react';
import { CheckmarkRegular, LinkRegular } from './icons.ts';

const useStyles = makeStyles({
	// On a phone the sign is enough.
	root: { '@media (max-width: 640px)': { minWidth: '32px' } },
	word: { '@media (max-width: 640px)': { display: 'none' } },
});

export function ShareButton() {
	const styles = useStyles();
	const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(location.href);
			setState('copied');
		} catch {
			setState('refused');
		}
	};
	const label = state === 'copied' ? 'Copied' : state === 'refused' ? 'Not copied' : 'Share';
	return (
		<Button
			className={styles.root}
			aria-label={label}
			appearance="subtle"
			size="small"
			icon={state === 'copied' ? <CheckmarkRegular /> : <LinkRegular />}
			title={
				state === 'refused' ? 'The browser does not let the page copy: take the address from its bar.' : 'Copy the address of what you see'
			}
			onClick={() => void copy()}
			onBlur={() => setState('idle')}
		>
			<span className={styles.word}>{label}</span>
		</Button>
	);
}
