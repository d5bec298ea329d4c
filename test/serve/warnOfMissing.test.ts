import { warnOfMissing } from '../../serve/warnOfMissing.ts';

const ALL = {
  BIOT_BASE_URL: 'https://api.x.com',
  BIOT_SERVICE_USER_ID: 'id',
  BIOT_SERVICE_USER_SECRET_KEY: 'hunter2',
};

const warningsOf = (env: Record<string, string>): string[] => {
  const warnings: string[] = [];
  warnOfMissing((level, message) => warnings.push(`${level} ${message}`), env);
  return warnings;
};

const NO_CALL = 'perform cannot call BioT';
const NO_EVENT = 'no event’s token can be checked, so that each fails';

describe('warnOfMissing', () => {
  it('says nothing when all is set', () => {
    const warnings = warningsOf(ALL);

    expect(warnings).toEqual([]);
  });

  it.each<[Record<string, string>, string]>([
    [{}, `warn Not set: BIOT_BASE_URL, BIOT_SERVICE_USER_ID, BIOT_SERVICE_USER_SECRET_KEY; ${NO_EVENT}`],
    [{ ...ALL, BIOT_BASE_URL: ' ' }, `warn Not set: BIOT_BASE_URL; ${NO_EVENT}`],
    [{ ...ALL, BIOT_BASE_URL: '', PLUGIN_PUBLIC_KEY: 'MII…' }, `warn Not set: BIOT_BASE_URL; ${NO_CALL}`],
    [{ ...ALL, BIOT_SERVICE_USER_ID: '' }, `warn Not set: BIOT_SERVICE_USER_ID; ${NO_CALL}`],
  ])('names in one warning what %j lacks, and what fails', (env, warning) => {
    const warnings = warningsOf(env);

    expect(warnings).toEqual([warning]);
  });
});
