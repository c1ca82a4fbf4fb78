/** What of a job or an environment is nobody's business: which names are those of secrets, and both without their values. */
import type { EnvironmentSpecification } from './environments.ts';
import type { JobDefinition } from './jobs.ts';

/** Stands for a value that is not shown. */
export const COVERED = '[redacted]';

/** A shorter value stands in many texts without being the secret. */
export const SECRET_CHARACTERS_MIN = 6;

/** Whole words of a name such as `DB_PASSWORD`, `apiKey` or `storage-account-key`. */
const WORDS =
	/(?:^|[^a-z])(?:secrets?|token|pwd|pass|credentials?|auth|authorization|bearer|jwt|sas|(?:api|access|account|private|signing|encryption|shared|storage|service|master|secret)[^a-z]?key|connection[^a-z]?string|conn[^a-z]?str)(?:$|[^a-z])/;
/** Ends of names that are written as one word: `PGPASSWORD`, `MYAPIKEY`, `authtoken`. */
const ENDS =
	/(?:password|passwd|passphrase|passcode|secret|credentials?|(?:api|access|private|account)key|connectionstring|(?:auth|access|api)token)(?:$|[^a-z])/;
const CAPITAL = /([a-z0-9])([A-Z])/g;
const OPTION = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s;

/** Whether a variable, an option or a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
	const words = name.replace(CAPITAL, '$1_$2').toLowerCase();
	return WORDS.test(words) || ENDS.test(words);
}

/** The name and the value of an option such as `--name=value`; no option gives null. */
export function optionOrNull(word: string): { name: string; value: string | undefined } | null {
	const match = OPTION.exec(word);
	return match?.[1] === undefined ? null : { name: match[1], value: match[2] };
}

/** The values that a job was given under names of secrets, as variables and as options of its command line. */
export function secretsOf({ environmentVariables = {}, command = [], arguments: args = [] }: JobDefinition): string[] {
	const variables = Object.entries(environmentVariables).filter(([name]) => isSecretName(name));
	const found = [...variables.map(([, value]) => value), ...[command, args].flatMap((words) => [...secretWords(words).values()])];
	return [...new Set(found)].filter((value) => value.length >= SECRET_CHARACTERS_MIN);
}

/** A job as it is shown: without the values of its secrets. */
export function coverSecrets(definition: JobDefinition): JobDefinition {
	const { environmentVariables, command, arguments: args, environment } = definition;
	const specification = environment?.specification;
	return {
		...definition,
		...(environmentVariables && { environmentVariables: coverVariables(environmentVariables) }),
		...(command && { command: coverWords(command) }),
		...(args && { arguments: coverWords(args) }),
		...(environment && specification && { environment: { ...environment, specification: coverSpecification(specification) } }),
	};
}

/** An environment as it is shown: without the values of its secret variables. */
export function coverSpecification(specification: EnvironmentSpecification): EnvironmentSpecification {
	const { environmentVariables } = specification;
	return { ...specification, ...(environmentVariables && { environmentVariables: coverVariables(environmentVariables) }) };
}

/** Variables in which what is covered has its value again, as far as it had one under that name. */
export function uncoverVariables(
	variables: Readonly<Record<string, string>>,
	original: Readonly<Record<string, string>> = {},
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(variables).map(([name, value]) => [name, value === COVERED ? (original[name] ?? value) : value]),
	);
}

/** A command line without the values of its secret options. */
export function coverWords(words: readonly string[]): string[] {
	return replaceSecretWords(words, () => COVERED);
}

/** A command line in which what is covered has its value again, as far as it had one under that name. */
export function uncoverWords(words: readonly string[], original: readonly string[]): string[] {
	const known = secretWords(original);
	return replaceSecretWords(words, (name, value) => (value === COVERED ? (known.get(name) ?? value) : value));
}

function coverVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, isSecretName(name) ? COVERED : value]));
}

/** By the name of the option. */
function secretWords(words: readonly string[]): Map<string, string> {
	const found = new Map<string, string>();
	replaceSecretWords(words, (name, value) => {
		found.set(name, value);
		return value;
	});
	return found;
}

function replaceSecretWords(words: readonly string[], replace: (name: string, value: string) => string): string[] {
	return words.map((word, index) => {
		const option = optionOrNull(word);
		if (option?.value !== undefined)
			return isSecretName(option.name) ? `${word.slice(0, word.indexOf('=') + 1)}${replace(option.name, option.value)}` : word;
		const before = optionOrNull(words[index - 1] ?? '');
		// An option that another one follows is a switch.
		return option === null && before !== null && before.value === undefined && isSecretName(before.name)
			? replace(before.name, word)
			: word;
	});
}
