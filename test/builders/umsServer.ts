import fastify from 'fastify';
import { answerErrorsAsBiot } from '../../emulator/biotError.ts';
import { type Clock, createClock } from '../../emulator/clock.ts';
import { lab } from '../../emulator/console/lab.ts';
import { createFaults } from '../../emulator/faults.ts';
import { addHealthChecks } from '../../emulator/healthChecks.ts';
import { createState, type ServiceUser, type SigningKey, type State } from '../../emulator/state.ts';
import { openStore } from '../../emulator/store.ts';
import { traceCalls } from '../../emulator/trace.ts';
import { type Login, ums } from '../../emulator/ums/routes.ts';
import { rotateSigningKeys } from '../../emulator/ums/signingKeys.ts';
import { createTokens, type Tokens } from '../../emulator/ums/tokens.ts';
import { type Answer, call } from './emulator.ts';
import { createSigningKey } from './tokens.ts';

export type UmsServer = {
  state: State;
  clock: Clock;
  tokens: Tokens;
  /** What was announced of logins. */
  logins: Login[];
  call(call: string, options?: { token?: string; body?: unknown }): Promise<Answer>;
  close(): Promise<void>;
};

export const STAFF = { id: 'a0000000-0000-4000-8000-000000000001', username: 'staff@x', password: 'right' };
export const PATIENT_ID = 'b0000000-0000-4000-8000-000000000001';
export const PATIENT_USER = {
  id: 'a0000000-0000-4000-8000-000000000002',
  username: 'patient@x',
  password: 'right',
  entityTypeName: 'patient',
  entityId: PATIENT_ID,
};
export const PLUGIN_USER: ServiceUser = {
  id: 'c0000000-0000-4000-8000-000000000001',
  name: 'Plugin-demo',
  type: 'INTERNAL_SERVICE',
  secretKeys: [
    {
      id: 'd0000000-0000-4000-8000-000000000001',
      creationTime: '2026-01-01T00:00:00.000Z',
      secretKey: 'secret',
    },
  ],
  pluginName: 'demo',
};

/** One for all: making a key takes longer than a test. */
const signingKey = toSigningKey();

function toSigningKey(): SigningKey {
  const { privateKey, pem } = createSigningKey();
  return { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey: pem };
}

/** User management and the routes that move it, with a person, a patient and a plugin's service user. */
export async function startUms(): Promise<UmsServer> {
  const state = createState(openStore(undefined));
  const clock = createClock(state.kept as Map<string, number>);
  state.signingKeys.set('current', signingKey);
  for (const user of [STAFF, PATIENT_USER]) state.users.set(user.username, user);
  state.entitiesOf('patient').set(PATIENT_ID, { _id: PATIENT_ID });
  state.serviceUsers.set(PLUGIN_USER.id, PLUGIN_USER);
  const tokens = createTokens({ state, clock });
  const logins: Login[] = [];
  const app = fastify({ forceCloseConnections: true });
  traceCalls(app);
  answerErrorsAsBiot(app, () => undefined);
  addHealthChecks(app);
  await app.register(ums, { state, clock, tokens, notify: (login) => void logins.push(login) });
  const rotateKeys = () => rotateSigningKeys(state);
  await app.register(lab, { state, clock, faults: createFaults(), rotateKeys });

  const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    state,
    clock,
    tokens,
    logins,
    call(methodAndPath, options = {}) {
      const [method = '', path] = methodAndPath.split(' ');
      return call(`${baseUrl}${path}`, method, options);
    },
    close: () => app.close(),
  };
}
