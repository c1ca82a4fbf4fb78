/** Holds every relative link of the Markdown pages against the files and headings that it names. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, runProgram } from './run-program.ts';
import { print } from './terminal.ts';

/** The anchor that a heading gets: lower case, punctuation left out, spaces as hyphens. */
function anchorOf(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replaceAll(' ', '-');
}

function anchorsOf(page: string): Set<string> {
	const text = readFileSync(page, 'utf8');
	const headings = [...text.matchAll(/^#+ +(.+)$/gm)].map((match) => anchorOf(match[1]!));
	return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1]!)]);
}

/** Links of a page that lead nowhere. Code blocks hold no links. */
function brokenLinks(page: string): string[] {
	const text = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
	const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((link) => !/^[a-z]+:/.test(link));
	return links.filter((link) => {
		const [path = '', anchor] = link.split('#');
		const target = path === '' ? page : join(dirname(page), path);
		return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).has(anchor));
	});
}

const { output } = await runProgram(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '*.md']);
const pages = output.split('\n').filter((name) => name !== '' && existsSync(join(ROOT, name)));
const broken = pages.flatMap((name) => brokenLinks(join(ROOT, name)).map((link) => `${name}: ${link} leads nowhere.`));
for (const line of broken) print(line);
process.exitCode = pages.length > 0 && broken.length === 0 ? 0 : 1;
