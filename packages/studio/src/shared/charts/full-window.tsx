/** One chart over the whole window, until Esc or Close. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { DismissRegular } from '../icons.ts';

const HEIGHT_MIN_PX = 160;

const useStyles = makeStyles({
	root: {
		boxSizing: 'border-box',
		width: '100vw',
		height: '100vh',
		maxWidth: '100vw',
		maxHeight: '100vh',
		margin: 0,
		padding: tokens.spacingHorizontalL,
		border: 'none',
		color: tokens.colorNeutralForeground1,
		backgroundColor: tokens.colorNeutralBackground1,
		overflow: 'hidden auto',
	},
});

interface FullWindowProps {
	readonly label: string;
	/** What the head, the notes and the edges of the chart take. */
	readonly aroundPx: number;
	readonly onClose: () => void;
	/** Given the height of the chart itself, and the button that closes. */
	readonly children: (heightPx: number, close: ReactNode) => ReactNode;
}

export function FullWindow({ label, aroundPx, onClose, children }: FullWindowProps) {
	const styles = useStyles();
	const dialog = useRef<HTMLDialogElement>(null);
	const [windowPx, setWindowPx] = useState(innerHeight);
	useEffect(() => {
		const element = dialog.current;
		element?.showModal();
		const onResize = () => setWindowPx(innerHeight);
		addEventListener('resize', onResize);
		return () => {
			removeEventListener('resize', onResize);
			element?.close();
		};
	}, []);
	const close = (
		<Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={() => dialog.current?.close()}>
			Close
		</Button>
	);
	return (
		<dialog ref={dialog} className={styles.root} aria-label={label} onClose={() => dialog.current?.open === false && onClose()}>
			{children(Math.max(HEIGHT_MIN_PX, windowPx - aroundPx), close)}
		</dialog>
	);
}
