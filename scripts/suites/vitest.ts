/** A Vitest project as a suite. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../run-program.ts';
import { type Counts, type Suite, withCrash } from './suite.ts';

interface VitestReport {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	testResults: { name: string; status: 'passed' | 'failed' }[];
}

const NO_REPORT: VitestReport = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

function readReport(path: string): VitestReport {
	return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as VitestReport) : NO_REPORT;
}

function countReport(report: VitestReport): Counts {
	return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + report.numTodoTests };
}

export function vitestSuite(name: string, project: string, folder: string, environment: Record<string, string>): Suite {
	const reportPath = join(folder, `${name}.json`);
	rmSync(reportPath, { force: true });
	const command = ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
	const again = {
		findFailed: () => {
			const failed = readReport(reportPath).testResults.filter(({ status }) => status === 'failed');
			return failed.map((file) => relative(ROOT, file.name));
		},
		commandFor: (files: readonly string[]) => [...command, ...files],
	};
	return {
		name,
		command,
		environment: { NO_COLOR: '1', ...environment },
		count: ({ exitCode }) => withCrash(countReport(readReport(reportPath)), exitCode),
		again,
	};
}
