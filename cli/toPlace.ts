import type { Place } from '../deploy/place.ts';
import type { Session } from './session.ts';

/** @throws Failure when it is not known which BioT is meant */
export const toPlace = (session: Session): Place => ({ ...session, biot: session.biot() });
