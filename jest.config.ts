import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024' } }] },
  testTimeout: 120_000, // pushing an image takes long while other suites do the same
  maxWorkers: '100%', // by itself Jest leaves one processor out, and of two that is half
};

export default config;
