/** The readable reference of the native API: one page of plain HTML, without scripts, made from the contract. */
import { createHash } from 'node:crypto';
import {
	boundsInWords,
	createReference,
	ERRORS,
	fieldsOf,
	type PlainSchema,
	type Reference,
	type ReferenceOperation,
	type ReferenceParameter,
	typeInWords,
} from '@runstead/contract';

interface ReferencePage {
	html: string;
	/** Allows what the page needs, its style, and nothing else. */
	contentSecurityPolicy: string;
}

const STYLE = `
:root { color-scheme: light dark; --text: light-dark(#1b1a19, #e6e4e2); --faint: light-dark(#605e5c, #a19f9d); --line: light-dark(#e1dfdd, #3b3a39);
	--page: light-dark(#ffffff, #1b1a19); --panel: light-dark(#f6f5f4, #252423); --link: light-dark(#0f6cbd, #62abf5); }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; color: var(--text); background: var(--page); font: 15px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 18rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem 3rem 1.5rem; border-right: 1px solid var(--line); background: var(--panel); font-size: 14px; }
nav ul { list-style: none; margin: 0 0 .75rem; padding: 0 0 0 .75rem; }
nav summary { cursor: pointer; padding: .15rem 0; font-weight: 600; }
main { padding: 1.5rem 2.5rem 6rem; max-width: 62rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { margin: 3rem 0 .25rem; padding-top: 1rem; border-top: 1px solid var(--line); } h3 { margin: 2rem 0 .25rem; font-size: 1.05rem; }
h4 { margin: 1rem 0 .25rem; font-size: .85rem; color: var(--faint); font-weight: 600; }
p { margin: .25rem 0; } .faint { color: var(--faint); }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; overflow-x: auto; margin: .25rem 0; }
.method { display: inline-block; min-width: 3.6rem; font-weight: 700; }
table { border-collapse: collapse; width: 100%; font-size: 14px; } td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; } main { padding: 1rem; } }
`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function type(schema: PlainSchema): string {
	// Names of schemas are our own words; all else that typeInWords says is escaped here, piece by piece.
	const mark = '\u0000';
	return escapeHtml(typeInWords(schema, (name) => `${mark}${name}${mark}`)).replace(
		new RegExp(`${mark}(\\w+)${mark}`, 'g'),
		'<a href="#schema-$1">$1</a>',
	);
}

function fieldRow(name: string, required: boolean, schema: PlainSchema, description = schema.description): string {
	const notes = [description, boundsInWords(schema)].filter((note) => note !== undefined && note !== '').join(' ');
	return `<tr><td><code>${escapeHtml(name)}</code>${required ? '' : ' <span class="faint">optional</span>'}</td><td>${type(schema)}</td><td>${escapeHtml(notes)}</td></tr>`;
}

function fieldTable(schema: PlainSchema): string {
	const fields = fieldsOf(schema);
	if (fields.length === 0) return `<p>${type(schema)}</p>`;
	return `<table>${fields.map((field) => fieldRow(field.name, field.required, field.schema)).join('')}</table>`;
}

function parameterTable(title: string, parameters: ReferenceParameter[]): string {
	if (parameters.length === 0) return '';
	const rows = parameters.map(({ name, required, schema, description }) => fieldRow(name, required, schema, description));
	return `<h4>${title}</h4><table>${rows.join('')}</table>`;
}

function answer(response: ReferenceOperation['response']): string {
	if (response === null) return '<p>Nothing but the status 204.</p>';
	if (response === 'bytes') return '<p>The bytes; a <code>Range</code> header asks for a part of them.</p>';
	if (response === 'lines') return '<p>JSON documents, one a line, each as soon as it is known.</p>';
	if (response === 'events') return '<p>Server-sent events: <code>change</code> and <code>signal</code>, until the client leaves.</p>';
	return fieldTable(response);
}

function permission({ permission: { name, meaning } }: ReferenceOperation): string {
	return name === 'public' ? `Open to ${escapeHtml(meaning)}` : `Needs <code>${name}</code>: ${escapeHtml(meaning)}`;
}

function operation(entry: ReferenceOperation): string {
	const body =
		entry.body === null ? '' : `<h4>Body</h4>${entry.body === 'bytes' ? '<p>The bytes themselves.</p>' : fieldTable(entry.body)}`;
	return [
		`<section><h3 id="${entry.id}"><a href="#${entry.id}">${entry.id}</a></h3>`,
		`<p>${escapeHtml(entry.summary)}. <span class="faint">${permission(entry)}.</span></p>`,
		`<pre><span class="method">${entry.method}</span>${escapeHtml(entry.path)}</pre>`,
		parameterTable(
			'In the path',
			entry.parameters.filter((parameter) => parameter.in === 'path'),
		),
		parameterTable(
			'In the query',
			entry.parameters.filter((parameter) => parameter.in === 'query'),
		),
		body,
		`<h4>Answer</h4>${answer(entry.response)}`,
		`<h4>Example</h4><pre>${escapeHtml(entry.example)}</pre></section>`,
	].join('');
}

function navigation({ groups }: Reference): string {
	const lists = groups.map(({ name, operations }) => {
		const items = operations.map(({ id }) => `<li><a href="#${id}">${id}</a></li>`).join('');
		return `<details open><summary>${escapeHtml(name)}</summary><ul>${items}</ul></details>`;
	});
	return `<nav aria-label="Operations">${lists.join('')}<p><a href="#schemas">Shapes</a></p><p><a href="#errors">Errors</a></p></nav>`;
}

function errorTable(): string {
	const rows = Object.entries(ERRORS).map(
		([code, { status, message, hint }]) =>
			`<tr><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(message)}<br><span class="faint">${escapeHtml(hint)}</span></td></tr>`,
	);
	return `<h2 id="errors">Errors</h2><p>Every error is <code>{"error": {"code", "message", "hint", "details"}}</code>.</p><table>${rows.join('')}</table>`;
}

/** The page, which is the same for every request: make it once. */
export function renderReferencePage(version: string): ReferencePage {
	const reference = createReference(version);
	const groups = reference.groups.map(
		(group) => `<h2>${escapeHtml(group.name)}</h2><p>${escapeHtml(group.description)}</p>${group.operations.map(operation).join('')}`,
	);
	const schemas = Object.entries(reference.schemas).map(([name, schema]) => `<h3 id="schema-${name}">${name}</h3>${fieldTable(schema)}`);
	const html = [
		`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
		`<title>Runstead API ${escapeHtml(version)}</title><style>${STYLE}</style></head><body>${navigation(reference)}<main>`,
		`<h1>Runstead API</h1><p>Version ${escapeHtml(version)}. As a document for programs: <a href="openapi.json">OpenAPI 3.1</a>.</p>`,
		`<p>Requests from this machine, of the user who runs the server, need no token; others send <code>Authorization: Bearer TOKEN</code>. `,
		`Times are ISO 8601 in UTC with microseconds. Lists come in pages: give <code>nextCursor</code> as <code>cursor</code> for the next one.</p>`,
		...groups,
		`<h2 id="schemas">Shapes</h2>${schemas.join('')}${errorTable()}</main></body></html>`,
	].join('');
	const styleHash = createHash('sha256').update(STYLE).digest('base64');
	return {
		html,
		contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
	};
}
