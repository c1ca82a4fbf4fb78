/** The language of a source file, told from its name. */

const BY_NAME: readonly (readonly [RegExp, string])[] = [
	[/\.(py|pyi)$/i, 'python'],
	[/\.(json|ipynb|jsonl)$/i, 'json'],
	[/\.(ya?ml|runconfig)$|(^|\/)MLmodel$/i, 'yaml'],
	[/\.(sh|bash|env)$/i, 'bash'],
	[/\.(md|markdown)$/i, 'markdown'],
	[/\.(js|mjs|cjs|jsx)$/i, 'javascript'],
	[/\.(ts|tsx)$/i, 'typescript'],
	[/\.(toml|ini|cfg|conf)$/i, 'ini'],
	[/\.(xml|html?|svg)$/i, 'xml'],
	[/\.css$/i, 'css'],
	[/\.sql$/i, 'sql'],
	[/\.r$/i, 'r'],
	[/\.jl$/i, 'julia'],
	[/(^|\/)dockerfile|\.dockerfile$/i, 'dockerfile'],
	[/(^|\/)makefile$/i, 'makefile'],
];

/** Null for a text that is none that is known. */
export function languageOf(path: string): string | null {
	return BY_NAME.find(([name]) => name.test(path))?.[1] ?? null;
}
