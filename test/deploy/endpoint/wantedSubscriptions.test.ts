import { toWantedSubscriptions } from '../../../deploy/endpoint/wantedSubscriptions.ts';

const endpoint = 'https://plugin.example.com/';
const PATIENTS = 'POST/organization/v1/users/patients';
const BY_TEMPLATE = `${PATIENTS}/templates/{templateName}`;
const at = { endpoint, apiIds: [PATIENTS, BY_TEMPLATE] };

describe('toWantedSubscriptions', () => {
  it('calls each by the dispatcher’s names, with the order that all have or its own', () => {
    const wanted = toWantedSubscriptions(
      {
        interceptionOrder: 5,
        interceptions: [
          { type: 'PRE_REQUEST', apiId: `${PATIENTS}/templates/Adult` },
          { type: 'ADAPT_ENTITY', entityTypeName: 'patient', order: 7 },
        ],
        notifications: [
          { entityTypeName: 'patient', actionName: '_create', templateName: 'Adult' },
          { entityTypeName: 'device', actionName: '_update' },
        ],
      },
      at,
    );

    expect(wanted).toEqual([
      {
        kind: 'interception',
        endpoint,
        type: 'PRE_REQUEST',
        apiId: BY_TEMPLATE,
        pathFilters: { templateName: 'Adult' },
        executionOrder: 5,
      },
      { kind: 'interception', endpoint, type: 'ADAPT_ENTITY', entityName: 'patient', executionOrder: 7 },
      {
        kind: 'notification',
        endpoint,
        entityTypeName: 'patient',
        actionName: '_create',
        templateName: 'Adult',
      },
      { kind: 'notification', endpoint, entityTypeName: 'device', actionName: '_update' },
    ]);
  });

  it('gives the first order where plugin.json names none, and takes one that stands there twice once', () => {
    const pre = { type: 'PRE_REQUEST', apiId: PATIENTS } as const;
    const wanted = toWantedSubscriptions({ interceptions: [pre, pre] }, at);

    expect(wanted).toEqual([
      { kind: 'interception', endpoint, type: 'PRE_REQUEST', apiId: PATIENTS, executionOrder: 1 },
    ]);
  });

  it('gives the next order to the later one of two for one API, which cannot share it', () => {
    const interceptions = ['Adult', 'Child'].map((name) => ({
      type: 'PRE_REQUEST' as const,
      apiId: `${PATIENTS}/templates/${name}`,
    }));
    const wanted = toWantedSubscriptions({ interceptionOrder: 2, interceptions }, at);

    expect(wanted).toMatchObject([
      { pathFilters: { templateName: 'Adult' }, executionOrder: 2 },
      { pathFilters: { templateName: 'Child' }, executionOrder: 3 },
    ]);
  });

  it('wants nothing when plugin.json asks for nothing', () => {
    const wanted = toWantedSubscriptions({}, at);

    expect(wanted).toEqual([]);
  });
});
