/** The OpenAPI document: valid, whole, and without loose ends. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { API_ROUTES, createOpenApiDocument, openApiPath, ROUTE_GROUPS, type RouteDefinition } from './index.ts';

const document = JSON.parse(JSON.stringify(createOpenApiDocument('1.2.3')));

test('is valid OpenAPI 3.1', async () => {
	const validator = new Validator();
	expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
	expect(validator.version).toBe('3.1');
});

test('holds every route of the contract under its operation id, once', () => {
	const described = Object.entries<Record<string, { operationId: string }>>(document.paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
	);
	const defined = Object.entries<RouteDefinition>(API_ROUTES).map(([id, route]) => `${id} ${route.method} ${openApiPath(route.path)}`);
	expect(described.toSorted()).toEqual(defined.toSorted());
	expect(ROUTE_GROUPS.flatMap((group) => Object.keys(group.routes)).toSorted()).toEqual(Object.keys(API_ROUTES).toSorted());
});

test('describes every parameter of every path', () => {
	for (const [path, methods] of Object.entries<Record<string, { parameters: { name: string; in: string }[] }>>(document.paths)) {
		const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
		for (const { parameters } of Object.values(methods)) {
			expect(parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name)).toEqual(named);
		}
	}
});

test('refers to nothing that is not there', () => {
	const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1]!);
	const missing = references.filter(
		(reference) =>
			reference.split('/').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document) === undefined,
	);
	expect(missing).toEqual([]);
	expect(references.length).toBeGreaterThan(100);
});

test('follows the base path of a proxy', () => {
	expect(createOpenApiDocument('1.2.3', '/team').servers).toEqual([{ url: '/team' }]);
});
