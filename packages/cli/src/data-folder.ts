/** Which data folder a command means. */
import { resolve } from 'node:path';

export const DATA_OPTION = {
	type: 'string',
	value: 'FOLDER',
	description: 'Data folder (default: RUNSTEAD_DATA, else ./.runstead).',
} as const;

export function dataFolderOf(options: { readonly data?: string }): string {
	return resolve(options.data ?? process.env.RUNSTEAD_DATA ?? '.runstead');
}
