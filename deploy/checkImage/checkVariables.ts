import type { Finding } from './finding.ts';
import type { ImageConfig } from './inspectImage.ts';

const SECRET_NAME = /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY)$/i;

/** Variables that the image itself sets, by their names; the values are never shown. */
export function checkVariables({ Env }: ImageConfig): Finding[] {
  const set = (Env ?? []).flatMap((variable) => /^([^=]+)=./s.exec(variable)?.[1] ?? []);
  return set.filter((name) => SECRET_NAME.test(name)).map(secretVariable);
}

const secretVariable = (name: string): Finding => ({
  code: 'SECRET_VARIABLE',
  severity: 'warning',
  message: `ENV sets ${name}, and whoever can pull the image can read its value`,
  cure: 'Take it out of the Dockerfile: environmentVariables of plugin.json are set by BioT, and a build takes secrets with --secret.',
});
