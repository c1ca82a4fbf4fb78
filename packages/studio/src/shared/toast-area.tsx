/** Draws the notes in the corner; loaded with the first. */
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
import { type ReactNode, useEffect } from 'react';
import { newId } from './new-id.ts';
import { type Note, takeNotes } from './notes.ts';

const TOASTER = 'runstead';
/** Long enough to read, see what it means, and take it back. */
const SHOWN_MS = 8_000;
/** Above the bar of what can be done with chosen runs. */
const OFFSET = { horizontal: 20, vertical: 56 };

const useStyles = makeStyles({
	body: { whiteSpace: 'pre-line', maxHeight: '160px', overflowY: 'auto', color: tokens.colorNeutralForeground2 },
});

/** `given` is another number with each note. */
export function ToastArea({ given }: { readonly given: number }) {
	const { dispatchToast, dismissToast } = useToastController(TOASTER);
	// biome-ignore lint/correctness/useExhaustiveDependencies: notes are taken whenever there are new ones
	useEffect(() => {
		for (const note of takeNotes()) {
			const toastId = newId();
			dispatchToast(<NoteToast note={note} onDone={() => dismissToast(toastId)} />, { intent: note.intent ?? 'success', toastId });
		}
	}, [given, dispatchToast, dismissToast]);
	return <Toaster toasterId={TOASTER} position="bottom-end" offset={OFFSET} timeout={SHOWN_MS} pauseOnHover pauseOnWindowBlur />;
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
