import { expect, it } from 'vitest';
import { ownTags } from './own-tags.ts';

it("tags that people gave are those that MLflow's clients did not", () => {
	const tags = { 'mlflow.traceName': 'answer', _mlflow_prompt_type: 'text', release: 'v2', mlflow: 'yes' };
	expect(ownTags(tags)).toEqual({ release: 'v2', mlflow: 'yes' });
});
