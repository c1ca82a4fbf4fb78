/** The Python SDK as a program, for what it alone can do. */
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from './command.ts';
import { findPython } from './find-python.mjs';

const PYTHON_FOLDER = fileURLToPath(new URL('../../../python', import.meta.url));

export interface SdkCommand {
	program: string;
	args: string[];
	env: NodeJS.ProcessEnv;
}

/** How `python -m runstead …` is run on this machine. @throws {CommandError} without a Python that is new enough. */
export async function sdkCommand(...args: string[]): Promise<SdkCommand> {
	const python = await findPython().catch((error: Error) => {
		throw new CommandError('This needs Python.', error.message);
	});
	const path = [PYTHON_FOLDER, process.env.PYTHONPATH].filter((folder) => folder).join(delimiter);
	return { program: python.path, args: ['-m', 'runstead', ...args], env: { ...process.env, PYTHONPATH: path } };
}
