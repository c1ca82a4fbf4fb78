/** Where a query is written: the server's parser completes it and underlines what is wrong; nothing of the Kusto language is loaded here. */
import {
	acceptCompletion,
	autocompletion,
	type Completion,
	type CompletionContext,
	type CompletionResult,
	closeBrackets,
	closeBracketsKeymap,
	closeCompletion,
	completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, linter, lintKeymap } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useEffect, useImperativeHandle, useRef } from 'react';
import { client } from '../../shared/api/client.ts';
import { kqlHighlighting } from './kql-highlighting.ts';

/** After the last key, before the query is looked at. */
const CHECK_DELAY_MS = 400;
/** What may begin a name: then proposals come by themselves. */
const NAME_BEGUN = /[\w$]$|[|(,]\s*$|\|\s*[a-z]+(?:-[a-z]+)*-$/;

const useStyles = makeStyles({
	root: {
		border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
		borderRadius: tokens.borderRadiusMedium,
		':focus-within': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
	},
});

const appearance = EditorView.theme({
	'&': { fontSize: tokens.fontSizeBase300, color: tokens.colorNeutralForeground1, backgroundColor: tokens.colorNeutralBackground1 },
	'&.cm-focused': { outline: 'none' },
	'.cm-scroller': { fontFamily: tokens.fontFamilyMonospace, lineHeight: tokens.lineHeightBase300, maxHeight: '50vh' },
	'.cm-content': { caretColor: tokens.colorNeutralForeground1 },
	'.cm-tooltip': {
		color: tokens.colorNeutralForeground1,
		backgroundColor: tokens.colorNeutralBackground1,
		border: `1px solid ${tokens.colorNeutralStroke1}`,
		boxShadow: tokens.shadow16,
		zIndex: '2',
	},
	'.cm-tooltip-autocomplete ul li[aria-selected]': {
		color: tokens.colorNeutralForeground1,
		backgroundColor: tokens.colorNeutralBackground1Selected,
	},
	'.cm-completionMatchedText': { textDecoration: 'none', fontWeight: tokens.fontWeightSemibold },
	'.cm-completionDetail': { color: tokens.colorNeutralForeground3 },
	'.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: tokens.colorNeutralBackground1Selected },
});

export interface QueryEditorHandle {
	/** What is marked, or all of it. */
	toRun(): string;
	/** Puts another text there, as if it had been typed: it can be undone. */
	replace(text: string): void;
	/** Marks characters and goes there. */
	mark(start: number, length: number): void;
}

interface QueryEditorProps {
	readonly initialText: string;
	/** How high it is while there is little in it. */
	readonly heightPx: number;
	readonly className?: string;
	readonly onText: (text: string) => void;
	/** Where there is nothing to run the keys for it do nothing. */
	readonly onRun?: () => void;
	readonly ref?: React.Ref<QueryEditorHandle>;
}

export function QueryEditor({ initialText, heightPx, className, onText, onRun, ref }: QueryEditorProps) {
	const styles = useStyles();
	const root = useRef<HTMLDivElement>(null);
	const view = useRef<EditorView>(null);
	const told = useRef({ onText, onRun });
	told.current = { onText, onRun };

	// biome-ignore lint/correctness/useExhaustiveDependencies: the editor keeps its own text from then on
	useEffect(() => {
		const host = root.current as HTMLDivElement;
		// In a shadow root the editor's styles are sheets that a script adopts, which the page's policy on styles allows.
		const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
		const made = new EditorView({
			parent: shadow,
			root: shadow,
			state: EditorState.create({
				doc: initialText,
				extensions: extensionsOf(
					heightPx,
					() => told.current.onRun?.(),
					(text) => told.current.onText(text),
				),
			}),
		});
		view.current = made;
		return () => made.destroy();
	}, []);

	useImperativeHandle(ref, () => ({
		toRun: () => {
			const { doc, selection } = (view.current as EditorView).state;
			const marked = doc.sliceString(selection.main.from, selection.main.to).trim();
			return marked === '' ? doc.toString() : marked;
		},
		replace: (text) => {
			const editor = view.current as EditorView;
			editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text }, selection: { anchor: text.length } });
			editor.focus();
		},
		mark: (start, length) => {
			const editor = view.current as EditorView;
			const end = editor.state.doc.length;
			const [anchor, head] = [Math.min(start, end), Math.min(start + Math.max(length, 1), end)];
			editor.dispatch({ selection: { anchor, head }, scrollIntoView: true });
			editor.focus();
		},
	}));
	return <div ref={root} className={mergeClasses(styles.root, className)} />;
}

function extensionsOf(heightPx: number, run: () => void, onText: (text: string) => void): Extension[] {
	const runs = (editor: EditorView): boolean => {
		// Also those that are still asked for: they would lie over the answer.
		closeCompletion(editor);
		run();
		return true;
	};
	return [
		keymap.of([
			{ key: 'Mod-Enter', run: runs },
			{ key: 'Shift-Enter', run: runs },
			// Otherwise Tab leads out of the editor, as everywhere on the page.
			{ key: 'Tab', run: acceptCompletion },
			...closeBracketsKeymap,
			...completionKeymap,
			...lintKeymap,
			...historyKeymap,
			...defaultKeymap,
		]),
		history(),
		closeBrackets(),
		bracketMatching(),
		EditorView.lineWrapping,
		EditorView.contentAttributes.of({ 'aria-label': 'Query', spellcheck: 'false' }),
		EditorView.updateListener.of((update) => {
			if (update.docChanged) onText(update.state.doc.toString());
		}),
		autocompletion({ override: [complete], icons: false }),
		linter(remarksOf, { delay: CHECK_DELAY_MS }),
		kqlHighlighting,
		appearance,
		EditorView.theme({ '.cm-scroller, .cm-content': { minHeight: `${heightPx}px` } }),
	];
}

/** Asked once for a name; while it is typed on, the browser chooses among what came. */
async function complete(context: CompletionContext): Promise<CompletionResult | null> {
	const before = context.state.sliceDoc(0, context.pos);
	if (!context.explicit && !NAME_BEGUN.test(before)) return null;
	const gone = new AbortController();
	context.addEventListener('abort', () => gone.abort(), { onDocChange: true });
	const body = { query: context.state.doc.toString(), position: context.pos };
	const answer = await client.call('completeQuery', { body, signal: gone.signal }).catch(() => null);
	if (!answer || answer.proposals.length === 0) return null;
	return {
		from: answer.start,
		options: answer.proposals.map(
			({ label, name, before: put, after }): Completion => ({
				label: name,
				detail: label.startsWith(name) ? label.slice(name.length) : label,
				apply: (editor, _, from, to) =>
					editor.dispatch({
						changes: { from, to, insert: put + after },
						selection: { anchor: from + put.length },
						userEvent: 'input.complete',
					}),
			}),
		),
		validFor: /^[\w-]*$/,
	};
}

async function remarksOf(view: EditorView): Promise<Diagnostic[]> {
	const query = view.state.doc.toString();
	const answer = await client.call('checkQuery', { body: { query } }).catch(() => null);
	return (answer?.remarks ?? []).map(({ severity, message, start, length }) => ({
		from: Math.min(start, query.length),
		to: Math.min(start + length, query.length),
		severity,
		message,
	}));
}
