/** What a version of a prompt says, and how programs load it. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import type { Prompt } from './prompt.ts';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalM,
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}`,
		overflow: 'auto',
	},
	heading: { margin: `0 0 ${tokens.spacingVerticalXS}`, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
});

export function PromptText({ name, version, prompt }: { readonly name: string; readonly version: number; readonly prompt: Prompt }) {
	const styles = useStyles();
	const parts = [
		...prompt.messages.map(({ role, text }, index) => ({ key: `message ${index}`, heading: role ?? 'Text', text })),
		{ key: 'format', heading: 'Format of the response', text: prompt.responseFormat },
		{ key: 'settings', heading: 'Settings of the model', text: prompt.modelConfig },
		{ key: 'use', heading: 'In Python', text: `mlflow.genai.load_prompt("prompts:/${name}/${version}")` },
	];
	return (
		<div className={styles.root}>
			{parts.map(
				({ key, heading, text }) =>
					text !== null && (
						<section key={key}>
							<h2 className={styles.heading}>{heading}</h2>
							<CopyableCode code={text} wraps />
						</section>
					),
			)}
		</div>
	);
}
