/** One span whole: what went wrong, what it took in and gave back, what it met on the way, and what else is said of it. */
import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { TextTable } from '../runs/text-table.tsx';
import type { Assessment } from './assessment.ts';
import { AssessmentList } from './assessment-list.tsx';
import { attributeOf, formatShort, furtherAttributes, type NamedValue, type SpanEvent, type SpanNode } from './span-tree.ts';
import { ValueView, valueText } from './value-view.tsx';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalL,
		flexGrow: 1,
		minHeight: 0,
		padding: tokens.spacingHorizontalL,
		overflowY: 'auto',
	},
	head: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS },
	name: { overflowWrap: 'anywhere' },
	facts: { color: tokens.colorNeutralForeground3 },
	title: { marginBottom: tokens.spacingVerticalXS },
	events: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

/** Lines of a traceback that are shown at first: the last ones say what went wrong. */
const SHOWN_LINES = { linesMax: 16, kept: 'end' } as const;
const EXCEPTION = 'exception';

interface SpanDetailsProps {
	readonly span: SpanNode;
	/** Those of this span. */
	readonly assessments: readonly Assessment[];
}

export function SpanDetails({ span, assessments }: SpanDetailsProps) {
	const styles = useStyles();
	const inputs = attributeOf(span, 'mlflow.spanInputs');
	const outputs = attributeOf(span, 'mlflow.spanOutputs');
	const further = furtherAttributes(span);
	const exceptions = span.events.filter(({ name }) => name === EXCEPTION);
	const events = span.events.filter(({ name }) => name !== EXCEPTION);
	const took = span.durationMs === null ? 'goes on' : `took ${formatShort(span.durationMs)}`;
	return (
		<section className={styles.root} {...scrollable} aria-label={`Span ${span.name}`}>
			<div className={styles.head}>
				<Text as="h2" size={400} weight="semibold" className={styles.name}>
					{span.name}
				</Text>
				<span className={styles.facts}>
					{[span.type, `began after ${formatShort(span.offsetMs)}`, took].filter((part) => part !== '').join(' · ')}
				</span>
			</div>
			{span.isError && exceptions.length === 0 && (
				<MessageBar intent="error" layout="multiline">
					<MessageBarBody>
						<MessageBarTitle>It failed</MessageBarTitle>
						{span.statusMessage}
					</MessageBarBody>
				</MessageBar>
			)}
			{exceptions.map((event, place) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: they stay in their order
				<Exception key={place} event={event} />
			))}
			{assessments.length > 0 && (
				<Section title="Assessments">
					<AssessmentList assessments={assessments} />
				</Section>
			)}
			{inputs !== undefined && (
				<Section title="Inputs">
					<ValueView value={inputs} />
				</Section>
			)}
			{outputs !== undefined && (
				<Section title="Outputs">
					<ValueView value={outputs} />
				</Section>
			)}
			{events.length > 0 && (
				<Section title="Events">
					<div className={styles.events}>
						{events.map((event, place) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: they stay in their order
							<div key={place}>
								<Text weight="semibold">{event.name}</Text> <span className={styles.facts}>after {formatShort(event.offsetMs)}</span>
								<Values values={event.attributes} />
							</div>
						))}
					</div>
				</Section>
			)}
			<Section title="Attributes">
				<Values values={further} empty="None beside those above." />
			</Section>
		</section>
	);
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
	const styles = useStyles();
	return (
		<section aria-label={title}>
			<Subtitle2 as="h3" block className={styles.title}>
				{title}
			</Subtitle2>
			{children}
		</section>
	);
}

function Values({ values, empty = '' }: { readonly values: readonly NamedValue[]; readonly empty?: string }) {
	return <TextTable entries={values.map(({ key, value }) => [key, valueText(value)] as const)} empty={empty} />;
}

function Exception({ event }: { readonly event: SpanEvent }) {
	const type = textOf(event, 'exception.type');
	const trace = textOf(event, 'exception.stacktrace');
	return (
		<Section title={type === '' ? 'Exception' : type}>
			<MessageBar intent="error" layout="multiline">
				<MessageBarBody>{textOf(event, 'exception.message') || 'It says nothing more.'}</MessageBarBody>
			</MessageBar>
			{trace !== '' && <CopyableCode code={trace} collapsed={SHOWN_LINES} />}
		</Section>
	);
}

function textOf({ attributes }: SpanEvent, key: string): string {
	const value = attributes.find((one) => one.key === key)?.value;
	return value === undefined ? '' : valueText(value);
}
