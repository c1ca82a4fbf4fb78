/** What the test programs print, read: how many passed, and what failed. */
import { expect, test } from 'vitest';
import { findFailedPytests } from './clients.ts';
import { withCrash } from './suite.ts';
import { countUnittest, findFailedUnittests } from './unittest.ts';

test('reads the count and the verdict of a run', () => {
	const said = (verdict: string) => countUnittest(`..F.s\n----\nRan 12 tests in 3.104s\n\n${verdict}\n`);
	expect(said('OK')).toEqual({ passed: 12, failed: 0, skipped: 0 });
	expect(said('OK (skipped=3)')).toEqual({ passed: 9, failed: 0, skipped: 3 });
	expect(said('FAILED (failures=1, errors=2, skipped=3)')).toEqual({ passed: 6, failed: 3, skipped: 3 });
	expect(said('FAILED (unexpected successes=1)')).toEqual({ passed: 11, failed: 1, skipped: 0 });
	expect(countUnittest('Ran 1 test in 0.001s\n\nOK\n')).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test('a suite that ends badly without a failed test counts as one failure', () => {
	expect(withCrash(countUnittest('Segmentation fault'), null)).toEqual({ passed: 0, failed: 1, skipped: 0 });
	expect(withCrash({ passed: 3, failed: 2, skipped: 0 }, 1)).toEqual({ passed: 3, failed: 2, skipped: 0 });
	expect(withCrash({ passed: 3, failed: 0, skipped: 0 }, 0)).toEqual({ passed: 3, failed: 0, skipped: 0 });
});

test('names what failed, so that it can be tried again', () => {
	const heading = (line: string) => `${'='.repeat(70)}\n${line}\n${'-'.repeat(70)}\nTraceback (most recent call last):\n`;
	const output = [
		'FAIL: test_one (tests.sdk.test_runs.Runs.test_one)',
		'ERROR: test_two (tests.sdk.test_runs.Runs)',
		'FAIL: test_one (tests.sdk.test_runs.Runs.test_one) (kind=3)',
		'ERROR: setUpClass (tests.sdk.test_files.Files)',
	];
	expect(findFailedUnittests(output.map(heading).join('\n'))).toEqual(['test_one', 'test_two', 'Files']);
	const summary =
		'FAILED tests/clients/x/test_a.py::test_one[a b] - assert 1 == 2\nERROR tests/clients/x/test_b.py\n1 failed, 3 passed in 2.1s\n';
	expect(findFailedPytests(summary)).toEqual(['tests/clients/x/test_a.py::test_one[a b]', 'tests/clients/x/test_b.py']);
});
