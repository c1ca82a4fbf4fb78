/** The panels that lie over a page when they are asked for; loaded then. */

import { Suspense } from 'react';
import { openPanel, useOpenPanel } from '../../shared/commands/open-panel.ts';
import { onDemand } from '../../shared/on-demand.ts';

const Palette = onDemand(async () => (await import('./palette.tsx')).Palette);
const KeyboardMap = onDemand(async () => (await import('../../shared/keyboard/keyboard-map.tsx')).KeyboardMap);

const close = () => openPanel(null);

export function Panels({ workspace }: { readonly workspace: string }) {
	const panel = useOpenPanel();
	return (
		<Suspense>
			{panel === 'palette' && <Palette workspace={workspace} onClose={close} />}
			{panel === 'keys' && <KeyboardMap onClose={close} />}
		</Suspense>
	);
}
