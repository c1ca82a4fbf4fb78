/** The texts of a run that people change. */
import { LIMITS } from '@runstead/contract';

export const EDITED_FIELDS = {
	displayName: { label: 'name', lengthMax: LIMITS.displayNameCharacters.max },
	description: { label: 'description', lengthMax: LIMITS.descriptionCharacters.max },
} as const;

export type EditedField = keyof typeof EDITED_FIELDS;
