/** What is asked of a view: its name and for whom it is, or which of its versions. */
import { Button, Input, makeStyles, Radio, RadioGroup, tokens } from '@fluentui/react-components';
import type { View } from '@runstead/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { viewVersionsQuery } from './api.ts';

type State = View['state'];

const useStyles = makeStyles({
	versions: { display: 'flex', flexDirection: 'column', maxHeight: '320px', overflowY: 'auto', gap: '2px' },
	version: { justifyContent: 'space-between', fontWeight: tokens.fontWeightRegular },
});

export type ViewForm = 'save-as' | 'rename' | 'versions';

interface ViewFormProps {
	readonly form: ViewForm;
	readonly view: View | null;
	readonly onSave: (name: string, scope: View['scope']) => void;
	readonly onRename: (name: string) => void;
	readonly onShow: (state: State) => void;
}

export function ViewFormOf({ form, view, onSave, onRename, onShow }: ViewFormProps) {
	if (form === 'save-as') return <SaveAs onSave={onSave} />;
	if (view === null) return null;
	return form === 'rename' ? <NameField name={view.name} action="Rename" onDone={onRename} /> : <Versions view={view} onShow={onShow} />;
}

interface SaveAsProps {
	/** What is kept, as people call it. */
	readonly noun?: string;
	readonly onSave: (name: string, scope: View['scope']) => void;
}

export function SaveAs({ noun = 'view', onSave }: SaveAsProps) {
	const [scope, setScope] = useState<View['scope']>('personal');
	return (
		<>
			<RadioGroup value={scope} onChange={(_, { value }) => setScope(value as View['scope'])} aria-label="For whom">
				<Radio value="personal" label="Mine alone" />
				<Radio value="shared" label="Shared with the workspace" />
			</RadioGroup>
			<NameField noun={noun} name="" action="Save" onDone={(name) => onSave(name, scope)} />
		</>
	);
}

const NAME_MAX = 100;

interface NameFieldProps {
	readonly noun?: string;
	readonly name: string;
	readonly action: string;
	readonly onDone: (name: string) => void;
}

function NameField({ noun = 'view', name, action, onDone }: NameFieldProps) {
	const [draft, setDraft] = useState(name);
	const done = () => draft.trim() !== '' && onDone(draft.trim());
	return (
		<>
			<Input
				autoFocus
				value={draft}
				maxLength={NAME_MAX}
				aria-label={`Name of the ${noun}`}
				placeholder={`Name of the ${noun}`}
				onChange={(_, { value }) => setDraft(value)}
				onKeyDown={(event) => event.key === 'Enter' && done()}
			/>
			<Button appearance="primary" disabled={draft.trim() === ''} onClick={done}>
				{action}
			</Button>
		</>
	);
}

function Versions({ view, onShow }: { readonly view: View; readonly onShow: (state: State) => void }) {
	const styles = useStyles();
	const query = useInfiniteQuery(viewVersionsQuery(view.id));
	if (query.data === undefined)
		return query.isError ? (
			<ErrorState error={query.error} onRetry={() => void query.refetch()} />
		) : (
			<LoadingRows rows={3} label="Loading the versions" />
		);
	const versions = query.data.pages.flatMap((page) => page.versions);
	return (
		<div className={styles.versions}>
			{versions.map((one, index) => (
				// A panel that had nothing to give the focus to stays hidden from those who hear the page until something in it takes it.
				<Button key={one.version} autoFocus={index === 0} appearance="subtle" className={styles.version} onClick={() => onShow(one.state)}>
					<span>
						Version {one.version} by {one.actor}
					</span>
					<Moment time={one.time} />
				</Button>
			))}
			{query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>Older ones</Button>}
		</div>
	);
}
