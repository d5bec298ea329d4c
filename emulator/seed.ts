/** What a plugin runs that is created without code. Made anew each time, so that it is always this project as it is. */
export type Seed = {
  /** The bytes of a ZIP for `nodejs…`. */
  zip(): Promise<Buffer>;
  /** Builds and pushes an image and returns its digest. Absent where none can be built. */
  image?(repository: SeedRepository): Promise<string>;
};

/** Where an image is pushed to. */
export type SeedRepository = { repositoryUri: string; login: { user: string; password: string } };
