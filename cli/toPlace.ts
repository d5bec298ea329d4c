import type { Place } from '../deploy/place.ts';
import type { Session } from './session.ts';

/** `biot` throws Failure when it is not known which BioT is meant. */
export const toPlace = (session: Session): Place => {
  let biot: Place['biot'] | undefined;
  return {
    ...session,
    // When it is first needed: a mistake in plugin.json is told without knowing any BioT.
    get biot() {
      biot ??= session.biot();
      return biot;
    },
  };
};
