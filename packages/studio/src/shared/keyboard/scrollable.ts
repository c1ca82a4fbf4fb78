/** For a pane that scrolls: the keyboard must reach it, though nothing in it can be pressed. */
export const scrollable = { tabIndex: 0 } as const;
