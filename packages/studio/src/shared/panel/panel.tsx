/**
 * A box that opens beside what was pressed, holds the focus, and closes by Escape or a press elsewhere. Loaded when one first opens.
 *
 * It stands in a Suspense of whoever opens it, and opens with what it holds: one that opened empty would have nothing to give the focus to,
 * and stay hidden from those who hear the page.
 */
import { makeStyles, mergeClasses, Popover, type PopoverProps, PopoverSurface, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
	surface: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, maxWidth: '92vw', boxSizing: 'border-box' },
});

export interface PanelProps {
	readonly label: string;
	/** What it stands beside, and where the focus goes back to. */
	readonly target: HTMLElement | null;
	readonly positioning?: 'above-start' | 'above-end' | 'below-start' | 'below-end';
	readonly className?: string | undefined;
	readonly onClose: () => void;
	readonly children: ReactNode;
}

const PLACES = {
	'above-start': { position: 'above', align: 'start' },
	'above-end': { position: 'above', align: 'end' },
	'below-start': { position: 'below', align: 'start' },
	'below-end': { position: 'below', align: 'end' },
} as const;

export function Panel({ label, target, positioning = 'below-start', className, onClose, children }: PanelProps) {
	const styles = useStyles();
	const close: NonNullable<PopoverProps['onOpenChange']> = (event, { open }) => {
		// A press on what opened it closes it by itself.
		if (open || (event.target instanceof Node && target?.contains(event.target) && event.type !== 'keydown')) return;
		onClose();
		// A press elsewhere takes the focus where it was made.
		if (event.type === 'keydown') target?.focus();
	};
	return (
		<Popover open onOpenChange={close} positioning={{ target, ...PLACES[positioning] }} trapFocus>
			<PopoverSurface
				className={mergeClasses(styles.surface, className)}
				aria-label={label}
				// The keys of what it was opened from, like the arrows of a table, are not for what stands in here.
				onKeyDown={(event) => event.key !== 'Escape' && event.stopPropagation()}
			>
				{children}
			</PopoverSurface>
		</Popover>
	);
}
