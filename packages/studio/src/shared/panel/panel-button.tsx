/** A button that opens a panel beside it; neither the panel nor what it holds is loaded before. */

import { Button, type ButtonProps } from '@fluentui/react-components';
import { type ReactNode, Suspense, useState } from 'react';
import { onDemand } from '../on-demand.ts';
import type { PanelProps } from './panel.tsx';

const Panel = onDemand(async () => (await import('./panel.tsx')).Panel);

interface PanelButtonProps extends Pick<PanelProps, 'positioning' | 'className'> {
	/** Of the panel, for those who hear it. */
	readonly label: string;
	readonly isOpenAtFirst?: boolean;
	/** Icon, size and words of the button. */
	readonly button: Omit<ButtonProps, 'as' | 'ref' | 'onClick'>;
	/** What the panel holds; given how to close it. */
	readonly children: (close: () => void) => ReactNode;
}

export function PanelButton({ label, isOpenAtFirst = false, button, children, ...place }: PanelButtonProps) {
	const [target, setTarget] = useState<HTMLElement | null>(null);
	const [isOpen, setIsOpen] = useState(isOpenAtFirst);
	const close = () => {
		setIsOpen(false);
		target?.focus();
	};
	return (
		<>
			<Button
				{...(button as ButtonProps)}
				ref={setTarget}
				aria-haspopup="dialog"
				aria-expanded={isOpen}
				onClick={() => setIsOpen(!isOpen)}
			/>
			{isOpen && button.disabled !== true && target !== null && (
				<Suspense>
					<Panel label={label} target={target} onClose={() => setIsOpen(false)} {...place}>
						{children(close)}
					</Panel>
				</Suspense>
			)}
		</>
	);
}
