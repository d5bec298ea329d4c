import type { Entity, PerformInput } from '../runtime/hook.ts';
import type { NonspecificData } from './extractDataFromEvent.ts';
import type { NonspecificResult } from './response.ts';

const PATIENTS = '/organization/v1/users/patients';
const PAGE_SIZE = 50;

/** YOUR CODE. Runs on the plugin's schedule and on direct calls of its URL. Example: counts patients page by page. */
export async function perform({
  data,
  biot,
  log,
}: PerformInput<NonspecificData>): Promise<NonspecificResult> {
  // Whoever has a BioT token may call the URL, so what the service user sees is not told there.
  if (data.kind === 'http') return { status: 'ok' };

  let patients = 0;
  let pages = 0;
  for await (const page of biot.searchPages<Entity>(PATIENTS, { limit: PAGE_SIZE })) {
    patients += page.length;
    pages += 1;
  }
  log.info('Counted the patients', { patients, pages });
  return { patients, pages };
}
