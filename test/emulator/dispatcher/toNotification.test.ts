import { toNotification } from '../../../emulator/dispatcher/toNotification.ts';
import { arrival } from '../../builders/dispatcher.ts';

const change = {
  origin: arrival(),
  entityTypeName: 'patient',
  actionName: '_update',
  entity: { _id: 'one', _phone: null },
  startedAt: new Date('2026-01-01T10:00:00.001Z'),
  endedAt: new Date('2026-01-01T10:00:00.250Z'),
};

describe('toNotification', () => {
  it('has the form of the newest capture', () => {
    const caller = { initiatorId: 'person-1', sourceIpAddress: '127.0.0.1:59290' };

    const body = toNotification({ ...change, ...caller }, 'a.b.c');

    expect(body).toEqual({
      metadata: {
        entityTypeName: 'patient',
        actionName: '_update',
        status: 'SUCCESS',
        startTime: '2026-01-01T10:00:00.001000000Z',
        endTime: '2026-01-01T10:00:00.250000000Z',
        initiator: { subject: { id: 'person-1' }, sourceIpAddress: '127.0.0.1:59290' },
      },
      data: { entity: { _id: 'one', _phone: null }, additionalData: {} },
      jwt: 'a.b.c',
    });
  });

  it('tells of the references of the old entity only their ids', () => {
    const _template = { id: 't', name: 'Patient', displayName: 'Patient' };
    const oldEntity = {
      _id: 'one',
      _template,
      _ownerOrganization: { id: 'o', name: 'Local', templateId: 'x' },
      _caregiver: null,
      _name: { firstName: 'First' },
      friends: [{ id: 'f', name: 'Friend' }, { id: 'g' }],
      sizes: [1, 2],
    };

    const body = toNotification({ ...change, oldEntity }, 'a.b.c');

    expect(body).toMatchObject({
      data: {
        additionalData: {
          oldEntity: {
            _id: 'one',
            _template,
            _ownerOrganization: { id: 'o', name: null, templateId: null },
            _caregiver: null,
            _name: { firstName: 'First' },
            friends: [{ id: 'f', name: null }, { id: 'g' }],
            sizes: [1, 2],
          },
        },
      },
    });
  });
});
