import type { Run } from '@runstead/contract';
import { expect, it } from 'vitest';
import { compareEnvironments, packagesIn } from './compare-environment.ts';

function run(pipRequirements: string[], properties: Record<string, string> = {}): Run {
	const job = { environment: { name: 'sklearn', version: 1, specification: { pythonVersion: '3.11', pipRequirements } } };
	return { job, properties } as unknown as Run;
}

it('holds what was installed, else what was asked for, side by side', () => {
	const runs = [run(['scikit-learn[plot]>=1.5', 'Pandas'], { 'azureml.git.commit': 'a1' }), run(['scikit-learn==1.4'])];
	const installed = [null, packagesIn('{"packages":[]}\n{"packages":[{"name":"scikit-learn","version":"1.4.0"}]}\n')];
	const rows = compareEnvironments(runs, installed).flatMap((group) =>
		group.rows.map((row) => [group.name, row.name, row.cells.map(({ text }) => text)]),
	);
	expect(rows).toEqual([
		['Environment', 'name', ['sklearn', 'sklearn']],
		['Environment', 'Python', ['3.11', '3.11']],
		['Environment', 'version', ['1', '1']],
		['Packages', 'pandas', ['any', '']],
		['Packages', 'scikit-learn', ['>=1.5', '1.4.0']],
		['Source', 'commit', ['a1', '']],
	]);
});

it('takes nothing from a file that is none of an environment', () => {
	expect(packagesIn('half a li')).toBeNull();
	expect(packagesIn('{"packages":7}')).toBeNull();
});
