/** The environments of runs side by side: Python, packages, variables, and the state of the source they came from. */
import type { Run } from '@runstead/contract';
import { type CompareGroup, compareTexts } from './compare-rows.ts';

/** The packages that a run really had, by name; null where nobody noted them. */
export type InstalledPackages = ReadonlyMap<string, string> | null;

const REQUIREMENT = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(.*)$/;
const GIT_PREFIX = 'azureml.git.';

export function compareEnvironments(runs: readonly Run[], installed: readonly InstalledPackages[]): CompareGroup[] {
	const environments = runs.map(({ job }) => job?.environment);
	const groups = [
		compareTexts(
			'Environment',
			runs.map((run, index) => {
				const environment = environments[index];
				const { pythonVersion, interpreterPath, condaChannels } = environment?.specification ?? {};
				return withoutAbsent({
					name: environment?.name,
					version: environment?.version?.toString(),
					Python: pythonVersion,
					interpreter: interpreterPath ?? run.job?.interpreter,
					'conda channels': condaChannels?.join(', '),
				});
			}),
		),
		compareTexts(
			'Packages',
			runs.map((_, index) => {
				const packages = installed[index];
				return packages ? Object.fromEntries(packages) : requirementsOf(environments[index]?.specification);
			}),
		),
		compareTexts(
			'Variables',
			runs.map(({ job }, index) => ({ ...environments[index]?.specification?.environmentVariables, ...job?.environmentVariables })),
		),
		compareTexts(
			'Source',
			runs.map(({ properties }) =>
				Object.fromEntries(
					Object.entries(properties).flatMap(([key, value]) => (key.startsWith(GIT_PREFIX) ? [[key.slice(GIT_PREFIX.length), value]] : [])),
				),
			),
		),
	];
	return groups.filter(({ rows }) => rows.length > 0);
}

type Specification = NonNullable<NonNullable<NonNullable<Run['job']>['environment']>['specification']>;

/** What was asked for stands for what was installed, where that is not known. */
function requirementsOf(specification: Specification | undefined): Record<string, string> {
	const lines = [...(specification?.condaPackages ?? []), ...(specification?.pipRequirements ?? [])];
	return Object.fromEntries(
		lines.flatMap((line) => {
			const [, name, version] = REQUIREMENT.exec(line.replace(/^[^=<>\s]*::/, '')) ?? [];
			return name === undefined ? [] : [[name.toLowerCase(), version === '' ? 'any' : String(version)]];
		}),
	);
}

function withoutAbsent(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
	return Object.fromEntries(Object.entries(texts).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])));
}

/** The packages in the file that an agent writes, a line of JSON for each attempt of the job; null for what is no such file. */
export function packagesIn(text: string): InstalledPackages {
	const last = text.trim().split('\n').at(-1) ?? '';
	try {
		const { packages } = JSON.parse(last) as { packages?: { name: string; version: string }[] };
		return Array.isArray(packages) ? new Map(packages.map(({ name, version }) => [name.toLowerCase(), version])) : null;
	} catch {
		return null;
	}
}
