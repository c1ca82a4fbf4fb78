/** The environment variables of a job; the values of secret ones are covered until somebody asks for one. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { EyeOffRegular, EyeRegular } from '../../shared/icons.ts';
import { isSecretName } from './secret-name.ts';

const useStyles = makeStyles({
	list: { display: 'grid', gridTemplateColumns: 'minmax(0, 36%) minmax(0, 1fr)', gap: '4px 0', margin: 0 },
	name: { color: tokens.colorNeutralForeground3, overflowWrap: 'anywhere' },
	value: {
		display: 'flex',
		alignItems: 'center',
		minHeight: '24px',
		margin: 0,
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		overflowWrap: 'anywhere',
	},
});

export function VariableTable({ variables }: { readonly variables: readonly (readonly [string, string])[] }) {
	const styles = useStyles();
	return (
		<dl className={styles.list}>
			{variables.map(([name, value]) => (
				<Variable key={name} name={name} value={value} />
			))}
		</dl>
	);
}

function Variable({ name, value }: { readonly name: string; readonly value: string }) {
	const styles = useStyles();
	const isSecret = isSecretName(name);
	const [isShown, setIsShown] = useState(false);
	return (
		<>
			<dt className={styles.name}>{name}</dt>
			<dd className={styles.value}>
				{isSecret && !isShown ? '••••••••' : value}
				{isSecret && (
					<Button
						size="small"
						appearance="subtle"
						icon={isShown ? <EyeOffRegular /> : <EyeRegular />}
						aria-label={isShown ? `Cover ${name}` : `Show ${name}`}
						onClick={() => setIsShown(!isShown)}
					/>
				)}
			</dd>
		</>
	);
}
