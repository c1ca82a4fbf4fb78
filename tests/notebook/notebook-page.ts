/** Notebooks as a person has them: opened in a JupyterLab whose kernels know a server of ours. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startLab } from '../browser/studio-browser.ts';
import { type JupyterLab, startJupyterLab } from './jupyter-lab.ts';

/** A kernel starts, a job is prepared: on two busy cores both take their time. */
export const SLOW_MS = 60_000;
const SCREENSHOTS = process.env.RUNSTEAD_TEST_SCREENSHOTS;

/** A server with workspace `lab`, and a JupyterLab beside it. */
export async function startBoth() {
	const lab = await startLab();
	const jupyter = await startJupyterLab({ RUNSTEAD_URL: lab.url, RUNSTEAD_WORKSPACE: 'lab' });
	return {
		lab,
		jupyter,
		async [Symbol.asyncDispose]() {
			await jupyter[Symbol.asyncDispose]();
			await lab[Symbol.asyncDispose]();
		},
	};
}

/** @param address its page; that of JupyterLab where nothing else is said. */
export async function openNotebook(
	page: Page,
	jupyter: JupyterLab,
	notebook: string,
	address: string = jupyter.pageOf(notebook),
): Promise<void> {
	await page.goto(address);
	await page.locator('.jp-Notebook').waitFor({ timeout: SLOW_MS });
}

export async function runAllCells(page: Page): Promise<void> {
	await page.getByText('Python 3 (ipykernel)').first().waitFor({ timeout: SLOW_MS });
	// What is run before its kernel listens is lost.
	await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').first().waitFor({ timeout: SLOW_MS });
	await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
}

/** For the eye: nothing is written unless RUNSTEAD_TEST_SCREENSHOTS names a folder. */
export async function takePicture(page: Page, name: string): Promise<void> {
	if (SCREENSHOTS === undefined) return;
	mkdirSync(SCREENSHOTS, { recursive: true });
	await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** Writes a notebook of code cells. */
export function writeNotebook(jupyter: JupyterLab, name: string, cells: readonly string[]): void {
	const notebook = {
		cells: cells.map((source, index) => ({
			cell_type: 'code',
			id: `cell-${index}`,
			metadata: {},
			source,
			execution_count: null,
			outputs: [],
		})),
		metadata: { kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' } },
		nbformat: 4,
		nbformat_minor: 5,
	};
	writeFileSync(join(jupyter.folder, name), JSON.stringify(notebook));
}
