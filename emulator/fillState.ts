import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningKey, State, User } from './state.ts';

/** The person who may deploy. */
export const USERNAME = 'admin@local.biot';

/** Whom and what every local BioT knows from the beginning on; nothing is new in a directory that was used before. */
export function fillState(state: State): void {
  state.transaction(() => {
    if (!state.users.has(USERNAME)) state.users.set(USERNAME, newUser());
    if (!state.kept.has('registryPassword')) state.kept.set('registryPassword', newPassword());
    dropUnusedCode(state);
  });
}

/** After a restart BioT may have another address, and the function URLs of all plugins with it. */
export function moveEndpoints(state: State, endpointUrlOf: (plugin: { urlId: string }) => string): void {
  state.transaction(() => {
    for (const [id, subscription] of [...state.subscriptions]) {
      const plugin = state.plugins.get(subscription.pluginName ?? '');
      const endpoint = plugin && endpointUrlOf(plugin);
      if (endpoint && endpoint !== subscription.endpoint)
        state.subscriptions.set(id, { ...subscription, endpoint });
    }
  });
}

/** RSA-2048, as BioT's. */
export function newSigningKey(): Promise<SigningKey> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** A ZIP is stored before its plugin is made; whoever was killed between the two left it behind. */
function dropUnusedCode(state: State): void {
  const used = new Set([...state.plugins.values()].map(({ code }) => code.digest));
  for (const digest of [...state.zips.keys()]) if (!used.has(digest)) state.zips.delete(digest);
}

const newPassword = (): string => randomBytes(12).toString('base64url');

const newUser = (): User => ({ id: randomUUID(), username: USERNAME, password: newPassword() });
