/** The two text formats of a scrape: Prometheus 0.0.4, and OpenMetrics 1.0 for those who ask for it. */
import { labelText } from './names.ts';

export interface MetricFamily {
	/** Without `_total`. */
	readonly name: string;
	readonly type: 'counter' | 'gauge';
	readonly help: string;
	readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

export type ExpositionFormat = 'prometheus' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
	prometheus: 'text/plain; version=0.0.4; charset=utf-8',
	openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** Escaped as the formats want help texts. */
const helpText = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');

export function exposition(families: readonly MetricFamily[], format: ExpositionFormat): string {
	const lines: string[] = [];
	for (const { name, type, help, samples } of families) {
		if (samples.length === 0) continue;
		const sampleName = type === 'counter' ? `${name}_total` : name;
		// OpenMetrics calls a counter by its name without the ending; the older format by that of its samples.
		const familyName = format === 'openmetrics' ? name : sampleName;
		lines.push(`# HELP ${familyName} ${helpText(help)}`, `# TYPE ${familyName} ${type}`);
		for (const { labels, value } of samples) lines.push(`${sampleName}${labelText(labels)} ${value}`);
	}
	if (format === 'openmetrics') lines.push('# EOF');
	return `${lines.join('\n')}\n`;
}
