/** What a file is, by its name: what a browser is told, since what was uploaded may claim anything. */

const BY_EXTENSION: Readonly<Record<string, string>> = {
	avif: 'image/avif',
	bmp: 'image/bmp',
	cfg: 'text/plain',
	conf: 'text/plain',
	css: 'text/css',
	csv: 'text/csv',
	gif: 'image/gif',
	gz: 'application/gzip',
	htm: 'text/html',
	html: 'text/html',
	ico: 'image/x-icon',
	ini: 'text/plain',
	ipynb: 'application/x-ipynb+json',
	jpeg: 'image/jpeg',
	jpg: 'image/jpeg',
	js: 'text/javascript',
	json: 'application/json',
	jsonl: 'application/jsonl',
	log: 'text/plain',
	md: 'text/markdown',
	mjs: 'text/javascript',
	mp3: 'audio/mpeg',
	mp4: 'video/mp4',
	ogg: 'audio/ogg',
	parquet: 'application/vnd.apache.parquet',
	pdf: 'application/pdf',
	png: 'image/png',
	py: 'text/x-python',
	r: 'text/plain',
	sh: 'text/x-shellscript',
	sql: 'text/plain',
	svg: 'image/svg+xml',
	tar: 'application/x-tar',
	toml: 'application/toml',
	tsv: 'text/tab-separated-values',
	txt: 'text/plain',
	wav: 'audio/wav',
	webm: 'video/webm',
	webp: 'image/webp',
	xhtml: 'application/xhtml+xml',
	xml: 'application/xml',
	yaml: 'application/yaml',
	yml: 'application/yaml',
	zip: 'application/zip',
};

const UNKNOWN = 'application/octet-stream';
const DECLARED = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
/** What programs declare without having looked at the file. */
const DECLARED_BY_DEFAULT = new Set(['application/x-www-form-urlencoded', 'multipart/form-data']);

/** The type by the extension; where that says nothing, the type that was declared with the upload. */
export function contentTypeOf(path: string, declared: string | undefined): string {
	const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
	const byName = name.includes('.') ? BY_EXTENSION[name.slice(name.lastIndexOf('.') + 1)] : undefined;
	if (byName) return byName;
	const type = (declared ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
	return DECLARED.test(type) && !DECLARED_BY_DEFAULT.has(type) ? type : UNKNOWN;
}
