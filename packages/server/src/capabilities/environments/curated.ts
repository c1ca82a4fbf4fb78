/** Curated environments: names that scripts already use, each with a list of pinned packages that fits the Python of the node. */
import type { EnvironmentSpecification } from '@runstead/contract';

export interface CuratedEnvironment {
	readonly name: string;
	readonly description: string;
	readonly specification: EnvironmentSpecification;
}

/** The newest releases of each package that Python 3.9 to 3.12 have, and the first ones that suit a later one. */
const NUMERIC = [
	'joblib==1.4.2',
	"numpy==2.0.2; python_version < '3.13'",
	"numpy==2.3.5; python_version >= '3.13'",
	"pandas==2.2.3; python_version < '3.14'",
	"pandas==2.3.3; python_version >= '3.14'",
	"scipy==1.13.1; python_version < '3.13'",
	"scipy==1.16.3; python_version >= '3.13'",
];
const SCIKIT_LEARN = ["scikit-learn==1.5.2; python_version < '3.14'", "scikit-learn==1.7.2; python_version >= '3.14'"];

export const CURATED: readonly CuratedEnvironment[] = [
	{
		name: 'AzureML-Minimal',
		description: 'The Python of the node, without further packages.',
		specification: {},
	},
	{
		name: 'AzureML-pytorch-cpu',
		description: 'PyTorch for processors.',
		specification: {
			pipRequirements: ['--extra-index-url https://download.pytorch.org/whl/cpu', ...NUMERIC, 'torch>=2.5,<3'],
		},
	},
	{
		name: 'AzureML-sklearn-1.0-ubuntu20.04-py38-cpu',
		description: 'scikit-learn 1.0.2 on Python 3.8 to 3.10; 1.5.2 where the Python of the node is newer.',
		specification: {
			pipRequirements: [
				"scikit-learn==1.0.2; python_version < '3.11'",
				"numpy==1.22.4; python_version < '3.11'",
				"scipy==1.8.1; python_version < '3.11'",
				"pandas==1.4.4; python_version < '3.11'",
				"joblib==1.4.2; python_version < '3.11'",
				...from311(SCIKIT_LEARN),
				...from311(NUMERIC),
			],
		},
	},
	{
		name: 'AzureML-sklearn-1.5',
		description: 'scikit-learn 1.5.2 with numpy, pandas and scipy.',
		specification: { pipRequirements: [...SCIKIT_LEARN, ...NUMERIC] },
	},
	{
		name: 'AzureML-tensorflow-cpu',
		description: 'TensorFlow for processors.',
		specification: { pipRequirements: ['tensorflow-cpu>=2.18,<3', 'pandas>=2.2,<3'] },
	},
	{
		name: 'AzureML-Tutorial',
		description: 'scikit-learn, pandas and matplotlib, as the tutorials use them.',
		specification: {
			pipRequirements: [
				...SCIKIT_LEARN,
				...NUMERIC,
				"matplotlib==3.9.4; python_version < '3.14'",
				"matplotlib==3.10.8; python_version >= '3.14'",
			],
		},
	},
];

/** The same requirements where Python is 3.11 or newer. */
function from311(requirements: readonly string[]): string[] {
	return requirements.map((line) => {
		const [requirement, marker] = line.split('; ');
		return `${requirement}; python_version >= '3.11'${marker === undefined ? '' : ` and ${marker}`}`;
	});
}

const BY_NAME = new Map(CURATED.map((environment) => [environment.name.toLowerCase(), environment]));

export function curatedOrNull(name: string): CuratedEnvironment | null {
	return BY_NAME.get(name.toLowerCase()) ?? null;
}
