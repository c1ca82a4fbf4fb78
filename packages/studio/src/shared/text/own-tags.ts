/** Tags that people gave: without those that MLflow's clients write for themselves. */
export function ownTags<Value>(tags: Readonly<Record<string, Value>>): Record<string, Value> {
	return Object.fromEntries(Object.entries(tags).filter(([key]) => !isOfClients(key)));
}

function isOfClients(key: string): boolean {
	return key.startsWith('mlflow.') || key.startsWith('_mlflow');
}
