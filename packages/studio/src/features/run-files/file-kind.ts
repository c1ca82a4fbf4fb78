/** How a file is best looked at, told from what it says it is and from its name. */

export type FileView = 'text' | 'image' | 'other';

const TEXT_TYPES = /^text\/|[/+](json|xml|yaml|x-yaml|toml|javascript|x-python|x-sh|csv|x-ndjson)\b/;
const TEXT_NAMES =
	/\.(txt|log|json|jsonl|ndjson|ya?ml|toml|ini|cfg|conf|csv|tsv|md|rst|py|pyi|ipynb|r|jl|sh|bash|js|ts|tsx|sql|xml|html?|css|env|lock|amlignore|gitignore|runconfig|dockerfile)$/i;
const BARE_TEXT_NAMES = /(^|\/)(dockerfile|makefile|license|readme|requirements)$/i;
const IMAGE_TYPES = /^image\/(png|jpeg|gif|webp|bmp|svg\+xml|avif)\b/;

const JSON_TYPES = /[/+]json\b/;

/** Whether a file is one JSON document, which is laid out for reading. */
export function isJson(path: string, contentType: string): boolean {
	return JSON_TYPES.test(contentType) || /\.json$/i.test(path);
}

export function viewOf(path: string, contentType: string): FileView {
	if (IMAGE_TYPES.test(contentType)) return 'image';
	if (TEXT_TYPES.test(contentType) || TEXT_NAMES.test(path) || BARE_TEXT_NAMES.test(path)) return 'text';
	return 'other';
}
