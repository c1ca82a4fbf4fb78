/** The studio's client of the native API. The studio is served by the server, so the server is at the page's base (which a proxy prefix may lengthen). */
import { createClient } from '@runstead/client';

export const client = createClient({ url: document.baseURI });
