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
import { Opening } from './shared/opening.ts';
import { Themed } from './shared/theme/themed.tsx';

const printed = addressOfPrintedOrNull(window.location.hash);
if (printed !== null) window.location.replace(printed);

const queries = createQueryClient();
const opening = new Opening();
const router = createStudioRouter(queries, opening);
const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no element #root');

await opening.untilLoaded(router.load());

createRoot(place).render(
	<StrictMode>
		<Themed>
			<QueryClientProvider client={queries}>
				<RouterProvider router={router} />
			</QueryClientProvider>
		</Themed>
	</StrictMode>,
);
