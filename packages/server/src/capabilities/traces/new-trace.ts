/** What is told of traces, their spans and their assessments. */
import type { TraceState } from '@runstead/contract';

export interface NewTrace {
	readonly id: string;
	/** Microseconds since 1970. */
	readonly requestTime: number;
	readonly durationMs: number | null;
	readonly state: TraceState;
	readonly clientRequestId: string | null;
	readonly requestPreview: string | null;
	readonly responsePreview: string | null;
	readonly tags: Readonly<Record<string, string>>;
	readonly metadata: Readonly<Record<string, string>>;
	readonly assessments: readonly NewAssessment[];
}

export interface NewAssessment {
	/** Made by the server if absent. */
	readonly id?: string | undefined;
	readonly name: string;
	readonly kind: 'feedback' | 'expectation' | 'issue';
	/** What it says, for searches. */
	readonly value: unknown;
	/** The one that it takes the place of. */
	readonly overrides?: string | undefined;
	/** As its protocol has it, without its ids. */
	readonly content: Readonly<Record<string, unknown>>;
}

export interface NewSpan {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentId: string | null;
	readonly name: string;
	readonly type: string | null;
	readonly status: 'OK' | 'ERROR' | 'UNSET';
	/** Microseconds since 1970. */
	readonly startTime: number;
	readonly endTime: number | null;
	/** JSON. */
	readonly content: string;
	/** Of the first span of a trace: what was asked, what was answered, and tags that it carries for the trace. */
	readonly ofTrace: {
		readonly requestPreview: string | null;
		readonly responsePreview: string | null;
		readonly tags: Readonly<Record<string, string>>;
		readonly metadata: Readonly<Record<string, string>>;
	} | null;
}

/** A trace as it was kept elsewhere: with its own assessments, some of which others took the place of, and the runs that it belongs to. */
export interface KeptTrace extends NewTrace {
	readonly assessments: readonly (NewAssessment & { readonly isValid: boolean })[];
	readonly runIds: readonly string[];
}
