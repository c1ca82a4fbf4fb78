/** docs/reference/api.md: every route of the native API. */
import {
	boundsInWords,
	createReference,
	fieldsOf,
	type PlainSchema,
	type ReferenceOperation,
	type ReferenceParameter,
	typeInWords,
} from '../../packages/contract/src/index.ts';
import { cell, page, table } from './markdown.ts';

const anchor = (name: string) => name.toLowerCase().replaceAll(' ', '-');
const type = (schema: PlainSchema) => cell(typeInWords(schema, (name) => `[${name}](#${anchor(name)})`));

function row(name: string, required: boolean, schema: PlainSchema, description = schema.description): string[] {
	const notes = [description, boundsInWords(schema)].filter((note) => note !== undefined && note !== '').join(' ');
	return [`\`${name}\`${required ? '' : ' (optional)'}`, type(schema), cell(notes)];
}

function fields(title: string, schema: PlainSchema): string {
	const rows = fieldsOf(schema).map((field) => row(field.name, field.required, field.schema));
	return rows.length === 0 ? `${title}: ${type(schema)}` : table([title, 'type', 'meaning'], rows);
}

function parameters(title: string, list: ReferenceParameter[]): string {
	if (list.length === 0) return '';
	return table(
		[title, 'type', 'meaning'],
		list.map(({ name, required, schema, description }) => row(name, required, schema, description)),
	);
}

function answer(response: ReferenceOperation['response']): string {
	if (response === null) return 'Answer: nothing but the status 204.';
	if (response === 'bytes') return 'Answer: the bytes; a `Range` header asks for a part of them.';
	if (response === 'lines') return 'Answer: JSON documents, one a line, each as soon as it is known.';
	if (response === 'events') return 'Answer: server-sent events, `change` and `signal`, until the client leaves.';
	return fields('Answer', response);
}

function operation(entry: ReferenceOperation): string[] {
	const { name, meaning } = entry.permission;
	const body = entry.body === 'bytes' ? 'Body: the bytes themselves.' : entry.body === null ? '' : fields('Body', entry.body);
	return [
		`### ${entry.id}`,
		`\`${entry.method} ${entry.path}\``,
		`${entry.summary}. ${name === 'public' ? `Open to ${meaning}.` : `Needs \`${name}\`: ${meaning}.`}`,
		parameters(
			'In the path',
			entry.parameters.filter((parameter) => parameter.in === 'path'),
		),
		parameters(
			'In the query',
			entry.parameters.filter((parameter) => parameter.in === 'query'),
		),
		body,
		answer(entry.response),
		`\`\`\`sh\n${entry.example}\n\`\`\``,
	];
}

export function apiPage(version: string): string {
	const { groups, schemas } = createReference(version);
	return page(
		'# Native API',
		'Served at `/api/v1`; the server shows this page at `/api/v1/docs`, and for programs as OpenAPI 3.1 at `/api/v1/openapi.json`.',
		'Requests from the machine itself, of the user who runs the server, need no token; others send `Authorization: Bearer TOKEN`. Times are ISO 8601 in UTC with microseconds. Lists come in pages: give `nextCursor` as `cursor` for the next one. What can go wrong is listed in [errors](errors.md).',
		groups.map(({ name, description }) => `- [${name}](#${anchor(name)}): ${description}`).join('\n'),
		...groups.flatMap((group) => [`## ${group.name}`, group.description, ...group.operations.flatMap(operation)]),
		'## Shapes',
		...Object.entries(schemas).flatMap(([name, schema]) => [`### ${name}`, fields('Field', schema)]),
	);
}
