/** What of a Jupyter notebook is shown: its cells with the outputs that can be shown without running anything. */

export type NotebookOutput =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'error'; readonly text: string }
	| { readonly kind: 'image'; readonly address: string };

export interface NotebookCell {
	readonly kind: 'markdown' | 'code' | 'raw';
	readonly source: string;
	/** Null for a cell that was not run. */
	readonly count: number | null;
	readonly outputs: readonly NotebookOutput[];
}

export interface Notebook {
	readonly language: string;
	readonly cells: readonly NotebookCell[];
}

type Fields = Readonly<Record<string, unknown>>;
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif'] as const;
const BASE64 = /^[A-Za-z0-9+/=\s]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: orders to a terminal begin so
const TERMINAL_ORDER = /\u001b\[[0-9;]*[A-Za-z]/g;

/** Null for a text that is no notebook. */
export function readNotebook(text: string): Notebook | null {
	let document: unknown;
	try {
		document = JSON.parse(text);
	} catch {
		return null;
	}
	const { cells, metadata } = fieldsOf(document);
	if (!Array.isArray(cells)) return null;
	const language = fieldsOf(fieldsOf(metadata).language_info).name;
	return { language: typeof language === 'string' ? language : 'python', cells: cells.map((cell) => readCell(fieldsOf(cell))) };
}

function readCell({ cell_type: type, source, execution_count: count, outputs }: Fields): NotebookCell {
	return {
		kind: type === 'markdown' || type === 'code' ? type : 'raw',
		source: joined(source),
		count: typeof count === 'number' ? count : null,
		outputs: Array.isArray(outputs) ? outputs.flatMap((output) => readOutput(fieldsOf(output))) : [],
	};
}

function readOutput({ output_type: type, text, data, traceback, evalue }: Fields): NotebookOutput[] {
	if (type === 'stream') return [{ kind: 'text', text: cleaned(joined(text)) }];
	if (type === 'error') return [{ kind: 'error', text: cleaned(Array.isArray(traceback) ? traceback.join('\n') : String(evalue)) }];
	const kinds = fieldsOf(data);
	for (const imageType of IMAGE_TYPES) {
		const image = joined(kinds[imageType]);
		if (image !== '' && BASE64.test(image)) return [{ kind: 'image', address: `data:${imageType};base64,${image.replaceAll(/\s/g, '')}` }];
	}
	const plain = joined(kinds['text/plain']);
	return plain === '' ? [] : [{ kind: 'text', text: cleaned(plain) }];
}

/** A text, or its lines. */
function joined(value: unknown): string {
	if (Array.isArray(value)) return value.map(String).join('');
	return typeof value === 'string' ? value : '';
}

function cleaned(text: string): string {
	return text.replace(TERMINAL_ORDER, '');
}

function fieldsOf(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
