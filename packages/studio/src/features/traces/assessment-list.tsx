/** Assessments: what was said, by whom, why, and about which span. */
import { makeStyles, mergeClasses, Tag, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import type { Assessment } from './assessment.ts';

const useStyles = makeStyles({
	list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, margin: 0, padding: 0, listStyleType: 'none' },
	head: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: tokens.spacingHorizontalS },
	value: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: 'anywhere' },
	replaced: { textDecorationLine: 'line-through' },
	quiet: { color: tokens.colorNeutralForeground3 },
	rationale: { margin: `${tokens.spacingVerticalXXS} 0 0`, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
	problem: { color: tokens.colorPaletteRedForeground1 },
});

interface AssessmentListProps {
	readonly assessments: readonly Assessment[];
	/** The name of the span that one is about, leading to it. */
	readonly spanLink?: (spanId: string) => ReactNode;
}

export function AssessmentList({ assessments, spanLink }: AssessmentListProps) {
	const styles = useStyles();
	return (
		<ul className={styles.list}>
			{assessments.map(({ id, name, kind, text, error, rationale, by, spanId, time, isValid }) => (
				<li key={id}>
					<div className={styles.head}>
						<Text weight="semibold">{name}</Text>
						{error === null ? (
							<span className={mergeClasses(styles.value, !isValid && styles.replaced)}>{text}</span>
						) : (
							<span className={styles.problem}>{error}</span>
						)}
						<Tag size="extra-small">{kind}</Tag>
						{!isValid && <span className={styles.quiet}>another one took its place</span>}
						<span className={styles.quiet}>
							{by !== '' && `by ${by}, `}
							<Moment time={time} />
						</span>
						{spanId !== null && spanLink?.(spanId)}
					</div>
					{rationale !== '' && <p className={styles.rationale}>{rationale}</p>}
				</li>
			))}
		</ul>
	);
}
