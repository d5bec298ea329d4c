import type { NonspecificData } from '../../../src/nonspecific/extractDataFromEvent.ts';
import { perform } from '../../../src/nonspecific/perform.ts';
import { type BiotServer, biotError, startBiotServer } from '../../builders/biotServer.ts';
import { PATIENTS, patient } from '../../builders/events.ts';
import { performInput } from '../../builders/perform.ts';

const TOTAL = 120;

describe('perform', () => {
  let biot: BiotServer;

  beforeEach(async () => {
    biot = await startBiotServer();
  });

  afterEach(() => biot.close());

  const inputOf = (data: NonspecificData) => performInput(data, biot.baseUrl);

  it('counts all patients on a schedule, page by page', async () => {
    biot.route(`GET ${PATIENTS}`, ({ query }, response) => {
      const { limit, page } = JSON.parse(query.searchRequest ?? '{}');
      const data = Array.from({ length: Math.min(limit, TOTAL - page * limit) }, () => patient());
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data, metadata: { page: { totalResults: TOTAL, page, limit } } }));
    });
    const input = inputOf({ kind: 'scheduled' });

    const result = await perform(input);

    expect(result).toEqual({ patients: TOTAL, pages: 3 });
    expect(input.lines).toEqual([
      { level: 'info', message: expect.any(String), facts: { patients: TOTAL, pages: 3 } },
    ]);
  });

  it('counts none when there are none', async () => {
    biot.route(`GET ${PATIENTS}`, { body: { data: [], metadata: { page: { totalResults: 0 } } } });

    const result = await perform(inputOf({ kind: 'scheduled' }));

    expect(result).toEqual({ patients: 0, pages: 0 });
  });

  it('throws CALL_TO_API_FAILED when BioT cannot search', async () => {
    biot.route(`GET ${PATIENTS}`, biotError(500, 'INTERNAL_SERVER_ERROR'));

    const result = perform(inputOf({ kind: 'scheduled' }));

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
  });

  it('tells a direct caller nothing that the caller might not see, and calls nobody', async () => {
    const result = await perform(inputOf({ kind: 'http', method: 'GET', path: '/', query: {} }));

    expect(result).toEqual({ status: 'ok' });
    expect(biot.requests).toEqual([]);
  });
});
