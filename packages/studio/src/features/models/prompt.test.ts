import { expect, test } from 'vitest';
import { isPrompt, promptOrNull, promptSummary } from './prompt.ts';

const IS = { 'mlflow.prompt.is_prompt': 'true' };

test('a prompt is one text, or the messages of a conversation', () => {
	expect(promptOrNull({ ...IS, 'mlflow.prompt.text': 'Hello {{name}}' })).toEqual({
		messages: [{ role: null, text: 'Hello {{name}}' }],
		responseFormat: null,
		modelConfig: null,
	});
	const chat = [
		{ role: 'system', content: 'Be kind.' },
		{ role: 'user', content: [{ type: 'text', text: 'Hi' }] },
	];
	const tags = {
		...IS,
		'mlflow.prompt.text': JSON.stringify(chat),
		_mlflow_prompt_type: 'chat',
		_mlflow_prompt_response_format: '{"type": "object"}',
		_mlflow_prompt_model_config: '{"temperature": 0.5}',
	};
	const prompt = promptOrNull(tags)!;
	expect(prompt).toEqual({
		messages: [
			{ role: 'system', text: 'Be kind.' },
			{ role: 'user', text: JSON.stringify(chat[1]!.content, null, 2) },
		],
		responseFormat: '{"type": "object"}',
		modelConfig: '{"temperature": 0.5}',
	});
	expect(promptSummary({ ...prompt, messages: prompt.messages.slice(0, 1) })).toBe('system: Be kind.');
});

test.each(['[{{name}}]', '[]', '[1]', '[{"content": "x"}]'])('%s is a text', (text) => {
	expect(promptOrNull({ ...IS, 'mlflow.prompt.text': text })?.messages).toEqual([{ role: null, text }]);
});

test('what is no prompt', () => {
	expect([isPrompt({}), isPrompt({ 'mlflow.prompt.is_prompt': 'false' }), isPrompt(IS)]).toEqual([false, false, true]);
	expect(promptOrNull({ 'mlflow.prompt.text': 'Hello' })).toBeNull();
	expect(promptOrNull(IS)).toBeNull();
});
