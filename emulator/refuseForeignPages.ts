import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BiotError } from './biotError.ts';

/** Of a page's own script or form: browsers name the page in it, and no other program sends it. */
type Headers = Pick<FastifyRequest['headers'], 'host' | 'origin'>;

/**
 * The local BioT's own routes need no token, so any page in the developer's browser could use them: by a form, or by a
 * name of its own that it lets lead to this machine. Both are refused; `ownHost` is the name this BioT was given.
 */
export function refuseForeignPages(app: FastifyInstance, ownHost: () => string): void {
  app.addHook('onRequest', async ({ routeOptions, headers }) => {
    if (!routeOptions.url?.startsWith('/emulator/')) return;
    const foreign = findForeign(headers, ownHost());
    if (foreign) throw new BiotError({ status: 403, code: 'ACCESS_DENIED', message: explain(foreign) });
  });
}

/** What shows that a page of somebody else asks; undefined when nothing does. */
function findForeign({ host = '', origin }: Headers, ownHost: string): string | undefined {
  if (!isOfThisMachine(toHostname(host), ownHost)) return `Host: ${host}`;
  if (origin !== undefined && origin !== `http://${host}`) return `Origin: ${origin}`;
  return undefined;
}

const explain = (header: string): string =>
  `A request with the header "${header}" may be another site's page: the local BioT's own routes are for this ` +
  'machine. Call them without an Origin, by an IP address, localhost or the name given with --host';

/** Nobody outside can give an address, or a name without dots, another meaning. */
function isOfThisMachine(hostname: string, ownHost: string): boolean {
  if (hostname === ownHost.toLowerCase() || hostname === 'host.docker.internal') return true;
  return /^(\d+(\.\d+){3}|\[[\da-f:.]+\]|([\w-]+\.)*localhost|[\w-]+)$/.test(hostname);
}

const toHostname = (host: string): string => host.toLowerCase().replace(/:\d+$/, '');
