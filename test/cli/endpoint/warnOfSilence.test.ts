import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { warnOfSilence } from '../../../cli/endpoint/warnOfSilence.ts';

describe('warnOfSilence', () => {
  const said: string[] = [];
  const session = { say: (line: string) => void said.push(line), signal: new AbortController().signal };
  beforeEach(() => {
    said.length = 0;
  });

  it('says nothing of a server that answers, whatever it answers', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;

    await warnOfSilence(`http://127.0.0.1:${port}/`, session);

    expect(said).toEqual([]);
    server.close();
  });

  it('says that nothing answers, and why', async () => {
    await warnOfSilence('http://127.0.0.1:1/', session);

    expect(said).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  it('ends at once when it is interrupted', async () => {
    const signal = AbortSignal.abort();

    const warning = warnOfSilence('http://127.0.0.1:1/', { ...session, signal });

    await expect(warning).rejects.toThrow();
    expect(said).toEqual([]);
  });
});
