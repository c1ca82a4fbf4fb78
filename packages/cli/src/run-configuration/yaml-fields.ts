/** Reads the fields of a YAML file with their types; what is wrong is said with its line and column, and what nobody asked for is known. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { CommandError } from '../command.ts';

export interface YamlFile {
	readonly path: string;
	readonly lines: LineCounter;
}

function placeOf({ path, lines }: YamlFile, offset: number): string {
	const { line, col } = lines.linePos(offset);
	return `${path}:${line}:${col}`;
}

function offsetOf(node: Node | null | undefined): number {
	return node?.range?.[0] ?? 0;
}

/** One level of a file: each field is read by its name, once. */
export class YamlFields {
	readonly #file: YamlFile;
	readonly #map: YAMLMap | null;
	readonly #prefix: string;
	readonly #read = new Set<string>();
	readonly #sections = new Map<string, YamlFields>();

	constructor(file: YamlFile, map: YAMLMap | null, prefix = '') {
		this.#file = file;
		this.#map = map;
		this.#prefix = prefix;
	}

	#node(name: string): Node | null {
		this.#read.add(name);
		const node = this.#map?.get(name, true) as Node | undefined;
		return node === undefined || (isScalar(node) && node.value === null) ? null : node;
	}

	#refuse(node: Node | null, message: string): CommandError {
		return new CommandError(`${placeOf(this.#file, offsetOf(node))}: ${message}`, 'Mend the file there.');
	}

	/** A number or a truth value is taken as the text it stands as. */
	text(name: string): string | null {
		const node = this.#node(name);
		if (node === null) return null;
		if (isScalar(node)) return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
		throw this.#refuse(node, `${this.#prefix}${name} is a text, not a ${isSeq(node) ? 'list' : 'group of fields'}.`);
	}

	texts(name: string): string[] | null {
		const node = this.#node(name);
		if (node === null) return null;
		if (!isSeq(node)) throw this.#refuse(node, `${this.#prefix}${name} is a list: [one, two].`);
		return node.items.map((item) => {
			if (isScalar(item)) return typeof item.value === 'string' ? item.value : (item.source ?? String(item.value));
			throw this.#refuse(item as Node, `${this.#prefix}${name} holds texts and numbers alone.`);
		});
	}

	wholeNumber(name: string): number | null {
		const node = this.#node(name);
		if (node === null) return null;
		if (isScalar(node) && typeof node.value === 'number' && Number.isSafeInteger(node.value)) return node.value;
		throw this.#refuse(node, `${this.#prefix}${name} is a whole number.`);
	}

	truth(name: string): boolean | null {
		const node = this.#node(name);
		if (node === null) return null;
		if (isScalar(node) && typeof node.value === 'boolean') return node.value;
		throw this.#refuse(node, `${this.#prefix}${name} is true or false.`);
	}

	/** Names with texts, such as environment variables. */
	textMap(name: string): Record<string, string> {
		const node = this.#node(name);
		if (node === null) return {};
		if (!isMap(node)) throw this.#refuse(node, `${this.#prefix}${name} is a group of names with values.`);
		return Object.fromEntries(
			node.items.map(({ key, value }) => {
				if (isScalar(key) && (value === null || isScalar(value)))
					return [String(key.value), value === null || value.value === null ? '' : String(value.source ?? value.value)];
				throw this.#refuse(key as Node, `${this.#prefix}${name} holds texts and numbers alone.`);
			}),
		);
	}

	/** The dependencies of a conda file: texts, and among them the group `pip` with texts of its own. */
	packages(name: string): { texts: string[]; pip: string[] } {
		const node = this.#node(name);
		if (node === null) return { texts: [], pip: [] };
		if (!isSeq(node)) throw this.#refuse(node, `${this.#prefix}${name} is a list of packages.`);
		const pip: string[] = [];
		const texts = node.items.flatMap((item) => {
			if (isScalar(item)) return [String(item.source ?? item.value)];
			if (!isMap(item)) throw this.#refuse(item as Node, `${this.#prefix}${name} holds packages, and a group "pip" of packages.`);
			pip.push(...(new YamlFields(this.#file, item, `${this.#prefix}${name}.`).texts('pip') ?? []));
			return [];
		});
		return { texts, pip };
	}

	get isEmpty(): boolean {
		return this.#map === null || this.#map.items.length === 0;
	}

	/** Fields within this one; empty where it is absent. */
	section(name: string): YamlFields {
		const known = this.#sections.get(name);
		if (known !== undefined) return known;
		const node = this.#node(name);
		if (node !== null && !isMap(node)) throw this.#refuse(node, `${this.#prefix}${name} is a group of fields.`);
		const section = new YamlFields(this.#file, node, `${this.#prefix}${name}.`);
		this.#sections.set(name, section);
		return section;
	}

	/** The groups of fields within this one, by name. */
	sections(name: string): [string, YamlFields][] {
		const outer = this.section(name);
		const names = (outer.#map?.items ?? []).flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
		return names.map((inner) => [inner, outer.section(inner)]);
	}

	/** Fields that were not read, here and in the sections that were, with their places: `path:3:1: hdi`. */
	unread(): string[] {
		return (this.#map?.items ?? []).flatMap(({ key }) => {
			if (!isScalar(key)) return [];
			const name = String(key.value);
			if (this.#read.has(name)) return this.#sections.get(name)?.unread() ?? [];
			return [`${placeOf(this.#file, offsetOf(key))}: ${this.#prefix}${name}`];
		});
	}

	/** These are known, and count for nothing; without names, all that there are. */
	passOver(...names: readonly string[]): void {
		const all = (this.#map?.items ?? []).flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
		for (const name of names.length > 0 ? names : all) this.#read.add(name);
	}

	/** Whether a field is there and says anything: not null, false, empty. Reading it so counts as read. */
	isSet(name: string): boolean {
		const node = this.#node(name);
		if (node === null) return false;
		if (isMap(node) || isSeq(node)) return node.items.length > 0;
		return !(isScalar(node) && (node.value === false || node.value === ''));
	}
}

/** @throws {CommandError} with line and column for what is no YAML (JSON is). */
export function readYamlFields(path: string, text: string): YamlFields {
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
	const file = { path, lines };
	const [error] = document.errors;
	if (error !== undefined)
		throw new CommandError(
			`${placeOf(file, error.pos[0])}: ${error.message.replace(/\.?$/, '.')}`,
			'It is read as YAML, of which JSON is a part.',
		);
	if (document.contents !== null && !isMap(document.contents))
		throw new CommandError(`${path}:1:1: It holds no fields.`, 'A run configuration has fields such as "script: train.py".');
	return new YamlFields(file, document.contents);
}
