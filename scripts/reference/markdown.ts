/** Pieces of Markdown for the generated pages. */

/** Heads every generated page. */
const GENERATED = '<!-- Made by "npm run generate" from packages/contract and packages/cli; change it there. -->';

/** Text that stands in a table cell: no bars, no line ends, and nothing that reads as HTML. */
export function cell(text: string): string {
	return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function page(...blocks: readonly string[]): string {
	return `${[GENERATED, ...blocks].filter((block) => block !== '').join('\n\n')}\n`;
}
