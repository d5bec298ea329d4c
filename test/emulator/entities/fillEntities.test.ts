import { fillEntities } from '../../../emulator/entities/fillEntities.ts';
import { createState } from '../../../emulator/state.ts';
import { openStore } from '../../../emulator/store.ts';
import { ORGANIZATION_ID } from '../../builders/emulator.ts';
import { entitySchemas } from '../../builders/entitySchemas.ts';
import { violationsOf } from '../../builders/schema.ts';

const admin = {
  id: '72b65591-0000-4000-8000-000000000001',
  username: 'admin@local.biot',
  password: 'secret',
};

const newState = () => {
  const state = createState(openStore());
  state.users.set(admin.username, admin);
  return state;
};

describe('fillEntities', () => {
  it('makes the organization that owns everything, and its administrator', () => {
    const state = newState();

    fillEntities(state, new Date());

    const organization = state.entitiesOf('organization').get(ORGANIZATION_ID);
    const user = state.entitiesOf('organization-user').get(admin.id);
    expect(organization).toMatchObject({
      _ownerOrganization: { id: ORGANIZATION_ID },
      _primaryAdministrator: { id: admin.id },
    });
    expect([
      violationsOf(entitySchemas.organization as object, organization),
      violationsOf(entitySchemas['organization-user'] as object, user),
    ]).toEqual([[], []]);
  });

  it('leaves as it is what was there before', () => {
    const state = newState();
    fillEntities(state, new Date(0));
    const { _id, ...before } = state.entitiesOf('organization').get(ORGANIZATION_ID) ?? {};
    const templates = [...state.templates];

    fillEntities(state, new Date());

    expect(state.entitiesOf('organization').get(ORGANIZATION_ID)).toEqual({ _id, ...before });
    expect(state.entitiesOf('organization-user').size).toBe(1);
    expect([...state.templates]).toEqual(templates);
  });
});
