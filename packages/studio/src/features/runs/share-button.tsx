/** Copies the address of the page as it stands, with all that it shows. */
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { CheckmarkRegular, LinkRegular } from '../../shared/icons.ts';

export function ShareButton() {
	const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(location.href);
			setState('copied');
		} catch {
			setState('refused');
		}
	};
	return (
		<Button
			appearance="subtle"
			size="small"
			icon={state === 'copied' ? <CheckmarkRegular /> : <LinkRegular />}
			title={
				state === 'refused' ? 'The browser does not let the page copy: take the address from its bar.' : 'Copy the address of what you see'
			}
			onClick={() => void copy()}
			onBlur={() => setState('idle')}
		>
			{state === 'copied' ? 'Copied' : state === 'refused' ? 'Not copied' : 'Share'}
		</Button>
	);
}
