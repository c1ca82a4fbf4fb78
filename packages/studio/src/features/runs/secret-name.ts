/** Whether a variable's name says that its value is nobody's business. */
const SECRET =
	/(secret|token|passw(or)?d|pwd|credential|api_?key|access_?key|private_?key|account_?key|connection_?string|sas)(_|$|\d)|auth/i;

export function isSecretName(name: string): boolean {
	return SECRET.test(name);
}
