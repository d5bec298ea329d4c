import { PLUGINS, startTestEmulator, type TestEmulator } from '../../builders/emulator.ts';

let biot: TestEmulator;

beforeAll(async () => {
  biot = await startTestEmulator();
});

afterAll(() => biot.close());

describe('a multipart body that cannot be read', () => {
  const part = '--x\r\ncontent-disposition: form-data; name="config"\r\n\r\n{}';

  it.each([
    ['breaks off', 'multipart/form-data; boundary=x', part],
    ['has no boundary', 'multipart/form-data', part],
  ])('is refused when it %s', async (_name, type, body) => {
    const answer = await biot.call(`POST ${PLUGINS}`, { headers: { 'content-type': type }, body });

    expect([answer.status, answer.body]).toEqual([400, expect.objectContaining({ code: 'BAD_REQUEST' })]);
  });
});
