/** How a file is best looked at, told from what it says it is and from its name. */

export type FileView = 'text' | 'image' | 'other';
/** Texts that can be laid out for reading. */
export type TextLayout = 'json' | 'csv' | 'markdown' | 'notebook' | 'html' | 'code';

const TEXT_TYPES = /^text\/|[/+](json|xml|yaml|x-yaml|toml|javascript|x-python|x-sh|csv|x-ndjson)\b/;
const TEXT_NAMES =
	/\.(txt|log|json|jsonl|ndjson|ya?ml|toml|ini|cfg|conf|csv|tsv|md|rst|py|pyi|ipynb|r|jl|sh|bash|js|ts|tsx|sql|xml|html?|css|env|lock|amlignore|gitignore|runconfig|dockerfile)$/i;
const BARE_TEXT_NAMES = /(^|\/)(dockerfile|makefile|license|readme|requirements|mlmodel)$/i;
const IMAGE_TYPES = /^image\/(png|jpeg|gif|webp|bmp|svg\+xml|avif)\b/;

const CODE_NAMES =
	/\.(py|pyi|r|jl|sh|bash|js|ts|tsx|sql|xml|css|ya?ml|toml|ini|cfg|conf|env|runconfig|dockerfile)$|(^|\/)(dockerfile|makefile|mlmodel)$/i;
const LAYOUTS: readonly (readonly [TextLayout, RegExp, RegExp])[] = [
	['notebook', /x-ipynb\+json/, /\.ipynb$/i],
	['json', /[/+]json\b/, /\.json$/i],
	['csv', /^text\/(csv|tab-separated-values)/, /\.(csv|tsv)$/i],
	['markdown', /^text\/markdown/, /\.(md|markdown)$/i],
	['html', /^text\/html/, /\.html?$/i],
	['code', /^text\/(x-python|x-sh)/, CODE_NAMES],
];

/** How a text is laid out for reading; null for one that is read as it was written. */
export function layoutOf(path: string, contentType: string): TextLayout | null {
	return (LAYOUTS.find(([, , names]) => names.test(path)) ?? LAYOUTS.find(([, types]) => types.test(contentType)))?.[0] ?? null;
}

export function viewOf(path: string, contentType: string): FileView {
	if (IMAGE_TYPES.test(contentType)) return 'image';
	if (TEXT_TYPES.test(contentType) || TEXT_NAMES.test(path) || BARE_TEXT_NAMES.test(path)) return 'text';
	return 'other';
}
