/** Puts the studio together: theme, cache, pages. */
import './shared/theme/page.css';
// Here and not with the charts: a script that brings a style of its own is held up until that has come.
import 'uplot/dist/uPlot.min.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createStudioRouter } from './router.tsx';
import { addressOfPrintedOrNull } from './shared/api/page-address.ts';
import { createQueryClient } from './shared/api/query-client.ts';
import { Themed } from './shared/theme/themed.tsx';

/** How long a page may wait for what it begins with. */
const OPENING_MS_MAX = 150;

const printed = addressOfPrintedOrNull(window.location.hash);
if (printed !== null) window.location.replace(printed);

const queries = createQueryClient();
const router = createStudioRouter(queries);
const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no element #root');

// What comes in a moment is drawn with the page, not after it.
await Promise.race([router.load(), new Promise((resolve) => setTimeout(resolve, OPENING_MS_MAX))]);
router.options.context.opening.isOver = true;

createRoot(place).render(
	<StrictMode>
		<Themed>
			<QueryClientProvider client={queries}>
				<RouterProvider router={router} />
			</QueryClientProvider>
		</Themed>
	</StrictMode>,
);
