import { checkEndpoint, queryNamesOf } from '../../deploy/endpoint/checkEndpoint.ts';
import type { Session } from '../session.ts';

export const ENDPOINT_OPTION: [flags: string, meaning: string] = [
  '--endpoint <url>',
  'the address that BioT is to call (default: BIOT_CLI_ENDPOINT)',
];

/** Says of a query how far it goes: cmd.exe cuts an address without quotes off at its first &. @throws Failure */
export function readEndpoint({ variables, settings, say }: Session, option: string | undefined): string {
  const given = option ?? (variables.BIOT_CLI_ENDPOINT?.trim() || undefined);
  const endpoint = checkEndpoint({ endpoint: given, baseUrl: settings.baseUrl });
  const names = queryNamesOf(endpoint);
  if (names.length > 0)
    say(
      `The endpoint's query has ${names.join(', ')} and nothing else. If something is missing, put the address in quotes: a shell cuts it off at &.`,
    );
  return endpoint;
}
