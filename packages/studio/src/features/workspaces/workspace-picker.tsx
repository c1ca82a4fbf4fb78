/** Names the workspace on screen and leads to the others. */
import { Menu, MenuButton, MenuItemRadio, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { workspacesQuery } from './api.ts';

export function WorkspacePicker({ workspace }: { readonly workspace: string }) {
	const workspaces = useQuery(workspacesQuery);
	const navigate = useNavigate();
	const names = workspaces.data?.map((one) => one.name) ?? [workspace];
	return (
		<Menu
			checkedValues={{ workspace: [workspace] }}
			onCheckedValueChange={(_, { checkedItems }) => {
				const next = checkedItems[0];
				if (next !== undefined) void navigate({ to: '/w/$workspace/experiments', params: { workspace: next } });
			}}
		>
			<MenuTrigger disableButtonEnhancement>
				<MenuButton appearance="subtle" aria-label={`Workspace ${workspace}`}>
					{workspace}
				</MenuButton>
			</MenuTrigger>
			<MenuPopover>
				<MenuList>
					{names.map((name) => (
						<MenuItemRadio key={name} name="workspace" value={name}>
							{name}
						</MenuItemRadio>
					))}
				</MenuList>
			</MenuPopover>
		</Menu>
	);
}
