/** Short notes in the corner: what was done, with a way to take it back. */
import {
	Button,
	Link,
	makeStyles,
	Toast,
	ToastBody,
	Toaster,
	ToastFooter,
	ToastTitle,
	tokens,
	useToastController,
} from '@fluentui/react-components';
import { type ReactNode, useCallback } from 'react';

const TOASTER = 'runstead';
/** Long enough to read, see what it means, and take it back. */
const SHOWN_MS = 8_000;

const useStyles = makeStyles({
	body: { whiteSpace: 'pre-line', maxHeight: '160px', overflowY: 'auto', color: tokens.colorNeutralForeground2 },
});

export interface Note {
	readonly title: string;
	readonly text?: string;
	readonly intent?: 'success' | 'info' | 'warning' | 'error';
	readonly undo?: () => void;
	readonly link?: { readonly label: string; readonly href: string };
}

export function Toasts() {
	return <Toaster toasterId={TOASTER} position="bottom-end" timeout={SHOWN_MS} pauseOnHover pauseOnWindowBlur />;
}

export function useNotes(): (note: Note) => void {
	const { dispatchToast, dismissToast } = useToastController(TOASTER);
	return useCallback(
		(note: Note) => {
			const toastId = crypto.randomUUID();
			dispatchToast(<NoteToast note={note} onDone={() => dismissToast(toastId)} />, { intent: note.intent ?? 'success', toastId });
		},
		[dispatchToast, dismissToast],
	);
}

function NoteToast({ note, onDone }: { readonly note: Note; readonly onDone: () => void }): ReactNode {
	const styles = useStyles();
	const { title, text, undo, link } = note;
	return (
		<Toast>
			<ToastTitle
				action={
					undo && (
						<Button
							size="small"
							appearance="transparent"
							onClick={() => {
								onDone();
								undo();
							}}
						>
							Undo
						</Button>
					)
				}
			>
				{title}
			</ToastTitle>
			{text && <ToastBody className={styles.body}>{text}</ToastBody>}
			{link && (
				<ToastFooter>
					<Link href={link.href}>{link.label}</Link>
				</ToastFooter>
			)}
		</Toast>
	);
}
