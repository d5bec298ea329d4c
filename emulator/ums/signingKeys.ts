import { createPublicKey } from 'node:crypto';
import { newSigningKey } from '../fillState.ts';
import type { SigningKey, State } from '../state.ts';

/** As BioT publishes its keys: the base64 of a SubjectPublicKeyInfo, in one line. */
export type PublicKeys = { publicKey: string; previousPublicKey?: string };

/** Signs with a new key from now on. Tokens of the one before stay good, those of the one before that do not. */
export async function rotateSigningKeys(
  state: Pick<State, 'signingKeys' | 'transaction'>,
): Promise<PublicKeys> {
  const next = await newSigningKey();
  state.transaction(() => {
    const current = state.signingKeys.get('current');
    if (current) state.signingKeys.set('previous', current);
    state.signingKeys.set('current', next);
  });
  return toPublicKeys(state);
}

export function toPublicKeys({ signingKeys }: Pick<State, 'signingKeys'>): PublicKeys {
  const [current, previous] = [signingKeys.get('current'), signingKeys.get('previous')];
  return {
    publicKey: current ? toSpki(current) : '',
    ...(previous && { previousPublicKey: toSpki(previous) }),
  };
}

const toSpki = ({ publicKey }: SigningKey): string =>
  createPublicKey(publicKey).export({ type: 'spki', format: 'der' }).toString('base64');
