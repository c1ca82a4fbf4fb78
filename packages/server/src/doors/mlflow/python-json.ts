/** JSON as Python writes it: clients of MLflow compare some texts that hold JSON as they are. */

/**
 * One line, a space behind each comma and colon, and nothing beyond ASCII.
 * @example pythonJson([{ name: 'é', version: 1 }]) // '[{"name": "\\u00e9", "version": 1}]'
 */
export function pythonJson(value: unknown): string {
	return JSON.stringify(value, null, 1)
		.replace(/([[{])\n\s*|\n\s*(?=[\]}])/g, '$1')
		.replace(/,\n\s*/g, ', ')
		.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
