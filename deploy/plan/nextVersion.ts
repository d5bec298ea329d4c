import { EXIT, Failure } from '../failure.ts';

const MAX_VERSION = 32_767;

/** The version of new code: the one after BioT's, or `wanted` if that is more. @throws Failure when there is none left */
export function nextVersion(current: number, wanted = 1): number {
  const version = Math.max(wanted, current + 1);
  if (version <= MAX_VERSION) return version;
  throw new Failure({
    code: 'VERSIONS_USED_UP',
    exitCode: EXIT.conflict,
    message: `The plugin has version ${current}, and BioT takes none above ${MAX_VERSION}`,
    cure: 'Delete it (npx biot-plugin delete) and deploy it again with a low "version" in plugin.json.',
  });
}
