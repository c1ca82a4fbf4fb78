/** A Vitest project as a suite. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Counts, type Suite, withCrash } from './suite.ts';

interface VitestReport {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	numFailedTestSuites: number;
}

function countReport(path: string): Counts {
	if (!existsSync(path)) return { passed: 0, failed: 0, skipped: 0 };
	const report = JSON.parse(readFileSync(path, 'utf8')) as VitestReport;
	return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + report.numTodoTests };
}

export function vitestSuite(name: string, project: string, folder: string, environment: Record<string, string>): Suite {
	const reportPath = join(folder, `${name}.json`);
	rmSync(reportPath, { force: true });
	return {
		name,
		command: ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`],
		environment: { NO_COLOR: '1', ...environment },
		count: ({ exitCode }) => withCrash(countReport(reportPath), exitCode),
	};
}
