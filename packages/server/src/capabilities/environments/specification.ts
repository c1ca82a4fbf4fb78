/** What an environment may ask for, checked when it is registered or submitted, so that no node finds out later. */
import { COVERED, type EnvironmentSpecification, LIMITS, RunsteadError } from '@runstead/contract';

/** Options of a requirements file that mean the same on every machine; others name files of the one where they were written. */
const PIP_OPTIONS = [
	'--index-url',
	'-i',
	'--extra-index-url',
	'--find-links',
	'-f',
	'--no-index',
	'--pre',
	'--only-binary',
	'--no-binary',
	'--prefer-binary',
	'--trusted-host',
];
/** Name, extras, an address or versions, a marker, options. What pip would refuse is refused before a node is asked to build it. */
const REQUIREMENT =
	/^[A-Za-z0-9][\w.-]*\s*(\[[\w\s.,-]*\])?\s*(@\s*\S.*|\(?\s*(===|==|[!~<>]=|[<>])\s*[^\s,;()=]+(\s*,\s*(===|==|[!~<>]=|[<>])\s*[^\s,;()=]+)*\s*,?\s*\)?)?\s*(;.*|\s--\S.*)?$/;
const DIRECT_REFERENCE = /^(\w+\+)?\w+:\/\/|^\//;
const CONDA_PACKAGE = /^([\w./-]+::)?[A-Za-z0-9_][\w.-]*(\s*[=<>!~].*|\s+\S.*)?$/;
const CONDA_PYTHON = /^(?:[\w./-]+::)?python(?:\s*={1,2}\s*(\d+(?:\.\d+){0,2})(?:\.?\*)?)?$/;
const VARIABLE = /^[A-Za-z_]\w*$/;
const NAME = /^[A-Za-z0-9][\w.-]*$/;
const RESERVED = /^(azureml|microsoft)/i;

/** @throws {RunsteadError} invalid-name. */
export function checkEnvironmentName(name: string): void {
	const { max } = LIMITS.environmentNameCharacters;
	const reason =
		name.length > max
			? `it has ${name.length} characters; ${max} are allowed`
			: !NAME.test(name)
				? 'it takes letters, digits, hyphens, dots and underscores, and begins with a letter or digit'
				: RESERVED.test(name)
					? 'names that begin with AzureML or Microsoft are kept for curated environments'
					: null;
	if (reason !== null) throw new RunsteadError('invalid-name', { noun: 'environment', given: JSON.stringify(name), reason });
}

/** The same specification in one spelling: without comments and empty fields. @throws {RunsteadError} invalid-request. */
export function normalSpecification(given: EnvironmentSpecification): EnvironmentSpecification {
	for (const [index, line] of (given.pipRequirements ?? []).entries()) checkRequirement(withoutComment(line), index + 1);
	const pip = linesOf(given.pipRequirements);
	const { pythonVersion, condaPackages } = splitPython(linesOf(given.condaPackages), given.pythonVersion);
	for (const [index, line] of (given.condaPackages ?? []).entries()) checkCondaPackage(withoutComment(line), index + 1);
	const channels = linesOf(given.condaChannels);
	const variables = given.environmentVariables ?? {};
	for (const name of Object.keys(variables))
		if (!VARIABLE.test(name)) throw invalid(`${JSON.stringify(name)} is no name of an environment variable.`);
	checkUncovered(variables);
	if (given.interpreterPath !== undefined && given.userManaged !== true)
		throw invalid('interpreterPath names the Python of a user-managed environment: set userManaged as well.');
	return {
		...(pythonVersion !== undefined && { pythonVersion }),
		...(pip.length > 0 && { pipRequirements: pip }),
		...(condaPackages.length > 0 && { condaPackages }),
		...(channels.length > 0 && { condaChannels: channels }),
		...(given.userManaged && { userManaged: true, interpreterPath: given.interpreterPath ?? 'python' }),
		...(Object.keys(variables).length > 0 && { environmentVariables: sorted(variables) }),
	};
}

/** @throws {RunsteadError} invalid-request for a value that was copied from where it is not shown. */
export function checkUncovered(variables: Readonly<Record<string, string>>): void {
	const name = Object.keys(variables).find((name) => variables[name] === COVERED);
	if (name !== undefined)
		throw invalid(`The environment variable ${name} has no value: ${COVERED} stands for one that is not shown. Give the value itself.`);
}

/** Whether a node has anything to build before a job can run in it. */
export function isBuilt({ userManaged, pythonVersion, pipRequirements, condaPackages }: EnvironmentSpecification): boolean {
	return !userManaged && (pythonVersion ?? pipRequirements ?? condaPackages) !== undefined;
}

function linesOf(lines: readonly string[] | undefined): string[] {
	return (lines ?? []).map(withoutComment).filter((line) => line !== '');
}

function withoutComment(line: string): string {
	return line.replace(/(^|\s)#.*$/, '').trim();
}

function checkRequirement(line: string, number: number): void {
	if (line === '') return;
	if (/[\r\n\\]/.test(line))
		throw invalid(`Line ${number} of the requirements, ${JSON.stringify(line)}, is more than one line: write each on its own.`);
	const option = /^-[^\s=]*/.exec(line)?.[0];
	if (option !== undefined) {
		if (!PIP_OPTIONS.includes(option))
			throw invalid(
				`Line ${number} of the requirements: the option ${option} is not taken here: it names something that only one machine has. Write the requirements out.`,
			);
	} else if (!REQUIREMENT.test(line) && !DIRECT_REFERENCE.test(line)) {
		throw invalid(
			`Line ${number} of the requirements, ${JSON.stringify(line)}, is no requirement: give a package as pip has it, such as scikit-learn==1.5.2.`,
		);
	}
}

function checkCondaPackage(line: string, number: number): void {
	if (line !== '' && !CONDA_PACKAGE.test(line))
		throw invalid(`Line ${number} of the conda packages, ${JSON.stringify(line)}, is none: give it as numpy=1.26 or conda-forge::numpy.`);
}

/** `python=3.10` among conda packages is the Python version. */
function splitPython(
	packages: readonly string[],
	given: string | undefined,
): { pythonVersion: string | undefined; condaPackages: string[] } {
	let pythonVersion = given;
	const condaPackages = packages.filter((line) => {
		if (!/^([\w./-]+::)?python(?![\w.-])/.test(line)) return true;
		const match = CONDA_PYTHON.exec(line);
		if (!match) throw invalid(`${JSON.stringify(line)} leaves the Python version open: give one, such as python=3.11.`);
		if (match[1] !== undefined && given !== undefined && match[1] !== given)
			throw invalid(`Python ${given} and ${JSON.stringify(line)} are both asked for.`);
		pythonVersion = match[1] ?? given;
		return false;
	});
	return { pythonVersion, condaPackages };
}

function sorted(map: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(Object.entries(map).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function invalid(what: string): RunsteadError {
	return new RunsteadError('invalid-request', { what });
}
