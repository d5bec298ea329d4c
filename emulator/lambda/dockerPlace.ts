import type { Docker } from './dockerApi.ts';
import type { Network } from './dockerNetwork.ts';

/** Where a local BioT's containers live, and what they have in common. */
export type DockerPlace = {
  docker: Docker;
  /** Processors of the engine's machine. */
  engineCpus: number;
  network: Network;
  /** Value of the label that all of its things in the engine bear. */
  owner: string;
  /** Of their names; no other local BioT's. */
  prefix: string;
  /** A folder of this process for what docker's command line reads from files. */
  workDirectory: string;
  /** The containers there are, to be ended with the local BioT. */
  containers: Set<string>;
  log(line: string): void;
};
