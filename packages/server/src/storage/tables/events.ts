/** The outbox, and how far it is read. */

export interface EventTable {
	sequence: number;
	workspace_key: number | null;
	type: string;
	subject: string;
	time: number;
	actor: string;
	data: string;
}

/** How far a listener of the outbox has come. */
export interface EventCursorTable {
	name: string;
	sequence: number;
}

export interface EventTables {
	event: EventTable;
	event_cursor: EventCursorTable;
}
