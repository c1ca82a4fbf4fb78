/** The words of a query coloured by what they are. The server's parser says what is wrong; this only helps the eye. */
import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from '@codemirror/language';
import { tokens } from '@fluentui/react-components';
import { tags } from '@lezer/highlight';

const KEYWORDS: ReadonlySet<string> = new Set(
	`and or not in has has_any has_all contains startswith endswith hasprefix hassuffix matches regex between
	by on asc desc nulls first last kind with from to step default of let true false null isfuzzy withsource typeof`.split(/\s+/),
);
const TYPES: ReadonlySet<string> = new Set('bool datetime decimal dynamic guid int long real double string timespan'.split(' '));

interface State {
	/** The next word is an operator: it begins the query's next step. */
	isStep: boolean;
}

function token(stream: StringStream, state: State): string | null {
	if (stream.eatSpace()) return null;
	if (stream.match('//')) {
		stream.skipToEnd();
		return 'comment';
	}
	if (stream.match(/@?"(?:[^"\\]|\\.)*"?/) || stream.match(/@?'(?:[^'\\]|\\.)*'?/)) return 'string';
	if (stream.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:d|h|m|s|ms|microsecond|tick)?\b/i)) return 'number';
	if (stream.match('|')) {
		state.isStep = true;
		return 'operator';
	}
	if (stream.match(/[A-Za-z_][\w-]*(?=\s*\()/) || stream.match(/[A-Za-z_]\w*(?:-\w+)*/)) {
		const word = stream.current();
		const isStep = state.isStep;
		state.isStep = false;
		if (isStep || KEYWORDS.has(word.replace(/^!|_cs$|~$/g, ''))) return 'keyword';
		if (TYPES.has(word)) return 'typeName';
		return stream.peek() === '(' ? 'variableName.function' : null;
	}
	stream.next();
	return null;
}

const language = StreamLanguage.define<State>({ name: 'kusto', startState: () => ({ isStep: false }), token });

export const kqlHighlighting = [
	language,
	syntaxHighlighting(
		HighlightStyle.define([
			{ tag: tags.comment, color: tokens.colorNeutralForeground3, fontStyle: 'italic' },
			{ tag: tags.keyword, color: tokens.colorBrandForeground1 },
			{ tag: tags.string, color: tokens.colorPaletteGreenForeground1 },
			{ tag: tags.number, color: tokens.colorPaletteMarigoldForeground2 },
			{ tag: tags.typeName, color: tokens.colorPaletteTealForeground2 },
			{ tag: tags.function(tags.variableName), color: tokens.colorPaletteBerryForeground2 },
		]),
	),
];
