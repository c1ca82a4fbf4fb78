/** A value of a span: a text as it was written, anything else as JSON laid out. */
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { prettyJson } from '../run-files/pretty-json.ts';

const SHOWN_LINES = { linesMax: 40, kept: 'start' } as const;

export function ValueView({ value }: { readonly value: unknown }) {
	return <CopyableCode code={valueText(value)} collapsed={SHOWN_LINES} wraps />;
}

export function valueText(value: unknown): string {
	if (typeof value === 'string') return value;
	const json = JSON.stringify(value) ?? '';
	return prettyJson(json) ?? json;
}
