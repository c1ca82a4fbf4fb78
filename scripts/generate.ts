/** `npm run generate`: writes docs/reference from the contract and the commands. With `--check` it writes nothing and fails when a page is not what it would write. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { createOpenApiDocument } from '../packages/contract/src/index.ts';
import { apiPage } from './reference/api-page.ts';
import { cliPage } from './reference/cli-page.ts';
import { filtersPage } from './reference/filters-page.ts';
import { kqlPage } from './reference/kql-page.ts';
import { errorsPage, limitsPage, statusChangesPage } from './reference/other-pages.ts';
import { ROOT } from './run-program.ts';
import { print } from './terminal.ts';

const FOLDER = join(ROOT, 'docs', 'reference');

const { version } = packageJson;

const PAGES: Record<string, string> = {
	'api.md': apiPage(version),
	'openapi.json': `${JSON.stringify(createOpenApiDocument(version), null, '\t')}\n`,
	'cli.md': await cliPage(),
	'errors.md': errorsPage(),
	'filters.md': filtersPage(),
	'kql.md': kqlPage(),
	'limits.md': limitsPage(),
	'status-changes.md': statusChangesPage(),
};

mkdirSync(FOLDER, { recursive: true });
const present = readdirSync(FOLDER);
const outdated = Object.entries(PAGES)
	.filter(([name, text]) => !present.includes(name) || readFileSync(join(FOLDER, name), 'utf8') !== text)
	.map(([name]) => name);
const leftOver = present.filter((name) => !Object.hasOwn(PAGES, name));

if (process.argv.includes('--check')) {
	for (const name of outdated) print(`docs/reference/${name} is not what the contract or the commands say.`);
	for (const name of leftOver) print(`docs/reference/${name} is made by nothing.`);
	process.exitCode = outdated.length + leftOver.length === 0 ? 0 : 1;
} else {
	for (const name of outdated) writeFileSync(join(FOLDER, name), PAGES[name]!);
	for (const name of leftOver) rmSync(join(FOLDER, name));
	print(`docs/reference: ${outdated.length} written, ${leftOver.length} removed.`);
}
