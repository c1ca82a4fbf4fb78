/** A panel over the page that holds the focus until it is closed: by Escape, or by a press beside it. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { type ReactNode, useLayoutEffect, useRef } from 'react';

const useStyles = makeStyles({
	root: {
		boxSizing: 'border-box',
		width: 'min(640px, calc(100vw - 24px))',
		maxHeight: '76vh',
		margin: '10vh auto auto',
		padding: 0,
		overflow: 'hidden',
		border: `1px solid ${tokens.colorNeutralStroke1}`,
		borderRadius: tokens.borderRadiusXLarge,
		backgroundColor: tokens.colorNeutralBackground1,
		color: tokens.colorNeutralForeground1,
		boxShadow: tokens.shadow64,
		'::backdrop': { backgroundColor: 'rgb(0 0 0 / 40%)' },
	},
	content: { display: 'flex', flexDirection: 'column', maxHeight: '76vh' },
});

interface ModalProps {
	readonly label: string;
	readonly onClose: () => void;
	readonly className?: string;
	readonly children: ReactNode;
}

export function Modal({ label, onClose, className, children }: ModalProps) {
	const styles = useStyles();
	const dialog = useRef<HTMLDialogElement>(null);
	// Closed before it is taken off the page, so that the focus goes back to where it was.
	useLayoutEffect(() => {
		const element = dialog.current;
		element?.showModal();
		return () => element?.close();
	}, []);
	return (
		<dialog
			ref={dialog}
			aria-label={label}
			className={mergeClasses(styles.root, className)}
			onClose={() => dialog.current?.open === false && onClose()}
			// The element itself is pressed where nothing of the panel is: beside it.
			onMouseDown={(event) => event.target === dialog.current && onClose()}
		>
			<div className={styles.content}>{children}</div>
		</dialog>
	);
}
