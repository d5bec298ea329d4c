import type { CheckedImage } from '../deploy/checkImage/checkImage.ts';
import type { Finding } from '../deploy/checkImage/finding.ts';
import { EXIT, Failure } from '../deploy/failure.ts';
import { makeStateDirectory, type PushedImage, readPushedImage } from '../deploy/stateDirectory.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { Session } from './session.ts';

export function addCheckImage(cli: CommandLine): void {
  addCommand(cli, {
    description: 'say whether Lambda would take an image (default: the one that was pushed last from here)',
    example: 'biot-plugin check-image my-plugin:1',
    async run(session, [given]) {
      const { steps } = session;
      const pushed = await readPushedImage(session.stateDirectory);
      const reference = given ?? toReference(pushed);
      const checked = await steps.run({ title: `Checking ${reference}` }, async () => {
        const { findings, ...image } = await check(session, reference);
        const isPushed = pushed && reference === toReference(pushed);
        return { ...image, findings: [...(isPushed ? await checkPushed(session, pushed) : []), ...findings] };
      });
      const isRefused = checked.findings.some(({ severity }) => severity === 'error');
      if (!isRefused) session.say('Next: npx biot-plugin deploy');
      return {
        text: toText(checked.findings, isRefused),
        json: { reference, ...checked },
        ...(isRefused && { exitCode: EXIT.failed }),
      };
    },
  });
}

function toReference(image: PushedImage | undefined): string {
  if (image) return `${image.repositoryUri}:${image.imageTag}`;
  throw new Failure({
    code: 'NO_IMAGE_PUSHED',
    exitCode: EXIT.usage,
    message: 'No image was pushed from here yet, so it is not known which one to check',
    cure: 'Name one (npx biot-plugin check-image my-plugin:1), or run npx biot-plugin build-and-push.',
  });
}

/** As the registry has it: Lambda gets it from there. What cannot be reached from here is left aside. */
async function checkPushed(session: Session, { repositoryUri, digest }: PushedImage): Promise<Finding[]> {
  const [{ openRegistry }, { checkManifest }] = await Promise.all([
    import('../deploy/registry.ts'),
    import('../deploy/checkImage/checkManifest.ts'),
  ]);
  const { stateDirectory, env, signal } = session;
  const answer = await openRegistry({ stateDirectory, repositoryUri, env, signal }).readManifest(digest);
  return answer.kind === 'found' ? checkManifest(answer.manifest, answer.contentType) : [];
}

async function check(session: Session, reference: string): Promise<CheckedImage> {
  const [{ openDocker }, { examineImage }] = await Promise.all([
    import('../deploy/docker.ts'),
    import('../deploy/checkImage/checkImage.ts'),
  ]);
  const { env, signal } = session;
  const stateDirectory = await makeStateDirectory(session.stateDirectory);
  const docker = await openDocker(stateDirectory, env, signal);
  return examineImage({ docker, env, reference, signal });
}

function toText(findings: Finding[], isRefused: boolean): string {
  const lines = findings.map(
    ({ severity, code, message, cure }) => `${severity} ${code} ${message}\n      ${cure}`,
  );
  return [...lines, ...(isRefused ? [] : ['Lambda takes it'])].join('\n');
}
