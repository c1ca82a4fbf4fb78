/** The reference of the native API as a list to render: from it come the page that the server shows and the one in docs. */
import { createOpenApiDocument, type JsonObject, openApiPath, ROUTE_GROUPS } from './openapi.ts';
import { PERMISSIONS, type RouteDefinition, type Stream } from './route.ts';
import { exampleOf, type PlainSchema } from './schema-text.ts';

export interface ReferenceParameter {
	name: string;
	in: 'path' | 'query';
	required: boolean;
	description?: string;
	schema: PlainSchema;
}

export interface ReferenceOperation {
	id: string;
	method: string;
	path: string;
	summary: string;
	/** The permission it needs, and what that means. */
	permission: { name: string; meaning: string };
	parameters: ReferenceParameter[];
	/** Null when it takes none; `bytes` when it takes an octet stream. */
	body: PlainSchema | 'bytes' | null;
	response: PlainSchema | Stream | null;
	/** A request as one would type it in a shell. */
	example: string;
}

export interface Reference {
	version: string;
	groups: { name: string; description: string; operations: ReferenceOperation[] }[];
	schemas: Record<string, PlainSchema>;
}

interface OpenApiOperation {
	parameters: ReferenceParameter[];
	requestBody?: { content: Record<string, { schema: PlainSchema }> };
	responses: Record<string, { content?: Record<string, { schema: PlainSchema }> }>;
}

interface OpenApiDocument extends JsonObject {
	paths: Record<string, Record<string, OpenApiOperation>>;
	components: { schemas: Record<string, PlainSchema> };
}

/** A word of a shell, quoted where it must be. */
function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

function exampleRequest(route: RouteDefinition, operation: OpenApiOperation, schemas: Record<string, PlainSchema>): string {
	const sample = ({ name, schema }: ReferenceParameter) => String(exampleOf(schema, schemas, name));
	const path = operation.parameters
		.filter((parameter) => parameter.in === 'path')
		.reduce((text, parameter) => text.replace(`{${parameter.name}}`, sample(parameter)), openApiPath(route.path));
	const query = operation.parameters
		.filter((parameter) => parameter.in === 'query' && parameter.required)
		.map((parameter) => `${parameter.name}=${encodeURIComponent(sample(parameter))}`)
		.join('&');
	const address = `"$RUNSTEAD_URL${path}${query === '' ? '' : `?${query}`}"`;
	const method = route.method === 'GET' ? '' : ` -X ${route.method}`;
	const stream = route.responseStream === 'events' ? ' -N' : '';
	if (route.requestStream === 'bytes') return `curl${method} ${address} --data-binary @file -H 'Content-Type: application/octet-stream'`;
	const body = operation.requestBody?.content['application/json']?.schema;
	if (body === undefined) return `curl${method}${stream} ${address}`;
	return `curl${method} ${address} -H 'Content-Type: application/json' \\\n  -d ${quoted(JSON.stringify(exampleOf(body, schemas)))}`;
}

function referenceOperation(id: string, route: RouteDefinition, document: OpenApiDocument): ReferenceOperation {
	const path = openApiPath(route.path);
	const operation = document.paths[path]![route.method.toLowerCase()]!;
	return {
		id,
		method: route.method,
		path,
		summary: route.summary,
		permission: { name: route.permission, meaning: PERMISSIONS[route.permission] },
		parameters: operation.parameters,
		body: route.requestStream ?? operation.requestBody?.content['application/json']?.schema ?? null,
		response: route.responseStream ?? operation.responses['200']?.content?.['application/json']?.schema ?? null,
		example: exampleRequest(route, operation, document.components.schemas),
	};
}

export function createReference(version: string): Reference {
	const document = createOpenApiDocument(version) as OpenApiDocument;
	return {
		version,
		schemas: document.components.schemas,
		groups: ROUTE_GROUPS.map(({ name, description, routes }) => ({
			name,
			description,
			operations: Object.entries(routes).map(([id, route]) => referenceOperation(id, route, document)),
		})),
	};
}
