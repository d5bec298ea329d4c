import { type Docker, lastLineOf } from '../docker.ts';
import { EXIT, Failure } from '../failure.ts';

export type ImageConfig = {
  Entrypoint?: string[] | null;
  Cmd?: string[] | null;
  WorkingDir?: string;
  Env?: string[] | null;
};

/** What `docker image inspect` tells; `Descriptor` only where docker keeps images in containerd. */
export type InspectedImage = {
  Id: string;
  Os: string;
  Architecture: string;
  Descriptor?: { mediaType?: string };
  Config?: ImageConfig | null;
};

/** @throws Failure when it is not in the engine */
export async function inspectImage(docker: Docker, reference: string): Promise<InspectedImage> {
  const { code, stdout, stderr } = await docker.run(['image', 'inspect', '--', reference]);
  const [image] = code === 0 ? (JSON.parse(stdout) as InspectedImage[]) : [];
  if (image) return image;
  throw new Failure({
    code: 'NO_IMAGE',
    exitCode: EXIT.failed,
    message: `The container engine here has no image ${reference}: ${lastLineOf(stderr)}`,
    cure: `Build it, or get it from its registry: docker pull --platform linux/amd64 ${reference}`,
  });
}
